import type { SchedulerClientConfig } from '@aws-sdk/client-scheduler';

/** Where one-time schedules are kept, and the queue that they bring messages to. */
export interface ScheduleTarget {
  readonly group: string;
  /** Scheduler sends with it. */
  readonly roleArn: string;
  readonly queueArn: string;
  /** Where Scheduler puts what it could not send. */
  readonly deadLetterArn: string;
}

/** A message for a queue at a time that is further away than SQS delays a message. */
export interface ScheduledMessage {
  readonly body: string;
  readonly at: Date;
  /** The schedule of a message that is scheduled again under the same key is the first one. */
  readonly key: string;
}

/** EventBridge Scheduler: it fires within a minute after the time, at least once. */
export interface Schedules {
  create(message: ScheduledMessage): Promise<void>;
}

/** Its client is loaded with the first schedule: few runs need one. */
export const openSchedules = (target: ScheduleTarget, config?: SchedulerClientConfig): Schedules => {
  let opened: Promise<Schedules> | undefined;
  return {
    async create(message) {
      opened ??= import('./scheduler.ts').then(({ openScheduler }) => openScheduler(target, config));
      await (await opened).create(message);
    },
  };
};
