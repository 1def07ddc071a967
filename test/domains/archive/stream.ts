import { randomUUID } from 'node:crypto';
import { type AttributeValue, DeleteItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBRecord } from 'aws-lambda';
import { expect } from 'vitest';
import type { Days } from '../../../functions/domains/archive/keys.ts';
import { listArchiveKeys, readArchive } from '../../../functions/domains/archive/read.ts';
import { openFiles } from '../../../functions/platform/storage/files.ts';
import { archive } from '../../../functions/services/archive.ts';
import { events } from '../../../functions/services/events.ts';
import { startApp } from '../../support/app.ts';
import { startChanges } from '../../support/changes/changes.ts';
import { awsEndpoint } from '../../support/servers/aws-endpoint.ts';

const cloud = {
  endpoint: awsEndpoint(),
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};

/** Events come in by the API; their items reach the archive as the stream delivers them. */
export const startArchive = async () => {
  const bucket = `archive-${randomUUID()}`;
  const s3 = new S3Client({ ...cloud, forcePathStyle: true });
  const files = openFiles(bucket, { addressing: 'path', ...cloud });
  const app = await startApp(events, { services: { archive: () => files } });
  const { account } = app;
  const changes = startChanges([archive], () => app.services);

  return {
    ...app,
    files,
    bucket,
    makeBucket: () => s3.send(new CreateBucketCommand({ Bucket: bucket })),
    changes,
    /** Through the stream reader and the archive's queue; returns the number of failed messages. */
    deliver: async (records: readonly DynamoDBRecord[]): Promise<number> => {
      expect(await changes.read(records)).toEqual({ batchItemFailures: [] });
      return changes.work(archive);
    },
    /** All stored items of a person, in the form of the stream. */
    recordsOf: async (profileId: string): Promise<DynamoDBRecord[]> => {
      const { Items = [] } = await app.client.send(
        new QueryCommand({
          TableName: app.tableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: `A#${account}#P#${profileId}` } },
        }),
      );
      return Items.map((item, index) => inserted(item, { index, at: app.services.now() }));
    },
    /** Erases a person's items as an erasure does. */
    erase: async (profileId: string): Promise<void> => {
      const pk = { S: `A#${account}#P#${profileId}` };
      const ask = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk } };
      const { Items = [] } = await app.client.send(new QueryCommand({ TableName: app.tableName, ...ask }));
      for (const { sk } of Items) {
        const Key = { pk, ...(sk && { sk }) };
        await app.client.send(new DeleteItemCommand({ TableName: app.tableName, Key }));
      }
    },
    keys: (days: Days = {}) => all(listArchiveKeys(account, days, files)),
    archived: (days: Days = {}) => all(readArchive(account, days, files)),
  };
};

const inserted = (
  item: Record<string, AttributeValue>,
  { index, at }: { readonly index: number; readonly at: Date },
): DynamoDBRecord => {
  // The same JSON by two names of one type.
  const NewImage = item as NonNullable<NonNullable<DynamoDBRecord['dynamodb']>['NewImage']>;
  const { pk, sk } = NewImage;
  return {
    eventName: 'INSERT',
    eventSource: 'aws:dynamodb',
    dynamodb: {
      SequenceNumber: `${1_000 + index}`,
      ApproximateCreationDateTime: at.getTime() / 1_000,
      Keys: { ...(pk && { pk }), ...(sk && { sk }) },
      NewImage,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
  };
};

const all = async <Value>(values: AsyncIterable<Value>): Promise<Value[]> => {
  const found: Value[] = [];
  for await (const value of values) found.push(value);
  return found;
};
