import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Domain } from '../functions/domain.ts';
import { DomainQueue } from './constructs/domain-queue.ts';
import { ImportsBucket } from './constructs/imports-bucket.ts';
import { Table } from './constructs/table.ts';
import { UploadRule } from './constructs/upload-rule.ts';
import type { Settings } from './settings.ts';

export interface DataStackProps extends StackProps {
  readonly settings: Settings;
  readonly domains: readonly Domain[];
}

/**
 * What holds data. The rules are here, with the queues: a file that is dropped while the other stack is replaced, or
 * gone, waits in its queue.
 */
export class DataStack extends Stack {
  readonly table: TableV2;
  readonly imports: Bucket;
  /** By the name of the domain; there is one where there are triggers. */
  readonly queues: ReadonlyMap<string, DomainQueue>;

  constructor(scope: Construct, id: string, { settings, domains, ...props }: DataStackProps) {
    super(scope, id, { terminationProtection: settings.protect, ...props });
    this.table = new Table(this, 'Data', { isProtected: settings.protect }).table;
    this.imports = new ImportsBucket(this, 'Imports', { settings }).bucket;

    const workerTimeout = Duration.seconds(settings.workerTimeoutSeconds);
    const withTriggers = domains.filter(({ triggers }) => triggers.length > 0);
    this.queues = new Map(
      withTriggers.map(({ name }) => [name, new DomainQueue(this, `${name}-queue`, { workerTimeout })]),
    );
    for (const { name, triggers } of withTriggers) {
      const target = this.queues.get(name);
      for (const trigger of triggers) {
        if (!target || trigger.on !== 'upload') continue;
        new UploadRule(this, `${name}-${trigger.prefix}${trigger.suffix}`.replaceAll('/', '-'), {
          bucket: this.imports,
          trigger,
          target,
        });
      }
    }

    new CfnOutput(this, 'TableName', { value: this.table.tableName });
    new CfnOutput(this, 'ImportsBucket', { value: this.imports.bucketName });
    for (const [name, { queue }] of this.queues) {
      new CfnOutput(this, `${capitalised(name)}QueueUrl`, { value: queue.queueUrl });
    }
  }
}

const capitalised = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
