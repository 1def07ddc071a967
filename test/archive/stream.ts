import { randomUUID } from 'node:crypto';
import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBRecord } from 'aws-lambda';
import type { Days } from '../../functions/domains/archive/place.ts';
import { archivedEvents, archivedKeys } from '../../functions/domains/archive/read.ts';
import { serveStream } from '../../functions/platform/changes/stream.ts';
import { openFiles } from '../../functions/platform/storage/files.ts';
import { archive } from '../../functions/services/archive.ts';
import { events } from '../../functions/services/events.ts';
import { startApp } from '../support/app.ts';
import { awsEndpoint } from '../support/aws-endpoint.ts';

const cloud = {
  endpoint: awsEndpoint(),
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};

/** Events come in by the API; their items are delivered to the archive as the stream delivers them. */
export const startArchive = async () => {
  const bucket = `archive-${randomUUID()}`;
  const s3 = new S3Client({ ...cloud, forcePathStyle: true });
  const files = openFiles(bucket, { addressing: 'path', ...cloud });
  const app = await startApp(events, { services: { archive: () => files } });
  const { account } = app;
  const serve = serveStream(archive, () => app.services);

  return {
    ...app,
    files,
    bucket,
    makeBucket: () => s3.send(new CreateBucketCommand({ Bucket: bucket })),
    deliver: (Records: readonly DynamoDBRecord[]) => serve({ Records: [...Records] }),
    /** All that is stored of a person, as the stream tells of it. */
    recordsOf: async (profileId: string): Promise<DynamoDBRecord[]> => {
      const { Items = [] } = await app.client.send(
        new QueryCommand({
          TableName: app.tableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: `A#${account}#P#${profileId}` } },
        }),
      );
      return Items.map((item, index) => inserted(item, index));
    },
    keys: (days: Days = {}) => all(archivedKeys(account, days, files)),
    archived: (days: Days = {}) => all(archivedEvents(account, days, files)),
  };
};

const inserted = (item: Record<string, AttributeValue>, index: number): DynamoDBRecord => ({
  eventName: 'INSERT',
  eventSource: 'aws:dynamodb',
  dynamodb: {
    SequenceNumber: `${1_000 + index}`,
    // The same JSON by two names of one type.
    NewImage: item as NonNullable<DynamoDBRecord['dynamodb']>['NewImage'],
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  },
});

const all = async <Value>(values: AsyncIterable<Value>): Promise<Value[]> => {
  const found: Value[] = [];
  for await (const value of values) found.push(value);
  return found;
};
