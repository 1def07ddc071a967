import { expect, test } from 'vitest';
import { deleteItemDirectly } from '../../../functions/domains/catalog/delete-item.ts';
import { deleteProductFeed } from '../../../functions/domains/product-feeds/actions.ts';
import { startProductFeeds } from './start.ts';

/** Items of a shop, each a second younger than the one before. */
const start = async (ids: readonly string[], category?: (id: string) => readonly string[]) => {
  const shop = await startProductFeeds();
  if (category) await shop.storeCategories([...new Set(ids.flatMap(category))]);
  for (const id of ids) {
    shop.advance(1_000);
    await shop.storeItems([{ id, ...(category && { categories: category(id) }) }]);
  }
  return shop;
};

test('a feed has the newest products at once, and those of its categories', async () => {
  const shop = await start(['a', 'b', 'c', 'd'], (id) => (id === 'c' ? ['x', 'y'] : id === 'd' ? ['z'] : ['x']));
  const all = await shop.create();
  expect(await shop.idsOf(all.id)).toEqual(['d', 'c', 'b', 'a']);
  expect(await shop.idsOf(all.id, 2)).toEqual(['d', 'c']);
  const some = await shop.create({ categories: ['x', 'y'] });
  expect(await shop.idsOf(some.id)).toEqual(['c', 'b', 'a']);
  await shop.change(some.id, { categories: ['z'] });
  expect(await shop.idsOf(some.id)).toEqual(['d']);
  await shop.change(some.id, { categories: null });
  expect(await shop.idsOf(some.id)).toHaveLength(4);
});

test('a feed hides what is out of stock if it or the product says so', async () => {
  const shop = await start(['none', 'out', 'hidden', 'in', 'draft']);
  await shop.storeVariants([
    { id: 'out-1', item: 'out', quantity: 0 },
    { id: 'hidden-1', item: 'hidden', quantity: -1, policy: 1 },
    { id: 'in-1', item: 'in', quantity: 0, policy: 1 },
    { id: 'in-2', item: 'in', quantity: 2, policy: 1 },
    { id: 'draft-1', item: 'draft', quantity: 2, published: false },
  ]);
  const feed = await shop.create();
  expect(await shop.idsOf(feed.id)).toEqual(['in', 'out', 'none']);
  await shop.change(feed.id, { inStock: true });
  expect(await shop.idsOf(feed.id)).toEqual(['in', 'none']);
});

test('a random feed has its products in another order each time', async () => {
  const ids = Array.from({ length: 20 }, (_, i) => `p${i}`);
  const shop = await start(ids);
  const { id } = await shop.create({ kind: 'random' });
  const [one, other] = [await shop.idsOf(id), await shop.idsOf(id)];
  expect(one).not.toEqual(other);
  expect([...one].sort()).toEqual([...ids].sort());
});

test('a feed follows changes of the catalog, at most every 15 minutes, and does nothing without them', async () => {
  const shop = await start(['a', 'b']);
  const { id } = await shop.create();
  await shop.follow();
  await shop.pass();
  const before = await shop.state(id);
  await shop.pass();
  expect((await shop.state(id))?.selected).toBe(before?.selected);

  shop.advance(1_000);
  await shop.storeItems([{ id: 'c' }]);
  await shop.follow();
  await shop.deliver();
  expect(await shop.idsOf(id)).toEqual(['b', 'a']);
  await shop.pass();
  expect(await shop.idsOf(id)).toEqual(['c', 'b', 'a']);

  await shop.storeItems([{ id: 'b', published: false }]);
  // Before the next selection.
  expect(await shop.idsOf(id)).toEqual(['c', 'a']);
  await deleteItemDirectly('c', shop.context());
  await shop.pass();
  expect((await shop.state(id))?.ids).toEqual(['a']);
});

test('a feed that is deleted leaves nothing', async () => {
  const shop = await start(['a']);
  const { id } = await shop.create();
  await deleteProductFeed(id, shop.context());
  await shop.pass();
  expect([await shop.state(id), shop.sent]).toEqual([undefined, []]);
});

test('what a feed costs does not grow with the catalog', async () => {
  const shop = await startProductFeeds();
  const costs = async (count: number) => {
    await shop.storeItems(Array.from({ length: count }, (_, i) => ({ id: `p${i}` })));
    shop.requests.length = 0;
    const { id } = await shop.create();
    const selecting = shop.requests.length;
    shop.requests.length = 0;
    expect(await shop.idsOf(id, 12)).toHaveLength(12);
    const reading = shop.requests.length;
    await shop.pass();
    shop.requests.length = 0;
    await shop.pass();
    const waiting = [...shop.requests];
    await deleteProductFeed(id, shop.context());
    await shop.pass();
    return { selecting, reading, waiting };
  };
  const small = await costs(250);
  const large = await costs(1_500);
  // Some 200 products and their stock.
  expect(small.selecting).toBeLessThan(240);
  expect(large.selecting).toBeLessThan(240);
  // Plans, and looks at the catalog's mark.
  for (const { waiting } of [small, large])
    expect(waiting).toEqual([...Array(3).fill('GetItemCommand'), 'UpdateItemCommand']);
  expect([large.reading, small.reading]).toEqual([3, 3]);
});
