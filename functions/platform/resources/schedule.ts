import * as v from 'valibot';
import { openSchedules } from '../schedule/schedules.ts';
import { lazyResource } from './declaration.ts';

/** Sends messages to the service's own queue, later than SQS could delay them. The queue itself uses it. */
export const schedule = lazyResource({
  env: {
    /** The group of the schedules. */
    SCHEDULE_GROUP: v.string(),
    /** The role that sends, and the queue it sends to. */
    SCHEDULE_ROLE_ARN: v.string(),
    SCHEDULE_QUEUE_ARN: v.string(),
    /** The queue for messages that could not be sent. */
    SCHEDULE_DEAD_LETTER_ARN: v.string(),
  },
  open: (env, { connection }) =>
    openSchedules(
      {
        group: env.SCHEDULE_GROUP,
        roleArn: env.SCHEDULE_ROLE_ARN,
        queueArn: env.SCHEDULE_QUEUE_ARN,
        deadLetterArn: env.SCHEDULE_DEAD_LETTER_ARN,
      },
      connection,
    ),
});
