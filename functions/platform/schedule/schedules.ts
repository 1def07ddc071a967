import type { SchedulerClientConfig } from '@aws-sdk/client-scheduler';

/** The group of one-time schedules, and the queue that they send to. */
export interface ScheduleTarget {
  readonly group: string;
  /** The role that Scheduler sends with. */
  readonly roleArn: string;
  readonly queueArn: string;
  /** The queue for messages that Scheduler could not send. */
  readonly deadLetterArn: string;
}

/** A message for a queue at a time beyond the longest delay of SQS. */
export interface ScheduledMessage {
  readonly body: string;
  readonly at: Date;
  /** An idempotency key: scheduling the same message again under the same key creates nothing. */
  readonly key: string;
}

/** EventBridge Scheduler. It fires within a minute after the time, at least once. */
export interface Schedules {
  create(message: ScheduledMessage): Promise<void>;
}

/** Loads the Scheduler client with the first schedule: few runs need it. */
export const openSchedules = (target: ScheduleTarget, config?: SchedulerClientConfig): Schedules => {
  let opened: Promise<Schedules> | undefined;
  return {
    async create(message) {
      opened ??= import('./scheduler.ts').then(({ openScheduler }) => openScheduler(target, config));
      await (await opened).create(message);
    },
  };
};
