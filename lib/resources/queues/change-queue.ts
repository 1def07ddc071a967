import { Duration } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetters, queueDefaults } from './service-queue.ts';

export interface ChangeQueueProps {
  readonly workerTimeout: Duration;
  readonly isFifo: boolean;
}

export const CHANGE_TIMEOUT = Duration.minutes(2);

/** How long failing changes are retried. A consumer that is broken for a day recovers without help. */
const RETRY_PERIOD = Duration.days(2);

/**
 * The queue of changes for one consumer. Changes wait for two weeks if its function does not run, and are retried for
 * two days if it fails. Then they go to the dead-letter queue, from which they can be sent back.
 */
export class ChangeQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { workerTimeout, isFifo }: ChangeQueueProps) {
    super(scope, id);
    // AWS's recommendation, for batches that are throttled repeatedly.
    const visibilityTimeout = Duration.seconds(6 * workerTimeout.toSeconds());
    this.deadLetters = deadLetters(this, 'DeadLetters', isFifo);
    this.queue = new Queue(this, 'Queue', {
      ...queueDefaults,
      // High throughput: the limit applies to each message group.
      ...(isFifo && {
        fifo: true,
        deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
        fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      }),
      retentionPeriod: Duration.days(14),
      visibilityTimeout,
      deadLetterQueue: {
        queue: this.deadLetters,
        maxReceiveCount: Math.ceil(RETRY_PERIOD.toSeconds() / visibilityTimeout.toSeconds()),
      },
    });
  }
}
