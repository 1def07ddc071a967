import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { transferDetailTypes } from '../../functions/triggers/announcements.ts';
import type { TransferTrigger } from '../../functions/triggers/trigger.ts';
import type { DomainQueue } from './domain-queue.ts';
import { endingsOf } from './upload-rule.ts';

export interface TransferRuleProps {
  readonly bucket: Bucket;
  readonly trigger: Pick<TransferTrigger, 'prefix' | 'suffix'>;
  readonly target: DomainQueue;
}

/** Sends what the SFTP server says of a file to the queue of the domain that declared the trigger. */
export class TransferRule extends Construct {
  constructor(scope: Construct, id: string, { bucket, trigger, target: { queue, deadLetters } }: TransferRuleProps) {
    super(scope, id);
    const { prefix, suffix } = trigger;
    const paths = endingsOf(suffix).flatMap((ending) => Match.wildcard(`/${bucket.bucketName}/${prefix}*${ending}`));
    new Rule(this, 'Rule', {
      description: `${prefix}*${suffix} sent by SFTP`,
      eventPattern: {
        source: ['aws.transfer'],
        detailType: [...transferDetailTypes],
        // A rename tells its path by another name.
        detail: { $or: [{ 'file-path': paths }, { 'renamed-file-path': paths }] },
      },
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters })],
    });
  }
}
