import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { catalogRecord } from '../../../lib/admin/migrate/klaviyo/catalog.ts';
import { reconcile } from '../../../lib/admin/migrate/klaviyo/reconcile.ts';
import { klaviyoSource } from '../../../lib/admin/migrate/klaviyo/source.ts';
import { openApiClient } from '../../../lib/admin/migrate/transfer/api-client.ts';
import { importDestination } from '../../../lib/admin/migrate/transfer/destination.ts';
import { migrate } from '../../../lib/admin/migrate/transfer/run.ts';
import { openState, saveState } from '../../../lib/admin/migrate/transfer/state.ts';
import { storeCatalog } from '../../../lib/admin/migrate/transfer/store-catalog.ts';
import { categoryBody, itemBody, variantBody } from '../../support/catalog/catalog-bodies.ts';
import { startImports } from '../imports/start-imports.ts';
import { type Fault, serveShop } from './served.ts';
import { exported, filledShop, type Shop, sorted } from './shop.ts';

const stateFile = () => join(mkdtempSync(join(tmpdir(), 'tributary-migrate-')), 'state.json');

const paths = ['/api/catalog-categories', '/api/catalog-items', '/api/catalog-variants'];

/** A catalog with names that are no ids, an item in two categories, and one of which nothing is known. */
const fillCatalog = async (shop: Shop): Promise<void> => {
  const add = async (path: string, data: object) =>
    expect((await shop.post(path, { data })).status, JSON.stringify(data)).toBe(201);
  await add('/api/catalog-categories', categoryBody('shirts', 'Shirts & more'));
  await add('/api/catalog-categories', categoryBody('sale', 'On sale'));
  const custom_metadata = { Cut: 'slim', sizes: ['S', 'M'] };
  const more = { price: 12.5, currency: 'EUR', images: ['https://shop.example/1.png'], custom_metadata };
  await add('/api/catalog-items', itemBody('blue', { ...more, published: false }, ['shirts', 'sale']));
  await add('/api/catalog-items', itemBody('green'));
  await add('/api/catalog-variants', variantBody('blue-m', 'blue', { inventory_policy: 1, inventory_quantity: 0 }));
};

/** Without what the destination sets itself. */
const catalogOf = async (shop: Shop) => {
  const all = [];
  for (const path of paths)
    for (const { id, attributes, relationships } of (await shop.get(path)).body.data) {
      const { created: _, updated: __, ...own } = attributes;
      const categories = path.endsWith('items') && (await shop.get(`${path}/${id}/relationships/categories`)).body.data;
      all.push({ id, attributes: own, item: relationships.item?.data, categories });
    }
  return all.toSorted((a, b) => (a.id < b.id ? -1 : 1));
};

const start = async (faultOf?: Parameters<typeof serveShop>[1]) => {
  const shop = await filledShop();
  // The API shows suppressions of profiles only.
  await shop.post('/api/profiles', { data: { type: 'profile', attributes: { email: 'eve@example.com' } } });
  await fillCatalog(shop);
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
  expect(await catalogOf(empty)).toEqual(await catalogOf(shop));
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
    { unit: 'catalog categories', read: 2, stored: 2, failed: 0, destination: 2 },
    { unit: 'catalog items', read: 2, stored: 2, failed: 0, destination: 2 },
    { unit: 'catalog variants', read: 1, stored: 1, failed: 0, destination: 1 },
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

test('an object of a catalog that is refused costs no other, and those of integrations become custom ones', async () => {
  const world = await start();
  const objectOf = (id: string, url: string) =>
    catalogRecord('catalog-item', {
      id: `$shopify:::$default:::${id}`,
      attributes: { external_id: id, title: 'A', description: '', url, price: null, created: '2026-01-01T00:00:00Z' },
    });
  const links = ['https://shop.example/1', 'nowhere', 'https://shop.example/3'];
  const objects = links.map((url, i) => objectOf(`s${i}`, url));
  expect(await storeCatalog(objects, world.api)).toEqual({ stored: 2, failed: 1 });
  expect(await storeCatalog(objects, world.api)).toEqual({ stored: 2, failed: 1 });
  const { data } = (await world.empty.get('/api/catalog-items')).body;
  expect(data.map(({ id }: { id: string }) => id).toSorted()).toEqual([
    '$custom:::$default:::s0',
    '$custom:::$default:::s2',
  ]);
  world.close();
});
