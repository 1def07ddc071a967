import {
  type ContinuousBackupsDescription,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ListTagsOfResourceCommand,
  type TableDescription,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { definition } from '../../../functions/platform/table/definition.ts';
import { isNamed } from './account.ts';

/** A feature that a restored table lacks: AWS restores only items and indexes. */
export interface MissingFeature {
  readonly name: string;
  add(): Promise<unknown>;
}

export interface TableUse {
  readonly tableName: string;
  /** The value of the tag `deployment`. */
  readonly deployment: string;
  readonly isProtected: boolean;
}

/** Lists the features that an existing table needs. Throws if it has other keys or indexes. */
export const missingFeatures = async (dynamo: DynamoDBClient, use: TableUse): Promise<MissingFeature[]> => {
  const { tableName: TableName, deployment, isProtected } = use;
  const table = await describe(dynamo, TableName);
  checkShape(table, TableName);
  const { TableArn: ResourceArn } = table;
  const update = async (change: object) => {
    await dynamo.send(new UpdateTableCommand({ TableName, ...change }));
    await waitUntilTableExists({ client: dynamo, maxWaitTime: 600 }, { TableName });
  };
  const { TimeToLiveDescription: ttl } = await dynamo.send(new DescribeTimeToLiveCommand({ TableName }));
  const { ContinuousBackupsDescription: backups } = await dynamo.send(
    new DescribeContinuousBackupsCommand({ TableName }),
  );
  const { Tags = [] } = await dynamo.send(new ListTagsOfResourceCommand({ ResourceArn }));
  const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' as const };
  const TimeToLiveSpecification = { AttributeName: definition.ttl, Enabled: true };
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
  const all: (MissingFeature & { readonly isPresent: boolean })[] = [
    {
      name: 'a stream, which the archive reads',
      isPresent: table.StreamSpecification?.StreamViewType === StreamSpecification.StreamViewType,
      add: () => update({ StreamSpecification }),
    },
    {
      name: `time to live by ${definition.ttl}, which expires items`,
      isPresent: ttl?.AttributeName === definition.ttl && /^ENABL/.test(ttl.TimeToLiveStatus ?? ''),
      add: () => dynamo.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification })),
    },
    {
      name: 'point-in-time recovery',
      isPresent: isRecoverable(backups),
      add: () => dynamo.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification })),
    },
    {
      name: `the tag deployment=${deployment}, which assigns its cost`,
      isPresent: Tags.some(({ Key, Value }) => Key === 'deployment' && Value === deployment),
      add: () => dynamo.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: 'deployment', Value: deployment }] })),
    },
    {
      name: 'deletion protection',
      isPresent: !isProtected || table.DeletionProtectionEnabled === true,
      add: () => update({ DeletionProtectionEnabled: true }),
    },
  ];
  return all.filter(({ isPresent }) => !isPresent);
};

const isRecoverable = (backups: ContinuousBackupsDescription | undefined): boolean =>
  backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED';

/** The ARN of the table's current stream. */
export const streamArnOf = async (dynamo: DynamoDBClient, TableName: string): Promise<string> => {
  const { LatestStreamArn, StreamSpecification } = await describe(dynamo, TableName);
  if (!StreamSpecification?.StreamEnabled || LatestStreamArn === undefined)
    throw new Error(`The table ${TableName} has no stream. Enable one with the view type NEW_AND_OLD_IMAGES.`);
  return LatestStreamArn;
};

const describe = async (dynamo: DynamoDBClient, TableName: string): Promise<TableDescription> => {
  try {
    const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
    if (!Table) throw new Error(`AWS did not describe the table ${TableName}. Run the command again.`);
    return Table;
  } catch (error) {
    if (!isNamed(error, 'ResourceNotFoundException')) throw error;
    throw new Error(
      `There is no table ${TableName} in this account and region. Restore it first: see docs/operating.md.`,
    );
  }
};

type Keys = TableDescription['KeySchema'];
const keysOf = (keys: Keys): string =>
  ['HASH', 'RANGE'].map((type) => keys?.find(({ KeyType }) => KeyType === type)?.AttributeName ?? 'none').join(', ');

const checkShape = (table: TableDescription, name: string): void => {
  const own = `${definition.pk}, ${definition.sk}`;
  const problems = [
    ...(table.TableStatus === 'ACTIVE' ? [] : [`it is ${table.TableStatus}: wait until it is ACTIVE`]),
    ...(keysOf(table.KeySchema) === own ? [] : [`its keys are ${keysOf(table.KeySchema)} instead of ${own}`]),
    ...Object.entries(definition.indexes).flatMap(([index, { pk, sk }]) => {
      const existing = table.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === index);
      if (!existing) return [`it has no index ${index}: restore it with all indexes`];
      const projected = existing.Projection?.NonKeyAttributes ?? [];
      const isSame =
        keysOf(existing.KeySchema) === `${pk}, ${sk}` && definition.projected.every((one) => projected.includes(one));
      return isSame ? [] : [`its index ${index} has other keys or attributes`];
    }),
  ];
  if (problems.length > 0) throw new Error(`The table ${name} cannot be used: ${problems.join('; ')}.`);
};
