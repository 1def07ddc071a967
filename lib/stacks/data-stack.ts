import { CfnOutput, CrossStackReferences, Duration, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import {
  type Domain,
  filePrefixesOf,
  hasQueue,
  streamTriggersOf,
  usesSchedules,
} from '../../functions/platform/service/service.ts';
import { ArchiveBucket } from '../constructs/archive-bucket.ts';
import { ArchiveCatalog } from '../constructs/archive-catalog.ts';
import { Budget } from '../constructs/budget.ts';
import { DomainQueue, deadLetters } from '../constructs/domain-queue.ts';
import { FileRule } from '../constructs/file-rule.ts';
import { ImportsBucket } from '../constructs/imports-bucket.ts';
import { Schedules } from '../constructs/schedules.ts';
import { Sender } from '../constructs/sender.ts';
import { StoredSettings } from '../constructs/stored-settings.ts';
import { Table, type UsedTable } from '../constructs/table.ts';
import { readStoredSettings, type Settings } from '../settings/settings.ts';

export interface DataStackProps extends StackProps {
  readonly settings: Settings;
  readonly domains: readonly Domain[];
}

/**
 * What holds data. The rules are here, with the queues: a file that is dropped while the other stack is replaced, or
 * gone, waits in its queue.
 */
export class DataStack extends Stack {
  /** The stack's own, or the one that a setting names. */
  readonly table: UsedTable;
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
    super(scope, id, { terminationProtection: settings.protect && settings.terminationProtection, ...props });
    this.table = this.tableOf(settings);
    new StoredSettings(this, 'Settings', { name: settings.name, settings: readStoredSettings(this.node) });
    if (settings.monthlyBudget !== undefined && settings.alarmEmail !== undefined) {
      const { monthlyBudget: monthly, alarmEmail: email, name: deployment } = settings;
      new Budget(this, 'Budget', { monthly, email, deployment });
    }
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
    const sources = settings.sftp ? (['upload', 'transfer'] as const) : (['upload'] as const);
    for (const domain of withTriggers) {
      const target = this.queues.get(domain.name);
      for (const on of sources) {
        const prefixes = filePrefixesOf(domain, on);
        if (!target || prefixes.length === 0) continue;
        new FileRule(this, `${domain.name}-${on}`, { bucket: this.imports, on, prefixes, target });
      }
    }

    this.mail = settings.mailFrom === undefined ? undefined : new Sender(this, 'Mail', { from: settings.mailFrom });
    for (const { name, triggers } of withTriggers) {
      const target = this.queues.get(name);
      if (target && triggers.some(({ on }) => on === 'mailNotice')) this.mail?.notify(target);
    }

    this.letGo();

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

  private tableOf({ protect, warmThroughput, ownTable, tableName, tableStreamArn }: Settings): UsedTable {
    const own = ownTable ? new Table(this, 'Data', { isProtected: protect, warmThroughput }).table : undefined;
    // Where another table is used from now on the other stack imports these until it is deployed, and CloudFormation
    // removes no export in use.
    for (const value of own ? [own.tableName, own.tableArn, own.tableStreamArn] : []) this.exportValue(value);
    if (tableName === undefined || tableStreamArn === undefined) {
      if (!own) throw new Error('Either the stack has a table, or a setting names one.');
      return own;
    }
    return TableV2.fromTableAttributes(this, 'Restored', { tableName, tableStreamArn });
  }

  /**
   * What a setting or a domain brings can go with it. CloudFormation deletes no export that another stack imports, and
   * this stack is deployed first: so what the other one knows of these are outputs, which it reads when it is deployed,
   * and which bind nothing. The exports stay beside them for deployments that still import some. The table and the
   * buckets stay bound: nothing is to take them away, or another in their place, unnoticed. Their exports are there
   * whoever reads them.
   */
  private letGo(): void {
    const { imports, archive } = this;
    for (const value of [imports, archive].flatMap((b) => [b.bucketName, b.bucketArn])) this.exportValue(value);

    const queues = [...this.queues.values()].flatMap(({ queue, exhausted, deadLetters: failed }) => [
      queue,
      exhausted,
      failed,
    ]);
    for (const resource of [...queues, ...this.streamFailures.values(), ...(this.mail ? [this.mail.set] : [])])
      CrossStackReferences.of(resource).produce(ReferenceStrength.BOTH);
  }

  private scheduledQueues(domains: readonly Domain[]): DomainQueue[] {
    return domains.filter(usesSchedules).flatMap(({ name }) => this.queues.get(name) ?? []);
  }
}

const capitalised = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
