import { type EventPattern, Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { UploadTrigger } from '../../functions/triggers/trigger.ts';
import type { DomainQueue } from './domain-queue.ts';

export interface UploadRuleProps {
  readonly bucket: Bucket;
  readonly trigger: Pick<UploadTrigger, 'prefix' | 'suffix'>;
  readonly target: DomainQueue;
}

/** Sends what S3 says of a new object to the queue of the domain that declared the trigger. */
export class UploadRule extends Construct {
  constructor(scope: Construct, id: string, { bucket, trigger, target: { queue, deadLetters } }: UploadRuleProps) {
    super(scope, id);
    const { prefix, suffix } = trigger;
    new Rule(this, 'Rule', {
      description: `New ${prefix}*${suffix} in the imports bucket`,
      eventPattern: objectCreated(bucket, trigger),
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters })],
    });
  }
}

const objectCreated = ({ bucketName }: Bucket, { prefix, suffix }: UploadRuleProps['trigger']): EventPattern => ({
  source: ['aws.s3'],
  detailType: ['Object Created'],
  detail: {
    bucket: { name: [bucketName] },
    object: {
      key: endingsOf(suffix).flatMap((ending) => Match.wildcard(`${prefix}*${ending}`)),
    },
  },
});

/** Windows tools write `EXPORT.CSV`, and a wildcard minds the case: a file that nobody takes up would be a silent loss. */
export const endingsOf = (suffix: string): string[] => [...new Set([suffix, suffix.toUpperCase()])];
