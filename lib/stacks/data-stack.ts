import { CfnOutput, CrossStackReferences, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct, IConstruct } from 'constructs';
import { messageQueuesOf } from '../../functions/platform/service/queues.ts';
import { filePrefixesOf, type ServiceDeclaration } from '../../functions/platform/service/service.ts';
import { ArchiveCatalog } from '../constructs/archive-catalog.ts';
import { Budget } from '../constructs/observability/budget.ts';
import { StoredSettings } from '../constructs/stored-settings.ts';
import { FileRule } from '../constructs/workers/file-rule.ts';
import { archive } from '../resources/archive.ts';
import { imports } from '../resources/imports.ts';
import { mail } from '../resources/mail.ts';
import { type Queues, queue } from '../resources/queue.ts';
import { deadLetters } from '../resources/queues/service-queue.ts';
import { type HostedResource, type MadeOf, resourcesIn } from '../resources/resource.ts';
import { resources } from '../resources/resources.ts';
import { table, type UsedTable } from '../resources/table.ts';
import { readStoredSettings, type Settings } from '../settings/settings.ts';

/** The archive read the stream in earlier versions. Another id would replace the queue, which may hold messages. */
const STREAM_DEAD_LETTERS = 'archive-stream-DeadLetters';

const { BOTH, WEAK } = ReferenceStrength;
/**
 * The services whose queues the last release's app stack imports. A later release may drop their exports too: a stack
 * has at most 200 outputs.
 */
const EXPORTED_IN_LAST_RELEASE = ['consent', 'imports', 'lists', 'privacy', 'profiles'];

export interface DataStackProps extends StackProps {
  readonly settings: Settings;
  readonly services: readonly ServiceDeclaration[];
}

/**
 * The stack that holds data. It also has the rules and queues for uploads, so that a file waits in its queue while the
 * app stack is replaced or deleted.
 */
export class DataStack extends Stack {
  /** Returns what was made for a resource. */
  readonly of: MadeOf;
  /** The stack's own table, or the one of the setting `tableName`. */
  readonly table: UsedTable;
  readonly imports: Bucket;
  /** By key, which begins with the name of the service. */
  readonly queues: Queues['messages'];
  /** The queues of changes by key. */
  readonly changeQueues: Queues['changes'];
  /** Messages about changes that could not be sent on, by the service that reads the stream. */
  readonly streamFailures: ReadonlyMap<string, Queue>;

  constructor(scope: Construct, id: string, { settings, services, ...props }: DataStackProps) {
    super(scope, id, { terminationProtection: settings.protect && settings.terminationProtection, ...props });
    this.of = resourcesIn(this, { settings, services });
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
      services
        .filter(({ readsStream }) => readsStream)
        .map(({ name }) => [name, deadLetters(this, STREAM_DEAD_LETTERS)]),
    );
    this.addFileRules(settings, services);
    this.allowRemovals();

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

  private addFileRules({ sftp }: Settings, services: readonly ServiceDeclaration[]): void {
    const sources = sftp ? (['upload', 'transfer'] as const) : (['upload'] as const);
    for (const queue of services.flatMap(messageQueuesOf)) {
      const target = this.queues.get(queue.key);
      for (const on of sources) {
        const prefixes = filePrefixesOf(queue, on);
        if (!target || prefixes.length === 0) continue;
        new FileRule(this, `${queue.key}-${on}`, { bucket: this.imports, on, prefixes, target });
      }
    }
  }

  /**
   * Lets a setting or a service remove its resources. CloudFormation deletes no export that another stack imports, and
   * this stack is deployed first. So the app stack reads outputs of these resources instead, which do not block a
   * deletion. Exports that the last release imports stay. The table and the buckets keep strong references: nothing may
   * remove or replace them unnoticed.
   */
  private allowRemovals(): void {
    const all: readonly HostedResource[] = Object.values(resources);
    const removable = all.flatMap((resource) => resource.removable?.(this.of(resource)) ?? []);
    const { queues } = this;
    const exported = new Set<IConstruct>([
      ...EXPORTED_IN_LAST_RELEASE.flatMap((key) => queues.get(key) ?? []).flatMap(({ queue, deadLetters }) => [
        queue,
        deadLetters,
      ]),
      ...this.streamFailures.values(),
      ...(mail.removable?.(this.of(mail)) ?? []),
    ]);
    for (const construct of new Set([...removable, ...exported]))
      CrossStackReferences.of(construct).produce(exported.has(construct) ? BOTH : WEAK);
  }
}

/** `ConsentMail` of `consent-mail`. */
const outputName = (key: string): string =>
  key
    .split('-')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
