import { CfnOutput, CrossStackReferences, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { messageQueuesOf } from '../../functions/platform/service/queues.ts';
import { type Domain, filePrefixesOf } from '../../functions/platform/service/service.ts';
import { ArchiveCatalog } from '../constructs/archive-catalog.ts';
import { Budget } from '../constructs/observability/budget.ts';
import { StoredSettings } from '../constructs/stored-settings.ts';
import { FileRule } from '../constructs/workers/file-rule.ts';
import { archive } from '../resources/archive.ts';
import { imports } from '../resources/imports.ts';
import { type Queues, queue } from '../resources/queue.ts';
import { deadLetters } from '../resources/queues/domain-queue.ts';
import { type HostedResource, type MadeOf, resourcesIn } from '../resources/resource.ts';
import { resources } from '../resources/resources.ts';
import { table, type UsedTable } from '../resources/table.ts';
import { readStoredSettings, type Settings } from '../settings/settings.ts';

/** The service that reads the stream was the archive once: another name would replace a queue that may hold messages. */
const STREAM_DEAD_LETTERS = 'archive-stream-DeadLetters';

export interface DataStackProps extends StackProps {
  readonly settings: Settings;
  readonly domains: readonly Domain[];
}

/**
 * What holds data. The rules are here, with the queues: a file that is dropped while the other stack is replaced, or
 * gone, waits in its queue.
 */
export class DataStack extends Stack {
  /** What was made for a resource. */
  readonly of: MadeOf;
  /** The stack's own, or the one that a setting names. */
  readonly table: UsedTable;
  readonly imports: Bucket;
  /** By their keys: the name of the domain, and of further ones their own behind it. */
  readonly queues: Queues['messages'];
  /** Of changes, likewise. */
  readonly changeQueues: Queues['changes'];
  /** Of the domain that reads the table's stream: what it set aside. */
  readonly streamFailures: ReadonlyMap<string, Queue>;

  constructor(scope: Construct, id: string, { settings, domains, ...props }: DataStackProps) {
    super(scope, id, { terminationProtection: settings.protect && settings.terminationProtection, ...props });
    this.of = resourcesIn(this, { settings, domains });
    for (const resource of Object.values(resources)) this.of(resource);
    this.table = this.of(table);
    this.imports = this.of(imports);
    this.queues = this.of(queue).messages;
    this.changeQueues = this.of(queue).changes;
    new StoredSettings(this, 'Settings', { name: settings.name, settings: readStoredSettings(this.node) });
    if (settings.monthlyBudget !== undefined && settings.alarmEmail !== undefined) {
      const { monthlyBudget: monthly, alarmEmail: email, name: deployment } = settings;
      new Budget(this, 'Budget', { monthly, email, deployment });
    }
    const catalog = new ArchiveCatalog(this, 'Catalog', { bucket: this.of(archive), name: settings.name });
    this.streamFailures = new Map(
      domains
        .filter(({ readsStream }) => readsStream)
        .map(({ name }) => [name, deadLetters(this, STREAM_DEAD_LETTERS)]),
    );
    this.addFileRules(settings, domains);
    this.letGo();

    new CfnOutput(this, 'TableName', { value: this.table.tableName });
    new CfnOutput(this, 'ImportsBucket', { value: this.imports.bucketName });
    new CfnOutput(this, 'ArchiveBucket', { value: this.of(archive).bucketName });
    new CfnOutput(this, 'ArchiveDatabase', { value: catalog.database });
    new CfnOutput(this, 'ArchiveWorkGroup', { value: catalog.workGroup });
    for (const [key, { queue, deadLetters }] of [...this.queues, ...this.changeQueues]) {
      new CfnOutput(this, `${outputName(key)}QueueUrl`, { value: queue.queueUrl });
      new CfnOutput(this, `${outputName(key)}DeadLettersUrl`, { value: deadLetters.queueUrl });
    }
  }

  private addFileRules({ sftp }: Settings, domains: readonly Domain[]): void {
    const sources = sftp ? (['upload', 'transfer'] as const) : (['upload'] as const);
    for (const queue of domains.flatMap(messageQueuesOf)) {
      const target = this.queues.get(queue.key);
      for (const on of sources) {
        const prefixes = filePrefixesOf(queue, on);
        if (!target || prefixes.length === 0) continue;
        new FileRule(this, `${queue.key}-${on}`, { bucket: this.imports, on, prefixes, target });
      }
    }
  }

  /**
   * What a setting or a domain brings can go with it. CloudFormation deletes no export that another stack imports, and
   * this stack is deployed first: so what the other one knows of these are outputs, which it reads when it is deployed,
   * and which bind nothing. The exports stay beside them for deployments that still import some. The table and the
   * buckets stay bound: nothing is to take them away, or another in their place, unnoticed.
   */
  private letGo(): void {
    const all: readonly HostedResource[] = Object.values(resources);
    const unbound = all.flatMap((resource) => resource.unbound?.(this.of(resource)) ?? []);
    for (const construct of [...unbound, ...this.streamFailures.values()])
      CrossStackReferences.of(construct).produce(ReferenceStrength.BOTH);
  }
}

/** `ConsentMail` of `consent-mail`. */
const outputName = (key: string): string =>
  key
    .split('-')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
