import { randomUUID } from 'node:crypto';
import {
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeAll, expect, test } from 'vitest';
import { createTable, tableEndpoint } from '../../support/table.ts';
import { credentials } from './open.ts';

/** Items with ties in the order of an index, and letters beyond ASCII. */
const ranges = ['a', 'aa', 'ab', 'b', 'ba', 'é', 'ü', '😀', 'z'];
interface Item {
  readonly pk: string;
  readonly sk: string;
  readonly gsi1pk?: string;
  readonly gsi1sk: string;
}
const items: readonly Item[] = Array.from({ length: 120 }, (_, i) => ({
  pk: `P${i % 2}`,
  sk: `${ranges[i % ranges.length]}#${`${(i * 7) % 120}`.padStart(3, '0')}`,
  // Some are in no index.
  ...(i % 10 !== 3 && { gsi1pk: 'all' }),
  gsi1sk: ranges[(i * 5) % ranges.length] ?? '',
}));

const client = new DynamoDBClient({ endpoint: tableEndpoint(), region: 'us-east-1', credentials });
const TableName = `test-${randomUUID()}`;
const written = (item: Item) => Object.fromEntries(Object.entries(item).map(([name, S]) => [name, { S }]));

beforeAll(async () => {
  await createTable(client, TableName);
  const halves = [items.slice(0, 60), items.slice(60, 110)];
  for (const half of halves) {
    const puts = half.map((item) => ({
      Put: { TableName, Item: written(item), ConditionExpression: 'attribute_not_exists(pk)' },
    }));
    await client.send(new TransactWriteItemsCommand({ TransactItems: puts }));
  }
  for (const item of items.slice(110)) await client.send(new PutItemCommand({ TableName, Item: written(item) }));
});

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const conditions: readonly (readonly [text: string, values: readonly string[], holds: (at: string) => boolean])[] = [
  ['', [], () => true],
  [' AND #range = :0', ['b'], (at) => at === 'b'],
  [' AND #range < :0', ['b'], (at) => byBytes(at, 'b') < 0],
  [' AND #range <= :0', ['b'], (at) => byBytes(at, 'b') <= 0],
  [' AND #range > :0', ['ab'], (at) => byBytes(at, 'ab') > 0],
  [' AND #range >= :0', ['ab'], (at) => byBytes(at, 'ab') >= 0],
  [' AND #range BETWEEN :0 AND :1', ['aa', 'é'], (at) => byBytes(at, 'aa') >= 0 && byBytes(at, 'é') <= 0],
  [' AND begins_with(#range, :0)', ['a'], (at) => at.startsWith('a')],
];

