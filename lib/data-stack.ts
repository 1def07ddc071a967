import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type Domain, hasQueue, streamTriggersOf, usesSchedules } from '../functions/domain.ts';
import { ArchiveBucket } from './constructs/archive-bucket.ts';
import { ArchiveCatalog } from './constructs/archive-catalog.ts';
import { DomainQueue, deadLetters } from './constructs/domain-queue.ts';
import { FileRule } from './constructs/file-rule.ts';
import { ImportsBucket } from './constructs/imports-bucket.ts';
import { Schedules } from './constructs/schedules.ts';
import { Sender } from './constructs/sender.ts';
import { Table } from './constructs/table.ts';
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
  readonly archive: Bucket;
  /** By the name of the domain; there is one where there are triggers that need one. */
  readonly queues: ReadonlyMap<string, DomainQueue>;
  /** Of domains that take new items from the table's stream: what they could not handle. */
  readonly streamFailures: ReadonlyMap<string, Queue>;
  readonly schedules: Schedules;
  /** There is one where an address to send from is set. */
  readonly mail: Sender | undefined;

  constructor(scope: Construct, id: string, { settings, domains, ...props }: DataStackProps) {
    super(scope, id, { terminationProtection: settings.protect, ...props });
    this.table = new Table(this, 'Data', { isProtected: settings.protect }).table;
    this.imports = new ImportsBucket(this, 'Imports', { settings }).bucket;

    this.archive = new ArchiveBucket(this, 'Archive', { settings }).bucket;
    const catalog = new ArchiveCatalog(this, 'Catalog', { bucket: this.archive, name: settings.name });

    const workerTimeout = Duration.seconds(settings.workerTimeoutSeconds);
    const withTriggers = domains.filter(hasQueue);
    this.queues = new Map(
      withTriggers.map(({ name }) => [name, new DomainQueue(this, `${name}-queue`, { workerTimeout })]),
    );
    this.schedules = new Schedules(this, 'Schedules', { name: settings.name, queues: this.scheduledQueues(domains) });
    this.streamFailures = new Map(
      domains
        .filter((domain) => streamTriggersOf(domain).length > 0)
        .map(({ name }) => [name, deadLetters(this, `${name}-stream-DeadLetters`)]),
    );
    for (const { name, triggers } of withTriggers) {
      const target = this.queues.get(name);
      for (const trigger of triggers) {
        if (!target || (trigger.on !== 'upload' && trigger.on !== 'transfer')) continue;
        if (trigger.on === 'transfer' && !settings.sftp) continue;
        const { on, prefix, suffixes } = trigger;
        const id = `${name}-${prefix}${suffixes[0] ?? ''}`.replaceAll('/', '-');
        new FileRule(this, on === 'upload' ? id : `${id}-sent`, { bucket: this.imports, target, trigger });
      }
    }

    this.mail = settings.mailFrom === undefined ? undefined : new Sender(this, 'Mail', { from: settings.mailFrom });
    for (const { name, triggers } of withTriggers) {
      const target = this.queues.get(name);
      if (target && triggers.some(({ on }) => on === 'mailNotice')) this.mail?.notify(target);
    }

    new CfnOutput(this, 'TableName', { value: this.table.tableName });
    new CfnOutput(this, 'ImportsBucket', { value: this.imports.bucketName });
    new CfnOutput(this, 'ArchiveBucket', { value: this.archive.bucketName });
    new CfnOutput(this, 'ArchiveDatabase', { value: catalog.database });
    new CfnOutput(this, 'ArchiveWorkGroup', { value: catalog.workGroup });
    for (const [name, { queue, deadLetters }] of this.queues) {
      new CfnOutput(this, `${capitalised(name)}QueueUrl`, { value: queue.queueUrl });
      new CfnOutput(this, `${capitalised(name)}DeadLettersUrl`, { value: deadLetters.queueUrl });
    }
  }

  private scheduledQueues(domains: readonly Domain[]): DomainQueue[] {
    return domains.filter(usesSchedules).flatMap(({ name }) => this.queues.get(name) ?? []);
  }
}

const capitalised = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
