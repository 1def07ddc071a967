import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, test } from 'vitest';
import { openDynamo } from '../../../../functions/platform/table/client/dynamo.ts';
import { openSharedTable } from '../../../../functions/platform/table/shared-table.ts';
import { openTable } from '../../../../functions/platform/table/table.ts';
import { create, put, remove, update } from '../../../../functions/platform/table/write.ts';
import { openCapacity } from '../../../support/capacity/capacity.ts';
import { type FaultPlan, startFaultyProxy } from '../../../support/faults/faults.ts';
import { openProxy } from '../../../support/servers/proxy.ts';
import { createTable, tableEndpoint } from '../../../support/table.ts';
import { credentials, type Note, notes } from '../open.ts';
import { clients, ways } from './transports.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A table behind a proxy, for requests and for work with a time limit. */
const tableBehind = async (plan: FaultPlan, way: (typeof ways)[number] = 'requests', budgetMs = 60_000) => {
  const connection = { region: 'us-east-1', credentials };
  const name = `test-${randomUUID()}`;
  await createTable(new DynamoDBClient({ ...connection, endpoint: tableEndpoint() }), name);
  const proxy = await startFaultyProxy(tableEndpoint(), plan);
  stops.push(proxy.stop);
  const dynamo = openDynamo({ ...connection, endpoint: proxy.endpoint }, { transport: clients[way] });
  const requests = openSharedTable(name, dynamo);
  const end = Date.now() + budgetMs;
  const work = await requests.withDeadline?.(() => end - Date.now());
  if (!work) throw new Error('A shared table is one for work, too.');
  return { proxy, requests, work };
};

const note = (i: number): Note => ({ shard: `s${i}`, id: `${i}`, text: 'x' });
const many = (count: number) => Array.from({ length: count }, (_, i) => note(i));
const conflict = (operation: string, times?: number) =>
  ({ fault: 'conflict', operation, ...(times !== undefined && { times }) }) as const;

test.each(ways)('retries a single write that conflicts with a transaction, by the client for %s', async (way) => {
  const rules = ['PutItem', 'UpdateItem', 'DeleteItem'].map((operation) => conflict(operation, 3));
  const { proxy, requests } = await tableBehind({ rules }, way);

  expect(await requests.write(create(notes, note(1)))).toEqual({ done: true });
  expect(await requests.write(update(notes, note(1), { set: { text: 'y' } }))).toEqual({ done: true });
  expect(await requests.get(notes, note(1))).toMatchObject({ text: 'y' });
  expect(await requests.write(remove(notes, note(1)))).toEqual({ done: true });
  expect(await requests.get(notes, note(1))).toBeUndefined();
  expect(proxy.struck.conflict).toBe(9);
});

test('retries a counter that conflicts with transactions, and counts once', async () => {
  const { proxy, requests } = await tableBehind({ rules: [conflict('UpdateItem', 2)] });
  const counted = update(notes, note(1), { upsert: true, add: { count: 1 } });

  expect(await requests.increment(counted, 'count')).toBe(1);
  expect(await requests.increment(counted, 'count')).toBe(2);
  expect(proxy.struck.conflict).toBe(2);
});

test('retries only the statements of a batch that conflict with a transaction', async () => {
  const { proxy, requests } = await tableBehind({ rules: [conflict('BatchExecuteStatement', 3)] });

  const answers = await requests.createMany(notes, many(25));

  expect(answers).toEqual(many(25).map(() => ({ done: true })));
  expect(proxy.struck.conflict).toBe(3);
});

test('repeats a transaction in progress with the same token', async () => {
  const tokens = new Set<string>();
  const { requests } = await tableBehind({
    rules: [{ fault: 'inProgress', operation: 'TransactWriteItems', times: 2 }],
    watch: (operation, body) => {
      if (operation === 'TransactWriteItems') tokens.add(JSON.parse(body.toString()).ClientRequestToken);
    },
  });

  expect(await requests.transact([create(notes, note(1)), create(notes, note(2))])).toEqual({ done: true });
  expect(tokens.size).toBe(1);
});

test.each(['PutItem', 'UpdateItem', 'DeleteItem'])(
  'ends a %s that always conflicts as busy, with a retryable status',
  async (operation) => {
    const { requests } = await tableBehind({ rules: [conflict(operation)] });
    const write = { PutItem: put(notes, note(1)), UpdateItem: update(notes, note(1), { set: { text: 'y' } }) }[
      operation
    ];

    await expect(requests.write(write ?? remove(notes, note(1)))).rejects.toMatchObject({ name: 'ServiceUnavailable' });
  },
);

/** A fraction of a new table's capacity: of 400, ten writes a second, and 2.5 for each partition. */
const slow = (scale = 400) => ({ capacity: openCapacity({ scale, burstSeconds: 0 }) });

test('retries a batch as long as some of it succeeds', { timeout: 30_000 }, async () => {
  const { requests } = await tableBehind(slow());

  expect((await requests.createMany(notes, many(45))).filter(({ done }) => done)).toHaveLength(45);
});

test('gives up a request within ten seconds, as busy', { timeout: 30_000 }, async () => {
  const { requests } = await tableBehind(slow());
  const begun = performance.now();

  await expect(requests.createMany(notes, many(300))).rejects.toMatchObject({ name: 'ServiceUnavailable' });

  expect(performance.now() - begun).toBeLessThan(14_000);
});

test('retries work until its time is nearly over, as fast as capacity allows', {
  timeout: 60_000,
}, async () => {
  const { requests, work } = await tableBehind(slow(200), 'rows');

  expect((await work.createMany(notes, many(120))).filter(({ done }) => done)).toHaveLength(120);

  expect(await requests.getMany(notes, many(3))).toEqual(many(3));
});

test.each([
  ['writes', 'PutItem'],
  ['reads', 'BatchGetItem'],
  ['transactions', 'TransactWriteItems'],
] as const)('reports work whose %s are always throttled when its time is nearly over', async (_, operation) => {
  const { work } = await tableBehind({ rules: [{ fault: 'throttled', operation }] }, 'rows', 17_000);
  const done = {
    PutItem: () => work.write(put(notes, note(1))),
    BatchGetItem: () => work.getMany(notes, many(2)),
    TransactWriteItems: () => work.transact([put(notes, note(1))]),
  }[operation];
  const begun = performance.now();

  await expect(done()).rejects.toMatchObject({ name: 'ServiceUnavailable', isThrottled: true });

  expect(performance.now() - begun).toBeGreaterThan(900);
  expect(performance.now() - begun).toBeLessThan(5_000);
});

test('retries the release of a lease longer than new work', { timeout: 30_000 }, async () => {
  const rules = [{ fault: 'throttled', operation: 'PutItem', times: 21 } as const];
  const { work } = await tableBehind({ rules }, 'rows', 14_000);

  await expect(work.write(put(notes, note(1)))).rejects.toMatchObject({ isThrottled: true });

  expect(await work.closing.write(put(notes, note(1)))).toEqual({ done: true });
});

test('treats an unknown code of a statement as an error, not as a refusal', async () => {
  const odd = await openProxy(async (_, response) => {
    response.end(JSON.stringify({ Responses: [{}, { Error: { Code: 'Novelty', Message: 'New.' } }] }));
  });
  stops.push(odd.stop);
  const table = openTable('t', openDynamo({ endpoint: odd.endpoint, region: 'us-east-1', credentials }));

  await expect(table.createMany(notes, many(2))).rejects.toMatchObject({ name: 'Novelty' });
});
