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

/** Something that a restored table lacks, since AWS brings back items and indexes alone. */
export interface Missing {
  readonly what: string;
  add(): Promise<unknown>;
}

export interface Wanted {
  readonly tableName: string;
  /** Value of the tag `deployment`. */
  readonly deployment: string;
  readonly isProtected: boolean;
}

/** What an existing table needs before functions can use it. Throws where its keys or indexes are not ours. */
export const missingOn = async (dynamo: DynamoDBClient, wanted: Wanted): Promise<Missing[]> => {
  const { tableName: TableName, deployment, isProtected } = wanted;
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
  const all: (Missing & { readonly isThere: boolean })[] = [
    {
      what: 'a stream, which the archive reads',
      isThere: table.StreamSpecification?.StreamViewType === StreamSpecification.StreamViewType,
      add: () => update({ StreamSpecification }),
    },
    {
      what: `time to live by ${definition.ttl}, without which nothing expires`,
      isThere: ttl?.AttributeName === definition.ttl && /^ENABL/.test(ttl.TimeToLiveStatus ?? ''),
      add: () => dynamo.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification })),
    },
    {
      what: 'point-in-time recovery',
      isThere: isRecoverable(backups),
      add: () => dynamo.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification })),
    },
    {
      what: `the tag deployment=${deployment}, by which its cost is found`,
      isThere: Tags.some(({ Key, Value }) => Key === 'deployment' && Value === deployment),
      add: () => dynamo.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: 'deployment', Value: deployment }] })),
    },
    {
      what: 'deletion protection',
      isThere: !isProtected || table.DeletionProtectionEnabled === true,
      add: () => update({ DeletionProtectionEnabled: true }),
    },
  ];
  return all.filter(({ isThere }) => !isThere);
};

const isRecoverable = (backups: ContinuousBackupsDescription | undefined): boolean =>
  backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED';

/** Of the stream that the table has now. */
export const streamArnOf = async (dynamo: DynamoDBClient, TableName: string): Promise<string> => {
  const { LatestStreamArn, StreamSpecification } = await describe(dynamo, TableName);
  if (!StreamSpecification?.StreamEnabled || LatestStreamArn === undefined)
    throw new Error(`The table ${TableName} has no stream.`);
  return LatestStreamArn;
};

const describe = async (dynamo: DynamoDBClient, TableName: string): Promise<TableDescription> => {
  try {
    const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
    if (!Table) throw new Error(`AWS tells nothing of the table ${TableName}.`);
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
      const there = table.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === index);
      if (!there) return [`it has no index ${index}: restore it with all indexes`];
      const projected = there.Projection?.NonKeyAttributes ?? [];
      const isSame =
        keysOf(there.KeySchema) === `${pk}, ${sk}` && definition.projected.every((one) => projected.includes(one));
      return isSame ? [] : [`its index ${index} has other keys or attributes`];
    }),
  ];
  if (problems.length > 0) throw new Error(`The table ${name} can't be used: ${problems.join('; ')}.`);
};
