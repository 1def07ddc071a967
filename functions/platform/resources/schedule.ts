import * as v from 'valibot';
import { openSchedules } from '../schedule/schedules.ts';
import { openedOnCall } from './declaration.ts';

/** Has messages sent to the service's own queue, much later than SQS can delay them. The queue itself makes use of it. */
export const schedule = openedOnCall({
  env: {
    /** What the schedules are kept in. */
    SCHEDULE_GROUP: v.string(),
    /** Who sends for them, and to where. */
    SCHEDULE_ROLE_ARN: v.string(),
    SCHEDULE_QUEUE_ARN: v.string(),
    /** Where what can't be sent goes. */
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
