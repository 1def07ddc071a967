import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reconcile } from '../../../lib/admin/migrate/klaviyo/reconcile.ts';
import { klaviyoSource } from '../../../lib/admin/migrate/klaviyo/source.ts';
import { openApiClient } from '../../../lib/admin/migrate/transfer/api-client.ts';
import { importDestination } from '../../../lib/admin/migrate/transfer/destination.ts';
import { migrate } from '../../../lib/admin/migrate/transfer/run.ts';
import { openState, saveState } from '../../../lib/admin/migrate/transfer/state.ts';
import { startImports } from '../imports/start-imports.ts';
import { type Fault, serveShop } from './served.ts';
import { exported, filledShop, sorted } from './shop.ts';

const stateFile = () => join(mkdtempSync(join(tmpdir(), 'tributary-migrate-')), 'state.json');

const start = async (faultOf?: Parameters<typeof serveShop>[1]) => {
  const shop = await filledShop();
  // The API shows suppressions of profiles only.
  await shop.post('/api/profiles', { data: { type: 'profile', attributes: { email: 'eve@example.com' } } });
  const empty = await startImports();
  empty.advance(240_000);
  const [from, to] = [await serveShop(shop, faultOf), await serveShop(empty)];
  const file = stateFile();
  const source = klaviyoSource(openApiClient(from), shop.services.now);
  const api = openApiClient(to);
  const run = (options: { readonly chunk?: number; readonly dieAfter?: number } = {}) => {
    let chunks = 0;
    return migrate(openState(file, from.url, to.url), {
      source,
      destination: importDestination(api),
      chunk: options.chunk ?? 1_000,
      save: (state) => {
        chunks += 1;
        // Before the state is saved, and after the destination has it.
        if (chunks === options.dieAfter) throw new Error('killed');
        saveState(file, state);
      },
      onProgress: () => undefined,
    });
  };
  const close = () => {
    from.close();
    to.close();
  };
  return { shop, empty, from, to, api, source, run, close };
};

/** Events are unique by the ids of the source, and all else is as it was. */
const expectSame = async ({ shop, empty }: Awaited<ReturnType<typeof start>>) => {
  for (const kind of ['profiles', 'lists'])
    expect(sorted(await exported(empty, kind)), kind).toEqual(sorted(await exported(shop, kind)));
  const events = async (of: typeof shop) =>
    (await exported(of, 'events', 'ndjson'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ profile }) => profile.email ?? profile.phone_number)
      .map(({ time, metric, service, value, value_currency, properties, profile }) =>
        JSON.stringify([time, metric, service, value, value_currency, properties, profile.email, profile.phone_number]),
      )
      .toSorted();
  expect(await events(empty)).toEqual(await events(shop));
};

test('everything of another deployment moves, by the API alone, and the report finds no difference', async () => {
  const world = await start();
  const state = await world.run();
  await expectSame(world);
  const report = await reconcile(state, await world.source.units(), world.api);
  expect(report.differences).toEqual([]);
  expect(report.compared).toBeGreaterThan(4);
  expect(report.units).toMatchObject([
    // One of them has no identifier that the source shows.
    { unit: 'profiles', read: 5, stored: 4, failed: 0, leftOut: 1, destination: 4 },
    { unit: 'list =News; @all', read: 1, stored: 1, failed: 0, destination: 1 },
    { unit: expect.stringMatching(/^events /), failed: 0 },
    { unit: expect.stringMatching(/^events /), failed: 0 },
  ]);
  world.close();
}, 60_000);

test('a migration that is killed again and again loses and doubles nothing, and a second one changes nothing', async () => {
  const world = await start();
  for (let kills = 0; kills < 3; kills++) await expect(world.run({ chunk: 1, dieAfter: 2 })).rejects.toThrow('killed');
  await world.run({ chunk: 1 });
  await expectSame(world);
  const before = await exported(world.empty, 'consent', 'ndjson');
  await world.run();
  await expectSame(world);
  expect((await exported(world.empty, 'consent', 'ndjson')).split('\n').length).toBe(before.split('\n').length);
  world.close();
}, 120_000);

test('a source that is overloaded, down or cut off is asked again, after the time that it names', async () => {
  const faults: Fault[] = [
    { status: 429, retryAfter: '1' },
    { status: 503 },
    'cut',
    'cut-answer',
    { status: 500 },
    { status: 429, retryAfter: '1' },
  ];
  const times: number[] = [];
  const world = await start(() => {
    times.push(Date.now());
    // Every other request works.
    return times.length % 2 === 1 ? (faults.shift() ?? 'none') : 'none';
  });
  await world.run();
  expect(faults).toEqual([]);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(1_000);
  await expectSame(world);
  world.close();
}, 60_000);

test('the key of a source goes to its own host only, and a wrong key is reported', async () => {
  const world = await start();
  const wrong = klaviyoSource(openApiClient({ url: world.from.url, key: 'pk_wrong' }));
  await expect(wrong.units()).rejects.toThrow('does not accept the key');
  world.close();
});
