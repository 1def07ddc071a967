import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Settings } from '../../settings/settings.ts';

type Units = NonNullable<Settings['warmThroughput']>;

// The price of an hour of provisioned capacity in us-east-1, charged once for each added unit.
const READ_UNIT = 0.00013;
const WRITE_UNIT = 0.00065;

/** Describes the cost of raising the warm throughput, which cannot be lowered. Throws if the table has more already. */
export const warmThroughputNote = async (dynamo: DynamoDBClient, TableName: string, to: Units): Promise<string> => {
  const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
  const now = [Table, ...(Table?.GlobalSecondaryIndexes ?? [])].map((one) => ({
    reads: one?.WarmThroughput?.ReadUnitsPerSecond ?? 0,
    writes: one?.WarmThroughput?.WriteUnitsPerSecond ?? 0,
  }));
  const least = { reads: Math.max(...now.map(({ reads }) => reads)), writes: Math.max(...now.map((of) => of.writes)) };
  if (to.reads < least.reads || to.writes < least.writes) {
    throw new Error(
      `warmThroughput=${to.reads}/${to.writes}: the table has ${least.reads}/${least.writes} already, and AWS does not lower it. ` +
        'Keep the setting, or raise it to at least that.',
    );
  }
  const cost = now.reduce(
    (sum, { reads, writes }) => sum + (to.reads - reads) * READ_UNIT + (to.writes - writes) * WRITE_UNIT,
    0,
  );
  return `Raising warmThroughput to ${to.reads}/${to.writes} costs about $${cost.toFixed(2)} once (us-east-1), and cannot be undone.`;
};
