import { createHash } from 'node:crypto';
import {
  ConflictException,
  CreateScheduleCommand,
  SchedulerClient,
  type SchedulerClientConfig,
} from '@aws-sdk/client-scheduler';
import { timeouts } from '../timeouts.ts';
import type { Schedules, ScheduleTarget } from './schedules.ts';

const MINUTE_MS = 60_000;
const DAY_SECONDS = 86_400;

export const openScheduler = (target: ScheduleTarget, config: SchedulerClientConfig = {}): Schedules => {
  const { group, roleArn, queueArn, deadLetterArn } = target;
  const client = new SchedulerClient({ maxAttempts: 4, requestHandler: timeouts, ...config });
  return {
    async create({ body, at, key }) {
      const schedule = new CreateScheduleCommand({
        GroupName: group,
        // A name has at most 64 characters, which is the length of this hash in hexadecimal.
        Name: createHash('sha256')
          .update(JSON.stringify([queueArn, key, body]))
          .digest('hex'),
        ScheduleExpression: `at(${wholeMinute(at)})`,
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: {
          Arn: queueArn,
          RoleArn: roleArn,
          Input: body,
          RetryPolicy: { MaximumEventAgeInSeconds: DAY_SECONDS, MaximumRetryAttempts: 185 },
          DeadLetterConfig: { Arn: deadLetterArn },
        },
      });
      try {
        await client.send(schedule);
      } catch (error) {
        // An earlier attempt created it, and its response was lost.
        if (!(error instanceof ConflictException)) throw error;
      }
    },
  };
};

/** Scheduler works in whole minutes. Rounding up ensures that a message never comes early. */
const wholeMinute = (at: Date): string =>
  new Date(Math.ceil(at.getTime() / MINUTE_MS) * MINUTE_MS).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
