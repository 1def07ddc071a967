import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface DomainQueueProps {
  readonly workerTimeout: Duration;
}

/**
 * What a domain works on without a request: uploads and messages to itself. What fails five times is set aside, and is
 * kept there for at least ten days: SQS counts the 14 days of a message from when it was first sent, here at most four
 * days before.
 */
export class DomainQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { workerTimeout }: DomainQueueProps) {
    super(scope, id);
    this.deadLetters = deadLetters(this, 'DeadLetters');
    this.queue = new Queue(this, 'Queue', {
      ...closed,
      retentionPeriod: Duration.days(4),
      // AWS advises six times the function's timeout, for batches that are throttled again and again. With 15 minutes
      // that is 90 until a killed worker's file is taken up again; here a message goes to one worker at a time, which
      // is never throttled below its `maxConcurrency`, so one minute over the timeout is enough.
      visibilityTimeout: workerTimeout.plus(Duration.minutes(1)),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    });
  }
}

const closed = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };

/** Where what goes on failing is set aside, for somebody to look at. */
export const deadLetters = (scope: Construct, id: string): Queue => {
  const queue = new Queue(scope, id, { ...closed, retentionPeriod: Duration.days(14) });
  for (const id of ['Serverless-SQSRedrivePolicy', 'AwsSolutions-SQS3']) {
    Validations.of(queue).acknowledge({ id, reason: 'It is where others set things aside, and has an alarm.' });
  }
  return queue;
};
