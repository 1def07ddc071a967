import { CfnOutput, CrossStackReferences, Duration, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { changeQueuesOf, messageQueuesOf } from '../../functions/platform/service/queues.ts';
import { type Domain, filePrefixesOf, usesSchedules } from '../../functions/platform/service/service.ts';
import { ArchiveBucket } from '../constructs/archive-bucket.ts';
import { ArchiveCatalog } from '../constructs/archive-catalog.ts';
import { Budget } from '../constructs/budget.ts';
import { ChangeQueue } from '../constructs/change-queue.ts';
import { CHANGE_TIMEOUT } from '../constructs/change-worker.ts';
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
  /** By their keys: the name of the domain, and of further ones their own behind it. */
  readonly queues: ReadonlyMap<string, DomainQueue>;
  /** Of changes, likewise. */
  readonly changeQueues: ReadonlyMap<string, ChangeQueue>;
  /** Of the domain that reads the table's stream: what it set aside. */
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

    const messageQueues = domains.flatMap(messageQueuesOf);
    this.queues = new Map(
      messageQueues.map(({ key, timeoutSeconds = settings.workerTimeoutSeconds }) => [
        key,
        new DomainQueue(this, `${key}-queue`, { workerTimeout: Duration.seconds(timeoutSeconds) }),
      ]),
    );
    this.changeQueues = new Map(
      domains.flatMap(changeQueuesOf).map(({ key, isFifo = false, timeoutSeconds }) => {
        const workerTimeout = timeoutSeconds === undefined ? CHANGE_TIMEOUT : Duration.seconds(timeoutSeconds);
        return [key, new ChangeQueue(this, `${key}-queue`, { workerTimeout, isFifo })];
      }),
    );
    this.schedules = new Schedules(this, 'Schedules', { name: settings.name, queues: this.scheduledQueues(domains) });
    this.streamFailures = new Map(
      domains
        .filter(({ readsStream }) => readsStream)
        .map(({ name }) => [name, deadLetters(this, `${name}-stream-DeadLetters`)]),
    );
    const sources = settings.sftp ? (['upload', 'transfer'] as const) : (['upload'] as const);
    for (const queue of messageQueues) {
      const target = this.queues.get(queue.key);
      for (const on of sources) {
        const prefixes = filePrefixesOf(queue, on);
        if (!target || prefixes.length === 0) continue;
        new FileRule(this, `${queue.key}-${on}`, { bucket: this.imports, on, prefixes, target });
      }
    }

    this.mail = settings.mailFrom === undefined ? undefined : new Sender(this, 'Mail', { from: settings.mailFrom });
    for (const { key, triggers } of messageQueues) {
      const target = this.queues.get(key);
      if (target && triggers.some(({ on }) => on === 'mailNotice')) this.mail?.notify(target);
    }

    this.letGo();

    new CfnOutput(this, 'TableName', { value: this.table.tableName });
    new CfnOutput(this, 'ImportsBucket', { value: this.imports.bucketName });
    new CfnOutput(this, 'ArchiveBucket', { value: this.archive.bucketName });
    new CfnOutput(this, 'ArchiveDatabase', { value: catalog.database });
    new CfnOutput(this, 'ArchiveWorkGroup', { value: catalog.workGroup });
    for (const [key, { queue, deadLetters }] of [...this.queues, ...this.changeQueues]) {
      new CfnOutput(this, `${outputName(key)}QueueUrl`, { value: queue.queueUrl });
      new CfnOutput(this, `${outputName(key)}DeadLettersUrl`, { value: deadLetters.queueUrl });
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
    const changes = [...this.changeQueues.values()].flatMap((one) => [one.queue, one.deadLetters]);
    const others = [...this.streamFailures.values(), ...(this.mail ? [this.mail.set] : [])];
    for (const resource of [...queues, ...changes, ...others])
      CrossStackReferences.of(resource).produce(ReferenceStrength.BOTH);
  }

  private scheduledQueues(domains: readonly Domain[]): DomainQueue[] {
    return domains.filter(usesSchedules).flatMap(({ name }) => this.queues.get(name) ?? []);
  }
}

/** `ConsentMail` of `consent-mail`. */
const outputName = (key: string): string =>
  key
    .split('-')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