/** All pages, of seven items each. */
const queryAll = async (query: Omit<QueryCommandInput, 'TableName'>): Promise<readonly string[]> => {
  const found: string[] = [];
  let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
  do {
    const page = await client.send(new QueryCommand({ TableName, Limit: 7, ...query, ExclusiveStartKey }));
    found.push(...(page.Items ?? []).map(({ pk, sk }) => `${pk?.S} ${sk?.S}`));
    expect(page.Items?.length).toBeLessThanOrEqual(7);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return found;
};

const inTable = { hash: 'pk', range: 'sk', of: 'P0', at: ({ sk }: Item) => sk };
const inIndex = { IndexName: 'gsi1', hash: 'gsi1pk', range: 'gsi1sk', of: 'all', at: ({ gsi1sk }: Item) => gsi1sk };

test.each(
  [inTable, inIndex].flatMap((where) =>
    conditions.flatMap((condition) => [true, false].map((isForward) => [where, condition, isForward] as const)),
  ),
)(
  'pages of $hash have every item once, in order: %s',
  async ({ hash, range, of, at, ...index }, [text, values, holds], isForward) => {
    const member = hash === 'pk' ? ({ pk }: Item) => pk === of : ({ gsi1pk }: Item) => gsi1pk === of;
    const expected = items.filter((item) => member(item) && holds(at(item)));
    const found = await queryAll({
      ...index,
      ScanIndexForward: isForward,
      KeyConditionExpression: `#hash = :hash${text}`,
      ExpressionAttributeNames: { '#hash': hash, ...(text && { '#range': range }) },
      ExpressionAttributeValues: {
        ':hash': { S: of },
        ...Object.fromEntries(values.map((S, i) => [`:${i}`, { S }])),
      },
    });
    expect(found.toSorted()).toEqual(expected.map(({ pk, sk }) => `${pk} ${sk}`).toSorted());
    const places = found.map((name) =>
      at(items.find(({ pk, sk }) => name === `${pk} ${sk}`) ?? { pk: '', sk: '', gsi1sk: '' }),
    );
    const ordered = places.toSorted(byBytes);
    expect(places).toEqual(isForward ? ordered : ordered.toReversed());
  },
);

test('a query without a limit, a count and a filter read the same items', async () => {
  const query = {
    TableName,
    IndexName: 'gsi1',
    KeyConditionExpression: 'gsi1pk = :all',
    ExpressionAttributeValues: { ':all': { S: 'all' } },
  };
  const all = await client.send(new QueryCommand(query));
  expect(all).toMatchObject({ Count: 108, ScannedCount: 108 });
  expect(all.LastEvaluatedKey).toBeUndefined();
  const counted = await client.send(new QueryCommand({ ...query, Select: 'COUNT', Limit: 108 }));
  expect(counted).toMatchObject({ Count: 108, LastEvaluatedKey: expect.anything() });
  const filtered = await client.send(
    new QueryCommand({
      ...query,
      FilterExpression: 'begins_with(sk, :a)',
      ExpressionAttributeValues: { ':all': { S: 'all' }, ':a': { S: 'a#' } },
    }),
  );
  const expected = items.filter(({ gsi1pk, sk }) => gsi1pk && sk.startsWith('a#'));
  expect(filtered).toMatchObject({ Count: expected.length, ScannedCount: 108 });
});

test('the pages of a scan have every item once', async () => {
  const found: string[] = [];
  let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
  do {
    const page = await client.send(new ScanCommand({ TableName, Limit: 13, ExclusiveStartKey }));
    found.push(...(page.Items ?? []).map(({ pk, sk }) => `${pk?.S} ${sk?.S}`));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  expect(found.toSorted()).toEqual(items.map(({ pk, sk }) => `${pk} ${sk}`).toSorted());
});

test('a transaction of puts fails as a whole, and names the failed one', async () => {
  const [there] = items;
  const fresh = { pk: 'P9', sk: 'fresh', gsi1sk: 'a' };
  const puts = [fresh, there ?? fresh].map((item) => ({
    Put: { TableName, Item: written(item), ConditionExpression: 'attribute_not_exists(pk)' },
  }));
  await expect(client.send(new TransactWriteItemsCommand({ TransactItems: puts }))).rejects.toMatchObject({
    name: 'TransactionCanceledException',
    CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
  });
  const found = await queryAll({ KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: 'P9' } } });
  expect(found).toEqual([]);
});

test('a transaction with a token runs once, and is refused with other content', async () => {
  const transaction = (text: string) => ({
    ClientRequestToken: `${TableName.slice(-20)}`,
    TransactItems: [{ Put: { TableName, Item: { pk: { S: 'T' }, sk: { S: 'one' }, text: { S: text } } } }],
  });
  await client.send(new TransactWriteItemsCommand(transaction('first')));
  await client.send(
    new PutItemCommand({ TableName, Item: { pk: { S: 'T' }, sk: { S: 'one' }, text: { S: 'since' } } }),
  );
  await client.send(new TransactWriteItemsCommand(transaction('first')));
  const { Items } = await client.send(
    new QueryCommand({ TableName, KeyConditionExpression: 'pk = :t', ExpressionAttributeValues: { ':t': { S: 'T' } } }),
  );
  expect(Items).toEqual([{ pk: { S: 'T' }, sk: { S: 'one' }, text: { S: 'since' } }]);
  await expect(client.send(new TransactWriteItemsCommand(transaction('second')))).rejects.toMatchObject({
    name: 'IdempotentParameterMismatchException',
  });
});
