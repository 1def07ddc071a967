import { buffer } from 'node:stream/consumers';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { deleteItemDirectly } from '../../../functions/domains/catalog/delete-item.ts';
import { productOf } from '../../../functions/domains/feeds/mapping/product.ts';
import type { ProductFeedInput } from '../../../functions/domains/product-feeds/actions.ts';
import { restsUntil } from '../../../functions/domains/product-feeds/records/build.ts';
import { productFeedStates } from '../../../functions/domains/product-feeds/records/feed.ts';
import { type FileFormat, newFileSecret } from '../../../functions/domains/product-feeds/records/file-setting.ts';
import { fileFolder } from '../../../functions/domains/product-feeds/records/stored-file.ts';
import { defineRefreshJob } from '../../../functions/domains/product-feeds/refresh/job.ts';
import { update } from '../../../functions/platform/table/write.ts';
import { generator } from '../../support/random.ts';
import { killedAt } from '../feeds/killed-at.ts';
import { rowsOf } from '../feeds/read-feed.ts';
import { startProductFeeds } from './start.ts';

const image = 'https://shop.example/i.jpg';
/** A part for some twenty products. */
const job = defineRefreshJob({ partBytes: 4_000, pagesAtOnce: 25 });

const start = async (remainingMs = () => 900_000) => {
  const shop = await startProductFeeds({ job, remainingMs });
  const text = async (id: string): Promise<string> => {
    const { file } = (await shop.state(id)) ?? {};
    if (!file) throw new Error('The feed has no file.');
    return (await buffer(await shop.files.read(file.key, { start: 0 }))).toString();
  };
  return {
    ...shop,
    store: (from: number, to: number, draft: object = {}) =>
      shop.storeItems(Array.from({ length: to - from }, (_, i) => ({ id: `p${from + i}`, price: 1, image, ...draft }))),
    createAll: (format: FileFormat, input: Partial<ProductFeedInput> = {}) =>
      shop.create({ kind: 'all', file: { format, secret: newFileSecret(), currency: 'EUR' }, ...input }),
    text,
    /** The ids in the file, as our own feeds read it. */
    async read(id: string): Promise<readonly string[]> {
      const { file } = (await shop.state(id)) ?? {};
      const rows = await rowsOf(await text(id));
      const ids = rows.map((row) => {
        if (!('fields' in row)) throw new Error(JSON.stringify(row));
        const mapped = productOf(row, { format: file?.format === 'json' ? 'json' : 'xml' });
        if (!('product' in mapped)) throw new Error(JSON.stringify(mapped));
        return mapped.product.id;
      });
      expect(ids).toHaveLength(file?.products ?? -1);
      return ids;
    },
    keys: (id: string): Promise<string[]> => shop.files.list(fileFolder({ account: shop.account, id })),
    /** Lets runs follow each other until the job ends. */
    async finish(id: string): Promise<number> {
      for (let runs = 0; ; runs += 1) {
        if ((await shop.state(id))?.status === 'complete') return runs;
        await shop.deliver();
      }
    },
  };
};

const ids = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `p${from + i}`);

test.each(['merchant_xml', 'json'] as const)(
  'a file in %s has the whole catalog, of which requests show the newest',
  async (format) => {
    const shop = await start();
    await shop.store(0, 210);
    shop.advance(1_000);
    await shop.store(210, 300);
    await shop.storeItems([{ id: 'draft', published: false }]);
    await shop.storeVariants([
      { id: 'p7-s', item: 'p7' },
      { id: 'p7-m', item: 'p7', quantity: 0 },
      { id: 'p8-draft', item: 'p8', published: false },
    ]);
    const { id } = await shop.createAll(format);
    const expected = [...ids(0, 300).filter((one) => one !== 'p7' && one !== 'p8'), 'p7-s', 'p7-m'];
    expect([...(await shop.read(id))].sort()).toEqual(expected.sort());
    expect((await shop.state(id))?.ids).toHaveLength(200);
    expect((await shop.idsOf(id)).every((one) => Number(one.slice(1)) >= 210)).toBe(true);
    // Its parts are gone.
    expect(await shop.keys(id)).toEqual([(await shop.state(id))?.file?.key]);
  },
);

