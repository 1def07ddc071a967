import { describe, expect, test } from 'vitest';
import { deleteItem } from '../../../functions/domains/catalog/delete-item.ts';
import { listItemsOfCategory, listVariantsOfItem } from '../../../functions/domains/catalog/listing.ts';
import { items } from '../../../functions/domains/catalog/records/read.ts';
import {
  catalogVariants,
  itemPk,
  itemVariants,
  itemVersions,
  VARIANT_EDGES,
  variantVersions,
} from '../../../functions/domains/catalog/records/store.ts';
import { storeCategories } from '../../../functions/domains/catalog/write/categories.ts';
import type { StoreResult } from '../../../functions/domains/catalog/write/draft.ts';
import { storeItems } from '../../../functions/domains/catalog/write/items.ts';
import { storeVariants } from '../../../functions/domains/catalog/write/variants.ts';
import type { Write } from '../../../functions/platform/table/write.ts';
import { catalog } from '../../../functions/services/catalog.ts';
import { startApp } from '../../support/app.ts';

const start = async () => {
  const app = await startApp(catalog);
  return { ...app, deps: app.context() };
};

const product = (id: string, more: object = {}) => ({
  id,
  title: `Item ${id}`,
  description: 'A thing',
  url: 'https://shop.example/things',
  ...more,
});
const variant = (id: string, item: string, more: object = {}) =>
  product(id, { sku: `SKU-${id}`, price: 10, quantity: 5, item, ...more });

const upsert = { mode: 'upsert' } as const;
const outcomes = (results: readonly StoreResult<unknown>[]) => results.map(({ outcome }) => outcome);
const problemsOf = (results: readonly StoreResult<unknown>[]) =>
  results.flatMap((result) => (result.outcome === 'refused' ? result.problems : []));
const page = { size: 100, descending: false };

describe('items', () => {
  test('are created, changed, or left as they are', async () => {
    const { deps } = await start();
    expect(outcomes(await storeItems([product('a'), product('b')], upsert, deps))).toEqual(['created', 'created']);
    const next = [product('a', { price: 3 }), product('b'), product('c')];
    expect(outcomes(await storeItems(next, upsert, deps))).toEqual(['updated', 'unchanged', 'created']);
    expect(await items.get('a', deps)).toMatchObject({ rev: 2, price: 3, published: true });
  });

  test('keep what a draft does not name, and lose what it sets to null', async () => {
    const { deps } = await start();
    const first = product('a', { price: 3, currency: 'EUR', images: ['https://shop.example/1'], metadata: { a: [1] } });
    await storeItems([first], upsert, deps);
    await storeItems([{ id: 'a', title: 'New', price: null, images: null, description: null }], upsert, deps);
    const { price, images, ...rest } = await items.get('a', deps);
    expect([price, images]).toEqual([undefined, undefined]);
    expect(rest).toMatchObject({ title: 'New', currency: 'EUR', metadata: { a: [1] }, description: 'A thing' });
  });

  test('of one id are applied one after another', async () => {
    const { deps } = await start();
    const drafts = [product('a'), product('a', { price: 1 }), product('b'), product('a', { price: 2 })];
    expect(outcomes(await storeItems(drafts, upsert, deps))).toEqual(['created', 'updated', 'created', 'updated']);
    expect(await items.get('a', deps)).toMatchObject({ rev: 3, price: 2 });
  });

  test('by many writers at once all count', async () => {
    const { deps } = await start();
    await storeItems([product('a')], upsert, deps);
    const writers = Array.from({ length: 5 }, (_, n) => storeItems([{ id: 'a', price: n + 1 }], upsert, deps));
    expect((await Promise.all(writers)).map(outcomes)).toEqual(writers.map(() => ['updated']));
    expect(await items.get('a', deps)).toMatchObject({ rev: 6 });
  });

  test('are refused with all that is missing, and only those', async () => {
    const { deps } = await start();
    const results = await storeItems([{ id: 'a', title: 'A', categories: ['none', 'x'] }, product('b')], upsert, deps);
    expect(outcomes(results)).toEqual(['refused', 'created']);
    expect(problemsOf(results)).toMatchObject([
      { code: 'invalid', field: 'description' },
      { code: 'invalid', field: 'url' },
      { code: 'not_found', field: 'categories', index: 0 },
      { code: 'not_found', field: 'categories', index: 1 },
    ]);
  });

  test('exist before an update, and do not before a creation', async () => {
    const { deps } = await start();
    await storeItems([product('a')], { mode: 'create' }, deps);
    expect(problemsOf(await storeItems([product('a')], { mode: 'create' }, deps))).toMatchObject([
      { code: 'conflict', field: 'id' },
    ]);
    expect(problemsOf(await storeItems([product('b')], { mode: 'update' }, deps))).toMatchObject([
      { code: 'not_found', field: 'id' },
    ]);
  });

  test('are refused beyond the size of an item of the table', async () => {
    const { deps } = await start();
    const long = 'x'.repeat(90_000);
    const metadata = { a: long, b: long, c: long, d: long, e: long };
    expect(problemsOf(await storeItems([product('a', { metadata })], upsert, deps))).toMatchObject([
      { code: 'invalid', field: 'metadata' },
    ]);
  });

  test('keep the state before each change', async () => {
    const { deps, at, table, account } = await start();
    for (const [day, price] of [10, 12, 12, 9].entries()) {
      at(`2026-02-0${day + 1}T00:00:00Z`);
      await storeItems([product('a', { price })], upsert, deps);
    }
    const versions = await table.queryOf(itemVersions, { pk: `A#${account}#ITEM#a`, prefix: 'VERSION#', limit: 10 });
    expect(versions.map(({ rev, updated, price }) => ({ rev, updated, price }))).toEqual([
      { rev: 1, updated: '2026-02-01T00:00:00.000Z', price: 10 },
      { rev: 2, updated: '2026-02-02T00:00:00.000Z', price: 12 },
    ]);
  });
});

