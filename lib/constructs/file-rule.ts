import { type EventPattern, Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { transferDetailTypes } from '../../functions/triggers/announcements.ts';
import type { TransferTrigger, UploadTrigger } from '../../functions/triggers/trigger.ts';
import type { DomainQueue } from './domain-queue.ts';

type Trigger = Pick<UploadTrigger | TransferTrigger, 'on' | 'prefix' | 'suffixes'>;

export interface FileRuleProps {
  readonly bucket: Bucket;
  readonly trigger: Trigger;
  readonly target: DomainQueue;
}

/**
 * Sends what S3 or the SFTP server says of files to the queue of the domain that declared the trigger. One rule for all
 * of a trigger's suffixes: each is a statement in the queue's policy, which takes no more than twenty.
 */
export class FileRule extends Construct {
  constructor(scope: Construct, id: string, { bucket, trigger, target: { queue, exhausted } }: FileRuleProps) {
    super(scope, id);
    new Rule(this, 'Rule', {
      ...told(trigger, bucket),
      targets: [new SqsQueue(queue, { deadLetterQueue: exhausted })],
    });
  }
}

const told = (
  { on, prefix, suffixes }: Trigger,
  { bucketName }: Bucket,
): { readonly description: string; readonly eventPattern: EventPattern } => {
  const files = `${prefix}*(${suffixes.join(' ')})`;
  const paths = (root: string) =>
    suffixes.flatMap(endingsOf).flatMap((ending) => Match.wildcard(`${root}${prefix}*${ending}`));
  switch (on) {
    case 'upload':
      return {
        description: `New ${files} in the imports bucket`,
        eventPattern: {
          source: ['aws.s3'],
          detailType: ['Object Created'],
          detail: { bucket: { name: [bucketName] }, object: { key: paths('') } },
        },
      };
    case 'transfer': {
      const sent = paths(`/${bucketName}/`);
      return {
        description: `${files} sent by SFTP`,
        eventPattern: {
          source: ['aws.transfer'],
          detailType: [...transferDetailTypes],
          // A rename tells its path by another name.
          detail: { $or: [{ 'file-path': sent }, { 'renamed-file-path': sent }] },
        },
      };
    }
  }
};

/** Windows tools write `EXPORT.CSV`, and a wildcard minds the case: a file that nobody takes up would be a silent loss. */
const endingsOf = (suffix: string): string[] => [...new Set([suffix, suffix.toUpperCase()])];
