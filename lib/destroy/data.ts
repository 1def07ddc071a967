import {
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  UpdateTableCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
  type S3Client,
} from '@aws-sdk/client-s3';

export interface Held {
  readonly tables: readonly string[];
  readonly buckets: readonly string[];
}

interface Clients {
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
}

/** Those that are still there. */
export const existing = async ({ tables, buckets }: Held, { dynamodb, s3 }: Clients): Promise<Held> => ({
  tables: await those(tables, 'ResourceNotFoundException', (TableName) =>
    dynamodb.send(new DescribeTableCommand({ TableName })),
  ),
  buckets: await those(buckets, /^(NotFound|NoSuchBucket)$/, (Bucket) => s3.send(new HeadBucketCommand({ Bucket }))),
});

const those = async (
  names: readonly string[],
  missing: string | RegExp,
  look: (name: string) => Promise<unknown>,
): Promise<string[]> => {
  const found: string[] = [];
  for (const name of names) {
    try {
      await look(name);
      found.push(name);
    } catch (error) {
      if (!(error instanceof Error && error.name.match(missing))) throw error;
    }
  }
  return found;
};

type Tell = (line: string) => void;

const REPORT_EVERY = 50_000;

/** Removes every version of every object, a thousand a request. */
export const emptyBucket = async (bucket: string, client: S3Client, tell: Tell): Promise<void> => {
  let removed = 0;
  let reported = 0;
  try {
    // From the beginning each time: what was listed is gone.
    for (
      let Objects = await versionsIn(bucket, client);
      Objects.length > 0;
      Objects = await versionsIn(bucket, client)
    ) {
      const { Errors: [failed] = [] } = await client.send(
        new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
      );
      if (failed) throw new Error(`An object in ${bucket} can't be deleted: ${failed.Code} ${failed.Message}`);
      removed += Objects.length;
      if (removed - reported < REPORT_EVERY) continue;
      tell(`  ${removed} versions of objects removed`);
      reported = removed;
    }
  } catch (error) {
    if (!isNamed(error, 'NoSuchBucket')) throw error;
  }
};

const versionsIn = async (bucket: string, client: S3Client): Promise<ObjectIdentifier[]> => {
  const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
  return [...Versions, ...DeleteMarkers].flatMap(({ Key, VersionId }) =>
    Key === undefined ? [] : [{ Key, VersionId }],
  );
};

/** Empties it first. Does nothing where it is gone. */
export const deleteBucket = async (bucket: string, client: S3Client, tell: Tell): Promise<void> => {
  await emptyBucket(bucket, client, tell);
  try {
    await client.send(new DeleteBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (!isNamed(error, 'NoSuchBucket')) throw error;
  }
};

/** Lifts its protection first. Does nothing where it is gone. */
export const deleteTable = async (name: string, client: DynamoDBClient): Promise<void> => {
  try {
    await client.send(new UpdateTableCommand({ TableName: name, DeletionProtectionEnabled: false }));
    // It can't be deleted while it is being changed.
    await waitUntilTableExists({ client, maxWaitTime: 300 }, { TableName: name });
    await client.send(new DeleteTableCommand({ TableName: name }));
  } catch (error) {
    if (!isNamed(error, 'ResourceNotFoundException')) throw error;
  }
};

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;