describe('categories', () => {
  const listed = async (category: string, deps: Parameters<typeof listItemsOfCategory>[2]) =>
    (await listItemsOfCategory(category, page, deps)).items.map(({ value }) => value.id);

  test('list their items, which join and leave', async () => {
    const { deps } = await start();
    await storeCategories(
      [
        { id: 'x', name: 'X' },
        { id: 'y', name: 'Y' },
      ],
      upsert,
      deps,
    );
    await storeItems([product('a', { categories: ['x'] }), product('b', { categories: ['x', 'y'] })], upsert, deps);
    expect([await listed('x', deps), await listed('y', deps)]).toEqual([['a', 'b'], ['b']]);
    await storeItems(
      [
        { id: 'a', categories: ['y'] },
        { id: 'b', removedCategories: ['y'] },
      ],
      upsert,
      deps,
    );
    expect([await listed('x', deps), await listed('y', deps)]).toEqual([['b'], ['a']]);
    await storeItems([{ id: 'a', addedCategories: ['x', 'y'] }], upsert, deps);
    expect([await listed('x', deps), await listed('y', deps)]).toEqual([['a', 'b'], ['a']]);
  });

  test('of one item change by the hundred, in several transactions', async () => {
    const { deps } = await start();
    const ids = Array.from({ length: 250 }, (_, n) => `c${n}`);
    await storeCategories(
      ids.map((id) => ({ id, name: id })),
      upsert,
      deps,
    );
    const [old, current] = [ids.slice(0, 120), ids.slice(120)];
    await storeItems([product('a', { categories: old })], upsert, deps);
    expect(outcomes(await storeItems([{ id: 'a', categories: current }], upsert, deps))).toEqual(['updated']);
    expect((await items.get('a', deps)).categories?.toSorted()).toEqual(current.toSorted());
    expect([await listed('c0', deps), await listed('c200', deps)]).toEqual([[], ['a']]);
  });
});

describe('variants', () => {
  test('belong to an item that exists', async () => {
    const { deps } = await start();
    await storeItems([product('a')], upsert, deps);
    const results = await storeVariants([variant('v', 'a'), variant('w', 'b')], upsert, deps);
    expect(outcomes(results)).toEqual(['created', 'refused']);
    expect(problemsOf(results)).toMatchObject([{ code: 'not_found', field: 'item' }]);
    const listed = await listVariantsOfItem('a', page, deps);
    expect(listed.items.map(({ value }) => value.id)).toEqual(['v']);
  });

  test('are stored again without their item', async () => {
    const { deps, table, account } = await start();
    await storeItems([product('a')], upsert, deps);
    await storeVariants([variant('v', 'a')], upsert, deps);
    expect(outcomes(await storeVariants([{ id: 'v', quantity: 0 }], upsert, deps))).toEqual(['updated']);
    const versions = await table.queryOf(variantVersions, {
      pk: `A#${account}#VARIANT#v`,
      prefix: 'VERSION#',
      limit: 10,
    });
    expect(versions).toMatchObject([{ rev: 1, quantity: 5, sku: 'SKU-v' }]);
  });
});

test('a variant that is created while its item is deleted goes with it', async () => {
  const { deps, account, table } = await start();
  await storeItems([product('a')], upsert, deps);
  let isCreated = false;
  const racing = new Proxy(table, {
    get: (target, name, receiver) => {
      if (name !== 'write') return Reflect.get(target, name, receiver);
      return async (write: Write) => {
        // The item is about to go: its variants have been read.
        if (!isCreated) expect(outcomes(await storeVariants([variant('v', 'a')], upsert, deps))).toEqual(['created']);
        isCreated = true;
        return target.write(write);
      };
    },
  });
  await deleteItem('a', { ...deps, table: racing });
  expect(await table.get(catalogVariants, { account, id: 'v' })).toBeUndefined();
  expect(
    await table.queryOf(itemVariants, { pk: itemPk({ account, id: 'a' }), prefix: VARIANT_EDGES, limit: 9 }),
  ).toEqual([]);
});
