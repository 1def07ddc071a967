import { expect, test } from 'vitest';
import { itemVersions, VERSIONS } from '../../../functions/domains/catalog/records/store.ts';
import { catalog } from '../../../functions/services/catalog.ts';
import { startApp } from '../../support/app.ts';
import { itemBody, PREFIX, variantBody } from '../../support/catalog/catalog-bodies.ts';

/** The path and query of a link. */
const within = (link: string): string => link.replace('https://api.test', '');

const ITEM = `/api/catalog-items/${PREFIX}a`;
const VARIANT = `/api/catalog-variants/${PREFIX}v`;

/** An item and a variant whose price changes on each of five days. */
const start = async () => {
  const app = await startApp(catalog);
  const change = (path: string, type: string, attributes: object) =>
    app.patch(path, { data: { type, id: path.split('/').at(-1), attributes } });
  app.at('2026-02-01T12:00:00Z');
  await app.post('/api/catalog-items', { data: itemBody('a', { price: 1 }) });
  await app.post('/api/catalog-variants', { data: variantBody('v', 'a', { price: 1 }) });
  for (const day of [2, 3, 4, 5]) {
    app.at(`2026-02-0${day}T12:00:00Z`);
    await change(ITEM, 'catalog-item', { price: day });
    await change(VARIANT, 'catalog-variant', { price: day, inventory_quantity: day === 3 ? 0 : 5 });
  }
  const prices = async (path: string): Promise<number[]> =>
    (await app.get(path)).body.data.map(
      ({ attributes }: { readonly attributes: { price: number } }) => attributes.price,
    );
  return { ...app, prices };
};

test.each([
  [{}, 400],
  [{ catalogVersionDays: 30 }, 30],
])('with the settings %j, versions are kept for %d days', async (settings, days) => {
  const app = await startApp(catalog, { services: { settings } });
  app.at('2026-02-01T12:00:00Z');
  await app.post('/api/catalog-items', { data: itemBody('a', { price: 1 }) });
  await app.patch(ITEM, { data: { type: 'catalog-item', id: `${PREFIX}a`, attributes: { price: 2 } } });
  const versions = await app.table.queryOf(itemVersions, { pk: `A#${app.account}#ITEM#a`, prefix: VERSIONS, limit: 9 });
  const kept = versions.map(({ expiresAt }) => (expiresAt * 1_000 - Date.parse('2026-02-01T12:00:00Z')) / 86_400_000);
  expect(kept).toEqual([days]);
});

test('shows the current state and those before, newest first', async () => {
  const app = await start();
  const { data } = (await app.get(`${VARIANT}/versions`)).body;
  expect(
    data.map(({ attributes: { revision, price, valid_from, changed } }: Shown) => [
      revision,
      price,
      valid_from,
      changed,
    ]),
  ).toEqual([
    [5, 5, '2026-02-05T12:00:00.000+00:00', ['price']],
    [4, 4, '2026-02-04T12:00:00.000+00:00', ['price', 'inventory_quantity']],
    [3, 3, '2026-02-03T12:00:00.000+00:00', ['price', 'inventory_quantity']],
    [2, 2, '2026-02-02T12:00:00.000+00:00', ['price']],
    [1, 1, '2026-02-01T12:00:00.000+00:00', []],
  ]);
  expect(await app.prices(`${ITEM}/versions`)).toEqual([5, 4, 3, 2, 1]);
});

interface Shown {
  readonly attributes: Readonly<Record<'revision' | 'price' | 'valid_from' | 'changed', unknown>>;
}

test('tells the price on a day', async () => {
  const app = await start();
  const on = (time: string) => app.prices(`${ITEM}/versions?filter=less-or-equal(valid_from,${time})&page[size]=1`);
  expect(await on('2026-02-03T23:59:59Z')).toEqual([3]);
  expect(await on('2026-02-03T12:00:00Z')).toEqual([3]);
  expect(await on('2026-02-03T11:59:59Z')).toEqual([2]);
  expect(await on('2026-03-01T00:00:00Z')).toEqual([5]);
  expect(await on('2026-01-31T00:00:00Z')).toEqual([]);
  expect(await app.prices(`${ITEM}/versions?filter=greater-than(valid_from,2026-02-03T12:00:00Z)`)).toEqual([5, 4]);
});

test('is read page by page, forward and back', async () => {
  const app = await start();
  const forward: string[][] = [];
  let { body } = await app.get(`${ITEM}/versions?page[size]=2`);
  const ids = () => body.data.map(({ id }: { readonly id: string }) => id);
  for (forward.push(ids()); body.links.next; forward.push(ids())) body = (await app.get(within(body.links.next))).body;
  expect(forward.map(({ length }) => length)).toEqual([2, 2, 1]);
  const back = [ids()];
  while (body.links.prev) {
    body = (await app.get(within(body.links.prev))).body;
    back.push(ids());
  }
  expect(back).toEqual(forward.toReversed());
});

test('is not found for unknown ids', async () => {
  const app = await start();
  for (const path of [`/api/catalog-items/${PREFIX}b/versions`, '/api/catalog-variants/v/versions'])
    expect((await app.get(path)).status).toBe(404);
});
