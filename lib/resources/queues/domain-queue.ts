import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { MAX_RECEIVES } from '../../../functions/platform/workers/trigger.ts';

export interface DomainQueueProps {
  readonly workerTimeout: Duration;
}

/** How long the function may take that fails the jobs of messages which were given up. */
export const EXHAUSTED_TIMEOUT = Duration.seconds(30);

/**
 * What a domain works on without a request: uploads and messages to itself. What fails five times goes to `exhausted`,
 * whose function fails its job and sends it on to `deadLetters`, where people find it for 14 days. What SQS moves there by
 * itself is kept for at least ten: its age counts from when it was first sent, at most four days before.
 */
export class DomainQueue extends Construct {
  readonly queue: Queue;
  /** Also of what EventBridge and its Scheduler could not send. */
  readonly exhausted: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { workerTimeout }: DomainQueueProps) {
    super(scope, id);
    this.deadLetters = deadLetters(this, 'DeadLetters');
    this.exhausted = new Queue(this, 'Exhausted', {
      ...closed,
      retentionPeriod: Duration.days(14),
      visibilityTimeout: Duration.seconds(6 * EXHAUSTED_TIMEOUT.toSeconds()),
      // About an hour, in which a table or a function that is throttled is well again.
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 20 },
    });
    this.queue = new Queue(this, 'Queue', {
      ...closed,
      retentionPeriod: Duration.days(4),
      // AWS advises six times the function's timeout, for batches that are throttled again and again. With 15 minutes
      // that is 90 until a killed worker's file is taken up again; here a message goes to one worker at a time, which
      // is never throttled below its `maxConcurrency`, so one minute over the timeout is enough.
      visibilityTimeout: workerTimeout.plus(Duration.minutes(1)),
      deadLetterQueue: { queue: this.exhausted, maxReceiveCount: MAX_RECEIVES },
    });
  }
}

export const closed = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };

/** Where what goes on failing is set aside, for somebody to look at. */
export const deadLetters = (scope: Construct, id: string, isFifo = false): Queue => {
  const queue = new Queue(scope, id, { ...closed, ...(isFifo && { fifo: true }), retentionPeriod: Duration.days(14) });
  for (const id of ['Serverless-SQSRedrivePolicy', 'AwsSolutions-SQS3']) {
    Validations.of(queue).acknowledge({ id, reason: 'It is where others set things aside, and has an alarm.' });
  }
  return queue;
};
