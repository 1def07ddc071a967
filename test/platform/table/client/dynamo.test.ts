import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { openDynamo } from '../../../../functions/platform/table/client/dynamo.ts';
import { MAX_CONNECTIONS } from '../../../../functions/platform/table/client/transport/transport.ts';
import { openTable } from '../../../../functions/platform/table/table.ts';
import { create, put } from '../../../../functions/platform/table/write.ts';
import { startFaultyProxy } from '../../../support/faults/faults.ts';
import { openProxy } from '../../../support/servers/proxy.ts';
import { tableEndpoint } from '../../../support/table.ts';
import { credentials, emptyTable, notes } from '../open.ts';
import { clients, ways } from './transports.ts';

const note = { shard: 's', id: '1', text: 'm', count: 5 };
const region = 'us-east-1';

afterEach(() => vi.unstubAllEnvs());

test('a caller with an AWS profile instead of keys uses the SDK for all requests', async () => {
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

test.each(
  (['throttled', 'serverError', 'serverErrorLate', 'reset', 'resetLate'] as const).flatMap((kind) =>
    ways.map((way) => [kind, way] as const),
  ),
)('retries a request that was %s, four times in all, by the client for %s', async (kind, way) => {
  const { name } = await emptyTable();
  const through = async (rate: number) => {
    const proxy = await startFaultyProxy(tableEndpoint(), { seed: 3, rate, kinds: [kind] });
    return {
      proxy,
      table: openTable(
        name,
        openDynamo({ endpoint: proxy.endpoint, region, credentials }, { transport: clients[way] }),
      ),
    };
  };

  const sometimes = await through(0.3);
  for (let id = 0; id < 10; id++) await sometimes.table.write(put(notes, { ...note, id: `${id}` }));
  sometimes.proxy.stop();
  expect(sometimes.proxy.struck[kind]).toBeGreaterThan(0);

  const always = await through(1);
  await expect(always.table.get(notes, note)).rejects.toThrow();
  always.proxy.stop();
  expect(always.proxy.struck[kind]).toBe(4);
});

test('retries a response of an intermediary too', async () => {
  let requests = 0;
  const gateway = await openProxy(async (_, response) => {
    requests += 1;
    response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>Busy</h1>');
  });
  const table = openTable('t', openDynamo({ endpoint: gateway.endpoint, region, credentials }));

  await expect(table.get(notes, note)).rejects.toMatchObject({ $fault: 'server', $metadata: { httpStatusCode: 503 } });

  expect(requests).toBe(4);
  gateway.stop();
});

test.each(
  ways.flatMap((way) => [
    ['does not come', undefined, way] as const,
    ['stops in the middle', '{"Item":', way] as const,
  ]),
)('gives up a response that %s and retries: %j, by the client for %s', async (_, start, way) => {
  let requests = 0;
  const silent = await openProxy(async (_, response) => {
    requests += 1;
    if (start !== undefined) response.writeHead(200, { 'content-length': 1_000 }).write(start);
  });
  const table = openTable(
    't',
    openDynamo({ endpoint: silent.endpoint, region, credentials, requestTimeout: 150 }, { transport: clients[way] }),
  );

  await expect(table.get(notes, note)).rejects.toMatchObject({ name: 'TimeoutError' });

  expect(requests).toBe(4);
  silent.stop();
});

test.each(ways)('retries a truncated response, by the client for %s', async (way) => {
  let requests = 0;
  const hasty = await openProxy(async (_, response) => {
    requests += 1;
    response.writeHead(200, { 'content-length': 1_000 }).write('{"Item":', () => response.destroy());
  });
  const table = openTable(
    't',
    openDynamo({ endpoint: hasty.endpoint, region, credentials }, { transport: clients[way] }),
  );

  await expect(table.get(notes, note)).rejects.toMatchObject({ code: 'ECONNRESET' });

  expect(requests).toBe(4);
  hasty.stop();
});

test.each(ways)("reports an unreachable server as Node's error, by the client for %s", async (way) => {
  const gone = await openProxy(async () => undefined);
  gone.stop();
  const table = openTable(
    't',
    openDynamo({ endpoint: gone.endpoint, region, credentials }, { transport: clients[way] }),
  );

  await expect(table.get(notes, note)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test.each(ways)('does not send a request that waited too long for a connection, by the client for %s', async (way) => {
  let requests = 0;
  const silent = await openProxy(async () => {
    requests += 1;
    await new Promise(() => undefined);
  });
  const place = new URL(silent.endpoint);
  const post = clients[way](place, { requestTimeout: 200, connectionTimeout: 1_000 });

  const tries = Array.from({ length: MAX_CONNECTIONS + 10 }, () =>
    post(['host', place.host, 'content-length', '2'], Buffer.from('{}')),
  );
  const settled = Promise.allSettled(tries);
  await sleep(100);
  // A busy process: all timeouts expire at once.
  for (const until = performance.now() + 200; performance.now() < until; );
  const answers = await settled;

  expect(answers.map((answer) => answer.status === 'rejected' && answer.reason.name)).toEqual(
    tries.map(() => 'TimeoutError'),
  );
  // Abandoned connections make room for waiting requests.
  await sleep(100);
  expect(requests).toBeLessThan(tries.length);
  silent.stop();
});

test("reports DynamoDB's errors by name", async () => {
  const missing = openTable('missing-table', openDynamo({ endpoint: tableEndpoint(), region, credentials }));
  await expect(missing.get(notes, note)).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
  });
});
