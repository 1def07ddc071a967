import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, expect, test } from 'vitest';
import { type MiniStack, startMiniStack } from '../../../lib/local/ministack/ministack.ts';
import { freePort } from '../../../lib/local/ministack/ports.ts';
import { clientConfig } from '../../../lib/process/environment.ts';

const persistIn = mkdtempSync(join(tmpdir(), 'kept-'));
const running: MiniStack[] = [];
afterAll(async () => {
  for (const one of running) await one.stop();
  rmSync(persistIn, { recursive: true });
});

const TableName = 'Notes';
const Bucket = 'notes';
const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' }) as const;

const connect = (endpoint: string) => {
  const config = { ...clientConfig(endpoint), maxAttempts: 1 };
  return {
    table: new DynamoDBClient(config),
    files: new S3Client({ ...config, forcePathStyle: true }),
    queues: new SQSClient(config),
  };
};
type Clients = ReturnType<typeof connect>;

const begin = async ({ table, files, queues }: Clients) => {
  await table.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [attribute('pk'), attribute('sk'), attribute('byWhom')],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byWhom',
          KeySchema: [
            { AttributeName: 'byWhom', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  await files.send(new CreateBucketCommand({ Bucket }));
  return (await queues.send(new CreateQueueCommand({ QueueName: 'notes' }))).QueueUrl;
};

/** Writes until it is cut off, and returns what was confirmed as stored. */
const writeOn = async ({ table, files, queues }: Clients, QueueUrl: string | undefined, round: number) => {
  const stored = { notes: new Set<string>(), files: new Set<string>(), messages: new Set<string>() };
  const each = async (into: Set<string>, write: (name: string) => Promise<unknown>) => {
    for (let i = 0; ; i++) {
      const name = `${round}-${`${i}`.padStart(5, '0')}`;
      try {
        await write(name);
      } catch {
        return;
      }
      into.add(name);
    }
  };
  await Promise.all([
    each(stored.notes, (sk) => {
      const put = (pk: string) => ({
        Put: { TableName, Item: { pk: { S: pk }, sk: { S: sk }, byWhom: { S: 'everybody' } } },
      });
      return table.send(new TransactWriteItemsCommand({ TransactItems: [put('one'), put('other')] }));
    }),
    each(stored.files, (Key) => files.send(new PutObjectCommand({ Bucket, Key, Body: Key }))),
    each(stored.messages, (MessageBody) => queues.send(new SendMessageCommand({ QueueUrl, MessageBody }))),
  ]);
  return stored;
};

const namesIn = async (
  table: DynamoDBClient,
  query: { readonly IndexName?: string; readonly key: string; readonly of: string },
) => {
  const { Items = [] } = await table.send(
    new QueryCommand({
      TableName,
      ...(query.IndexName && { IndexName: query.IndexName }),
      KeyConditionExpression: '#key = :of',
      ExpressionAttributeNames: { '#key': query.key },
      ExpressionAttributeValues: { ':of': { S: query.of } },
    }),
  );
  return Items.map(({ sk }) => sk?.S ?? '');
};

const receiveAll = async (queues: SQSClient, QueueUrl: string | undefined): Promise<ReadonlySet<string>> => {
  const all = new Set<string>();
  for (;;) {
    const { Messages = [] } = await queues.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 30 }),
    );
    if (Messages.length === 0) return all;
    for (const { Body = '' } of Messages) all.add(Body);
  }
};

test('keeps every confirmed write after all processes are killed, again and again', async () => {
  const port = await freePort();
  let queue: string | undefined;
  let written = { notes: new Set<string>(), files: new Set<string>(), messages: new Set<string>() };
  for (let round = 0; round < 4; round++) {
    const cloud = await startMiniStack({ port, persistIn });
    running.splice(0, 1, cloud);
    const clients = connect(cloud.endpoint);
    if (round === 0) queue = await begin(clients);
    const { table, files, queues } = clients;

    const one = await namesIn(table, { key: 'pk', of: 'one' });
    expect(new Set(one)).toEqual(new Set([...one, ...written.notes]));
    expect(one).toEqual(one.toSorted());
    // A transaction is stored completely or not at all, with its indexes.
    expect(await namesIn(table, { key: 'pk', of: 'other' })).toEqual(one);
    expect(await namesIn(table, { key: 'byWhom', of: 'everybody', IndexName: 'byWhom' })).toHaveLength(2 * one.length);
    for (const Key of written.files) {
      const { Body } = await files.send(new GetObjectCommand({ Bucket, Key }));
      expect(await Body?.transformToString()).toBe(Key);
    }
    const messages = await receiveAll(queues, queue);
    for (const message of written.messages) expect(messages).toContain(message);

    const writing = writeOn(clients, queue, round);
    await sleep(300 + Math.random() * 1_500);
    // With the processes of functions, which are in its group.
    process.kill(-(cloud.pid ?? Number.NaN), 'SIGKILL');
    const now = await writing;
    for (const names of Object.values(now)) expect(names.size).toBeGreaterThan(0);
    written = {
      notes: new Set([...written.notes, ...now.notes]),
      files: new Set([...written.files, ...now.files]),
      messages: new Set([...written.messages, ...now.messages]),
    };
  }
  const cloud = await startMiniStack({ port, persistIn });
  running.splice(0, 1, cloud);
  const found = await connect(cloud.endpoint).table.send(
    new GetItemCommand({ TableName, Key: { pk: { S: 'one' }, sk: { S: [...written.notes].at(-1) ?? '' } } }),
  );
  expect(found.Item).toBeDefined();
}, 240_000);
