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

/** What holds the data of a deployment. */
export interface DataStores {
  readonly tables: readonly string[];
  readonly buckets: readonly string[];
}

interface Clients {
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
}

/** The tables and buckets that still exist. */
export const existingStores = async (
  { tables, buckets }: DataStores,
  { dynamodb, s3 }: Clients,
): Promise<DataStores> => ({
  tables: await existingNames(tables, 'ResourceNotFoundException', (TableName) =>
    dynamodb.send(new DescribeTableCommand({ TableName })),
  ),
  buckets: await existingNames(buckets, /^(NotFound|NoSuchBucket)$/, (Bucket) =>
    s3.send(new HeadBucketCommand({ Bucket })),
  ),
});

const existingNames = async (
  names: readonly string[],
  missingError: string | RegExp,
  request: (name: string) => Promise<unknown>,
): Promise<string[]> => {
  const existing: string[] = [];
  for (const name of names) {
    try {
      await request(name);
      existing.push(name);
    } catch (error) {
      if (!(error instanceof Error && error.name.match(missingError))) throw error;
    }
  }
  return existing;
};

type Print = (line: string) => void;

const REPORT_EVERY = 50_000;

/** Deletes every version of every object, a thousand a request. */
export const emptyBucket = async (bucket: string, client: S3Client, print: Print): Promise<void> => {
  let removed = 0;
  let reported = 0;
  try {
    // Lists from the start each time, since all listed versions are deleted.
    for (
      let Objects = await versionsIn(bucket, client);
      Objects.length > 0;
      Objects = await versionsIn(bucket, client)
    ) {
      const { Errors: [failed] = [] } = await client.send(
        new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
      );
      if (failed) throw new Error(`An object in ${bucket} could not be deleted: ${failed.Code} ${failed.Message}`);
      removed += Objects.length;
      if (removed - reported < REPORT_EVERY) continue;
      print(`  ${removed} versions of objects deleted`);
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

/** Empties a bucket and deletes it, if it exists. */
export const deleteBucket = async (bucket: string, client: S3Client, print: Print): Promise<void> => {
  await emptyBucket(bucket, client, print);
  try {
    await client.send(new DeleteBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (!isNamed(error, 'NoSuchBucket')) throw error;
  }
};

/** Removes the protection of a table and deletes it, if it exists. */
export const deleteTable = async (name: string, client: DynamoDBClient): Promise<void> => {
  try {
    await client.send(new UpdateTableCommand({ TableName: name, DeletionProtectionEnabled: false }));
    // DynamoDB refuses to delete a table during an update.
    await waitUntilTableExists({ client, maxWaitTime: 300 }, { TableName: name });
    await client.send(new DeleteTableCommand({ TableName: name }));
  } catch (error) {
    if (!isNamed(error, 'ResourceNotFoundException')) throw error;
  }
};

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;