test('a build goes on from run to run, and has what there was at its beginning', async () => {
  const shop = await start(() => 50_000);
  await shop.store(0, 120);
  const { id } = await shop.createAll('json');
  expect((await shop.state(id))?.file).toBeUndefined();
  shop.advance(1_000);
  // The first has been read, the last has not.
  const { build } = (await shop.state(id)) ?? {};
  expect(build).toMatchObject({ parts: 1, items: expect.any(Number) });
  await shop.store(200, 210);
  await shop.storeItems([{ id: 'p99', price: 77 }]);
  await deleteItemDirectly('p98', shop.context());
  await deleteItemDirectly('p0', shop.context());
  await shop.store(0, 1);
  expect(await shop.finish(id)).toBeGreaterThan(4);
  const found = await shop.read(id);
  expect(new Set(found).size).toBe(found.length);
  const without = new Set(['p0', 'p98']);
  expect(found.filter((one) => !without.has(one)).toSorted()).toEqual(
    ids(0, 120)
      .filter((one) => !without.has(one))
      .toSorted(),
  );
  expect(found).not.toContain('p98');
  // The next build has all of it.
  await shop.follow();
  await shop.pass();
  await shop.finish(id);
  expect([...(await shop.read(id))].toSorted()).toEqual([...ids(0, 98), ...ids(99, 120), ...ids(200, 210)].toSorted());
});

test('new settings begin a build anew', async () => {
  const shop = await start(() => 50_000);
  await shop.store(0, 60);
  const { id } = await shop.createAll('json');
  shop.advance(1_000);
  await shop.change(id, { file: { format: 'merchant_xml', secret: newFileSecret(), currency: 'USD' } });
  await shop.finish(id);
  expect(await shop.read(id)).toHaveLength(60);
  const text = await shop.text(id);
  expect(text).toContain('<g:price>1.00 USD</g:price>');
  expect(text).not.toContain('EUR');
});

test('it has the items of its categories once, and says what is left out', async () => {
  const shop = await start();
  await shop.storeCategories(['x', 'y', 'z']);
  await shop.store(0, 60, { categories: ['x', 'y'] });
  await shop.store(60, 90, { categories: ['y', 'z'] });
  await shop.store(90, 100, { categories: ['z'] });
  await shop.storeItems([{ id: 'no-price', image, categories: ['x'] }]);
  await shop.storeVariants([
    { id: 'p1-a', item: 'p1', quantity: 0 },
    { id: 'p2-a', item: 'p2', quantity: 0 },
    { id: 'p2-b', item: 'p2', quantity: 4 },
  ]);
  const { id } = await shop.createAll('merchant_xml', { categories: ['x', 'y'], inStock: true });
  const found = await shop.read(id);
  const expected = [...ids(0, 90).filter((one) => one !== 'p1' && one !== 'p2'), 'p2-a', 'p2-b'];
  expect([...found].toSorted()).toEqual(expected.toSorted());
  expect((await shop.state(id))?.file).toMatchObject({ leftOut: { no_price: 1, out_of_stock: 1 } });
});

test.each(['merchant_xml', 'json'] as const)('a catalog without items is an empty file in %s', async (format) => {
  const shop = await start();
  const { id } = await shop.createAll(format);
  expect((await shop.state(id))?.file).toMatchObject({ products: 0, leftOut: {} });
  const text = await shop.text(id);
  expect(format === 'json' ? JSON.parse(text) : text.trim().slice(-'</rss>'.length)).toEqual(
    format === 'json' ? [] : '</rss>',
  );
});

