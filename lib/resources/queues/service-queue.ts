import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { BEYOND_FUNCTION_SECONDS } from '../../../functions/platform/workers/heartbeat.ts';
import { MAX_RECEIVES } from '../../../functions/platform/workers/trigger.ts';

export interface DomainQueueProps {
  readonly workerTimeout: Duration;
}

/** The timeout of the function that fails the jobs of exhausted messages. */
export const EXHAUSTED_TIMEOUT = Duration.seconds(30);

/**
 * The queue of a service for uploads and for messages to itself. A message that fails five times goes to `exhausted`,
 * whose function fails its job and sends it to `deadLetters`, which keeps it for 14 days. Messages that SQS moves there
 * itself stay for at least ten days, since their age counts from the first send, at most four days before.
 */
export class ServiceQueue extends Construct {
  readonly queue: Queue;
  /** Also gets events that EventBridge and its Scheduler could not deliver. */
  readonly exhausted: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { workerTimeout }: DomainQueueProps) {
    super(scope, id);
    this.deadLetters = deadLetters(this, 'DeadLetters');
    this.exhausted = new Queue(this, 'Exhausted', {
      ...queueDefaults,
      retentionPeriod: Duration.days(14),
      visibilityTimeout: Duration.seconds(6 * EXHAUSTED_TIMEOUT.toSeconds()),
      // About an hour of retries, which outlasts throttling of the table or the function.
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 20 },
    });
    this.queue = new Queue(this, 'Queue', {
      ...queueDefaults,
      retentionPeriod: Duration.days(4),
      // AWS refuses less than the function's timeout, and recommends six times of it, for batches that are throttled
      // repeatedly. A worker is not throttled below its `maxConcurrency`, so a minute more than the timeout is enough.
      // A running worker shortens it (`heartbeat.ts`): after a kill, the message comes again within two minutes.
      visibilityTimeout: workerTimeout.plus(Duration.seconds(BEYOND_FUNCTION_SECONDS)),
      deadLetterQueue: { queue: this.exhausted, maxReceiveCount: MAX_RECEIVES },
    });
  }
}

export const queueDefaults = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };

/** A dead-letter queue, for messages that keep failing. */
export const deadLetters = (scope: Construct, id: string, isFifo = false): Queue => {
  const queue = new Queue(scope, id, {
    ...queueDefaults,
    ...(isFifo && { fifo: true }),
    retentionPeriod: Duration.days(14),
  });
  for (const id of ['Serverless-SQSRedrivePolicy', 'AwsSolutions-SQS3']) {
    Validations.of(queue).acknowledge({ id, reason: 'It is a dead-letter queue, with an alarm.' });
  }
  return queue;
};
