import { Duration } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { closed, deadLetters } from './domain-queue.ts';

export interface ChangeQueueProps {
  readonly workerTimeout: Duration;
  readonly isFifo: boolean;
}

export const CHANGE_TIMEOUT = Duration.minutes(2);

/** How long changes are tried before they are set aside: a consumer that is broken for a day loses none, and needs no hand. */
const TRIED = Duration.days(2);

/**
 * The changes that one consumer is sent. They wait for two weeks where its function does not run at all, and are tried for
 * two days where it fails; then they lie in the dead letters, from which they can be sent back.
 */
export class ChangeQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { workerTimeout, isFifo }: ChangeQueueProps) {
    super(scope, id);
    // What AWS advises, for batches that are throttled again and again.
    const visibilityTimeout = Duration.seconds(6 * workerTimeout.toSeconds());
    this.deadLetters = deadLetters(this, 'DeadLetters', isFifo);
    this.queue = new Queue(this, 'Queue', {
      ...closed,
      // A FIFO queue that can take thousands a second, counted by group.
      ...(isFifo && {
        fifo: true,
        deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
        fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      }),
      retentionPeriod: Duration.days(14),
      visibilityTimeout,
      deadLetterQueue: {
        queue: this.deadLetters,
        maxReceiveCount: Math.ceil(TRIED.toSeconds() / visibilityTimeout.toSeconds()),
      },
    });
  }
}
