import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { openDynamo } from '../../functions/table/dynamo.ts';
import { openTable } from '../../functions/table/table.ts';
import { create, put } from '../../functions/table/write.ts';
import { startFaultyProxy } from '../support/faults.ts';
import { tableEndpoint } from '../support/table.ts';
import { credentials, emptyTable, notes } from './open.ts';

const note = { shard: 's', id: '1', text: 'm', count: 5 };
const region = 'us-east-1';

afterEach(() => vi.unstubAllEnvs());

test('somebody with a profile in place of keys has all of it by the SDK', async () => {
  const { name } = await emptyTable();
  const folder = mkdtempSync(join(tmpdir(), 'tributary-profile-'));
  writeFileSync(join(folder, 'credentials'), '[shop]\naws_access_key_id = local\naws_secret_access_key = local\n');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
  vi.stubEnv('AWS_PROFILE', 'shop');

  const table = openTable(name, openDynamo({ endpoint: tableEndpoint(), region }));

  expect(await table.write(create(notes, note))).toEqual({ done: true });
  expect(await table.write(create(notes, note))).toMatchObject({ done: false, existing: note });
  expect(await table.createMany(notes, [note, { ...note, id: '2' }])).toEqual([
    { done: false, existing: note },
    { done: true },
  ]);
  expect(await table.get(notes, note)).toEqual(note);
  rmSync(folder, { recursive: true });
});

test.each(['throttled', 'serverError', 'serverErrorLate', 'reset', 'resetLate'] as const)(
  'a request that was %s is sent again, four times in all',
  async (kind) => {
    const { name } = await emptyTable();
    const through = async (rate: number) => {
      const proxy = await startFaultyProxy(tableEndpoint(), { seed: 3, rate, kinds: [kind] });
      return { proxy, table: openTable(name, openDynamo({ endpoint: proxy.endpoint, region, credentials })) };
    };

    const sometimes = await through(0.3);
    for (let id = 0; id < 10; id++) await sometimes.table.write(put(notes, { ...note, id: `${id}` }));
    sometimes.proxy.stop();
    expect(sometimes.proxy.struck[kind]).toBeGreaterThan(0);

    const always = await through(1);
    await expect(always.table.get(notes, note)).rejects.toThrow();
    always.proxy.stop();
    expect(always.proxy.struck[kind]).toBe(4);
  },
);

test('an answer of something in between is tried again too', async () => {
  let requests = 0;
  const gateway = createServer((_, response) => {
    requests += 1;
    response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>Busy</h1>');
  }).listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  const address = gateway.address();
  const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const table = openTable('t', openDynamo({ endpoint, region, credentials }));

  await expect(table.get(notes, note)).rejects.toMatchObject({ $fault: 'server', $metadata: { httpStatusCode: 503 } });

  expect(requests).toBe(4);
  gateway.closeAllConnections();
  gateway.close();
});

test.each([
  ['does not come', undefined],
  ['stops in the middle', '{"Item":'],
])('an answer that %s is given up, and asked for again', async (_, start) => {
  let requests = 0;
  const silent = createServer((_, response) => {
    requests += 1;
    if (start !== undefined) response.writeHead(200, { 'content-length': 1_000 }).write(start);
  }).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = silent.address();
  const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const table = openTable('t', openDynamo({ endpoint, region, credentials, requestTimeout: 30 }));

  await expect(table.get(notes, note)).rejects.toMatchObject({ name: 'TimeoutError' });

  expect(requests).toBe(4);
  silent.closeAllConnections();
  silent.close();
});

test('what DynamoDB refuses is an error of its name', async () => {
  const missing = openTable('missing-table', openDynamo({ endpoint: tableEndpoint(), region, credentials }));
  await expect(missing.get(notes, note)).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
  });
});
