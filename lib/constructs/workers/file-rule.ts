import { type EventPattern, Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { FileTrigger } from '../../../functions/platform/service/service.ts';
import { transferDetailTypes } from '../../../functions/platform/workers/file-events.ts';
import type { ServiceQueue } from '../../resources/queues/service-queue.ts';

export interface FileRuleProps {
  readonly bucket: Bucket;
  /** The source of the files. */
  readonly on: FileTrigger['on'];
  /** The folders of the service's triggers. */
  readonly prefixes: readonly string[];
  readonly target: ServiceQueue;
}

/**
 * Sends events about files from S3 or the SFTP server to the queue of the service that declares triggers for them. A
 * service has one rule for all its triggers: a file in two of its folders is reported once, and the queue's policy,
 * which allows 20 statements, gets one statement.
 *
 * The rule matches folders, not suffixes: EventBridge refuses a pattern with a wildcard for each suffix as too complex.
 * `functions/platform/workers/serve.ts` ignores files with other suffixes before it reads anything.
 */
export class FileRule extends Construct {
  constructor(scope: Construct, id: string, { target: { queue, exhausted }, ...props }: FileRuleProps) {
    super(scope, id);
    new Rule(this, 'Rule', {
      ...patternOf(props),
      targets: [new SqsQueue(queue, { deadLetterQueue: exhausted })],
    });
  }
}

const patternOf = ({
  on,
  prefixes,
  bucket: { bucketName },
}: Omit<FileRuleProps, 'target'>): { readonly description: string; readonly eventPattern: EventPattern } => {
  switch (on) {
    case 'upload':
      return {
        description: 'New files in folders of the imports bucket',
        eventPattern: {
          source: ['aws.s3'],
          detailType: ['Object Created'],
          detail: {
            bucket: { name: [bucketName] },
            object: { key: prefixes.flatMap((prefix) => Match.prefix(prefix)) },
          },
        },
      };
    case 'transfer': {
      const paths = prefixes.flatMap((prefix) => Match.prefix(`/${bucketName}/${prefix}`));
      return {
        description: 'Files uploaded by SFTP',
        eventPattern: {
          source: ['aws.transfer'],
          detailType: [...transferDetailTypes],
          // A rename reports the new path in another field.
          detail: { $or: [{ 'file-path': paths }, { 'renamed-file-path': paths }] },
        },
      };
    }
  }
};