test('a build that is killed anywhere leaves the last good file, and the next one is whole', async () => {
  const shop = await start();
  await shop.store(0, 60);
  const { id } = await shop.createAll('merchant_xml');
  const random = generator(118);
  for (let round = 2; round < 12; round += 1) {
    const before = await shop.text(id);
    shop.advance(1_000);
    await shop.storeItems([
      { id: 'p0', price: round },
      { id: 'p59', price: round },
    ]);
    await shop.follow();
    const killed = killedAt(shop.services, 1 + Math.floor(random() * 220), round % 2 === 0);
    await shop.pass(killed.services).catch(() => undefined);
    const price = `${round}.00 EUR`;
    const between = await shop.text(id);
    expect(between === before || between.split(price).length === 3).toBe(true);
    // The lease ends, and the message is delivered again.
    shop.advance(30 * 60_000);
    await shop.wake(id);
    expect((await shop.text(id)).split(price)).toHaveLength(3);
    expect([...(await shop.read(id))].toSorted()).toEqual(ids(0, 60).toSorted());
  }
  shop.advance(1_000);
  await shop.storeItems([{ id: 'p0', price: 99 }]);
  await shop.wake(id);
  expect(await shop.keys(id)).toHaveLength(2);
});

test('changes of a large catalog wait for hours, and those of the settings do not', async () => {
  expect(restsUntil({ items: 0 }, new Date('2026-12-01T00:00:00Z'))).toBe('2026-12-01T00:15:00.000Z');
  expect(restsUntil({ items: 1_000_000 }, new Date('2026-12-01T00:00:00Z'))).toBe('2026-12-01T06:15:00.000Z');
  const shop = await start();
  await shop.store(0, 3);
  const { id } = await shop.createAll('json');
  const { build } = (await shop.state(id)) ?? {};
  if (!build) throw new Error('There was no build.');
  const large = { ...build, restsUntil: restsUntil({ items: 100_000 }, shop.services.now()) };
  await shop.table.write(update(productFeedStates, { account: shop.account, id }, { set: { build: large } }));
  await shop.storeItems([{ id: 'p0', price: 7 }]);
  await shop.follow();
  await shop.pass();
  expect(await shop.text(id)).not.toContain('7.00 EUR');
  await shop.pass();
  await shop.pass();
  expect(await shop.text(id)).toContain('7.00 EUR');

  const again = { ...large, restsUntil: restsUntil({ items: 100_000 }, shop.services.now()) };
  await shop.table.write(update(productFeedStates, { account: shop.account, id }, { set: { build: again } }));
  await shop.change(id, { file: { format: 'json', secret: newFileSecret(), currency: 'USD' } });
  expect(await shop.text(id)).toContain('7.00 USD');
});

test('a feed of the whole catalog has to be a file', async () => {
  const shop = await start();
  await expect(shop.create({ kind: 'all' })).rejects.toThrow(/file_format/);
  const { id } = await shop.createAll('json');
  await expect(shop.change(id, { file: null })).rejects.toThrow(/file_format/);
});

const Batches = v.object({ RequestItems: v.optional(v.record(v.string(), v.object({ Keys: v.array(v.unknown()) }))) });

test('a thousand items take a query and a read each, whatever the size of the catalog', async () => {
  const shop = await start();
  let keys = 0;
  shop.watch(({ input }, next) => {
    const { RequestItems = {} } = v.parse(Batches, input);
    keys += Object.values(RequestItems).reduce((sum, { Keys }) => sum + Keys.length, 0);
    return next();
  });
  const costOf = async (from: number, to: number) => {
    await shop.store(from, to);
    shop.requests.length = 0;
    keys = 0;
    await shop.createAll('json');
    return { requests: shop.requests.length, keys };
  };
  const small = await costOf(0, 250);
  const large = await costOf(250, 750);
  // Besides: eight lists a page, and a checkpoint for a part, of which there are many here.
  expect((large.requests - small.requests) / 500).toBeLessThan(1.15);
  expect((large.keys - small.keys) / 500).toBeLessThan(1.05);
});
