import { CfnOutput, CrossStackReferences, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type Domain, filePrefixesOf, streamTriggersOf } from '../../functions/platform/service/service.ts';
import { ArchiveCatalog } from '../constructs/archive-catalog.ts';
import { Budget } from '../constructs/budget.ts';
import { FileRule } from '../constructs/file-rule.ts';
import { StoredSettings } from '../constructs/stored-settings.ts';
import { archive } from '../resources/archive.ts';
import { deadLetters } from '../resources/domain-queue.ts';
import { imports } from '../resources/imports.ts';
import { type Queues, queue } from '../resources/queue.ts';
import { type HostedResource, type MadeOf, resourcesIn } from '../resources/resource.ts';
import { resources } from '../resources/resources.ts';
import { table, type UsedTable } from '../resources/table.ts';
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
  /** What was made for a resource. */
  readonly of: MadeOf;
  /** The stack's own, or the one that a setting names. */
  readonly table: UsedTable;
  readonly imports: Bucket;
  /** By the name of the domain; there is one where there are triggers that need one. */
  readonly queues: Queues;
  /** Of domains that take new items from the table's stream: what they could not handle. */
  readonly streamFailures: ReadonlyMap<string, Queue>;

  constructor(scope: Construct, id: string, { settings, domains, ...props }: DataStackProps) {
    super(scope, id, { terminationProtection: settings.protect && settings.terminationProtection, ...props });
    this.of = resourcesIn(this, { settings, domains });
    for (const resource of Object.values(resources)) this.of(resource);
    this.table = this.of(table);
    this.imports = this.of(imports);
    this.queues = this.of(queue);
    new StoredSettings(this, 'Settings', { name: settings.name, settings: readStoredSettings(this.node) });
    if (settings.monthlyBudget !== undefined && settings.alarmEmail !== undefined) {
      const { monthlyBudget: monthly, alarmEmail: email, name: deployment } = settings;
      new Budget(this, 'Budget', { monthly, email, deployment });
    }
    const catalog = new ArchiveCatalog(this, 'Catalog', { bucket: this.of(archive), name: settings.name });
    this.streamFailures = new Map(
      domains
        .filter((domain) => streamTriggersOf(domain).length > 0)
        .map(({ name }) => [name, deadLetters(this, `${name}-stream-DeadLetters`)]),
    );
    this.addFileRules(settings, domains);
    this.letGo();

    new CfnOutput(this, 'TableName', { value: this.table.tableName });
    new CfnOutput(this, 'ImportsBucket', { value: this.imports.bucketName });
    new CfnOutput(this, 'ArchiveBucket', { value: this.of(archive).bucketName });
    new CfnOutput(this, 'ArchiveDatabase', { value: catalog.database });
    new CfnOutput(this, 'ArchiveWorkGroup', { value: catalog.workGroup });
    for (const [name, { queue, deadLetters }] of this.queues) {
      new CfnOutput(this, `${capitalised(name)}QueueUrl`, { value: queue.queueUrl });
      new CfnOutput(this, `${capitalised(name)}DeadLettersUrl`, { value: deadLetters.queueUrl });
    }
  }

  private addFileRules({ sftp }: Settings, domains: readonly Domain[]): void {
    const sources = sftp ? (['upload', 'transfer'] as const) : (['upload'] as const);
    for (const domain of domains) {
      const target = this.queues.get(domain.name);
      for (const on of sources) {
        const prefixes = filePrefixesOf(domain, on);
        if (!target || prefixes.length === 0) continue;
        new FileRule(this, `${domain.name}-${on}`, { bucket: this.imports, on, prefixes, target });
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

const capitalised = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
