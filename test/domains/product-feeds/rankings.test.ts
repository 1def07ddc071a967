import { expect, test } from 'vitest';
import { events } from '../../../functions/domains/events/records/store.ts';
import { countProducts } from '../../../functions/domains/product-feeds/rankings/count-products.ts';
import { packMentions, unpackLines } from '../../../functions/domains/product-feeds/rankings/mentions.ts';
import { readRanking } from '../../../functions/domains/product-feeds/rankings/read-ranking.ts';
import { rankingsPk } from '../../../functions/domains/product-feeds/rankings/totals.ts';
import type { Properties } from '../../../functions/model/properties.ts';
import type { Change } from '../../../functions/platform/changes/change.ts';
import { startProductFeeds } from './start.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A shop with some products, whose visitors view and buy. */
const start = async (ids: readonly string[] = ['a', 'b', 'c', 'd']) => {
  const shop = await startProductFeeds();
  shop.at('2026-03-01T12:00:00Z');
  await shop.storeItems(ids.map((id) => ({ id })));
  let count = 0;
  const happens = async (name: string, properties: Properties, time = shop.services.now().toISOString()) => {
    count += 1;
    const person = { data: { type: 'profile', attributes: { external_id: `p${count}` } } };
    const metric = { data: { type: 'metric', attributes: { name } } };
    const attributes = { metric, profile: person, properties, time };
    const { status } = await shop.post('/api/events', { data: { type: 'event', attributes } });
    expect(status).toBe(202);
  };
  const views = async (product: string, times: number) => {
    for (let i = 0; i < times; i += 1) await happens('Viewed Product', { ProductID: product });
  };
  const ranking = (by: 'views' | 'orders', days = 30) =>
    readRanking({ by, days, checkTime: () => undefined }, shop.context());
  return { ...shop, happens, views, ranking };
};

test('most viewed has what was viewed most often within the window, and follows each hour', async () => {
  const shop = await start();
  await shop.views('a', 1);
  await shop.views('b', 3);
  await shop.views('gone', 4);
  await shop.follow();
  const feed = await shop.create({ kind: 'most_viewed', days: 2 });
  expect(await shop.idsOf(feed.id)).toEqual(['b', 'a']);
  await shop.pass();

  shop.advance(HOUR_MS);
  await shop.views('c', 5);
  await shop.follow();
  await shop.pass();
  expect(await shop.idsOf(feed.id)).toEqual(['c', 'b', 'a']);

  shop.advance(3 * DAY_MS);
  await shop.views('d', 1);
  await shop.follow();
  await shop.pass();
  expect(await shop.idsOf(feed.id)).toEqual(['d']);
  await shop.change(feed.id, { days: 4 });
  expect(await shop.idsOf(feed.id)).toEqual(['c', 'b', 'a', 'd']);
});

test('best sellers are counted by orders, whether a shop sends the order, its products or both', async () => {
  const shop = await start();
  for (let i = 0; i < 2; i += 1) {
    await shop.happens('Placed Order', { Items: [{ ProductID: 'a' }, { ProductID: 'a' }, { ProductID: 'b' }] });
    await shop.happens('Ordered Product', { ProductID: 'a' });
    await shop.happens('Ordered Product', { ProductID: 'b' });
  }
  for (let i = 0; i < 3; i += 1) await shop.happens('Ordered Product', { ProductID: 'c' });
  await shop.happens('Placed Order', { Items: [{ ProductID: 'd' }] });
  // History that is imported today, and what is no order.
  for (let i = 0; i < 5; i += 1) await shop.happens('Placed Order', { ProductID: 'd' }, '2026-01-01T00:00:00Z');
  for (let i = 0; i < 5; i += 1) await shop.happens('Refunded Order', { ProductID: 'd' });
  await shop.follow();
  expect(await shop.ranking('orders')).toEqual(['c', 'a', 'b', 'd']);
  const feed = await shop.create({ kind: 'best_sellers' });
  expect(await shop.idsOf(feed.id)).toEqual(['c', 'a', 'b', 'd']);
  await shop.storeItems([{ id: 'c', published: false }]);
  await shop.follow();
  await shop.pass();
  expect((await shop.state(feed.id))?.ids).toEqual(['a', 'b', 'd']);
});

test('events that are delivered again, in other messages or days later count once', async () => {
  const shop = await start();
  await shop.views('a', 3);
  await shop.views('b', 2);
  const changes = await eventChanges(shop);
  const bring = (some: readonly Change[]) => countProducts(some, shop.services);
  await bring(changes.slice(0, 2));
  await bring(changes.slice(1));
  await bring([...changes].reverse());
  const counts = async () => {
    await shop.ranking('views');
    const items = await shop.table.query({ pk: rankingsPk(shop.account), prefix: 'VIEWS#', limit: 10 });
    return items.map(({ products }) => JSON.parse(String(products)));
  };
  expect(await counts()).toEqual([]);
  shop.advance(DAY_MS);
  expect(await counts()).toEqual([
    [
      ['a', 3],
      ['b', 2],
    ],
  ]);
  // The consumer was away: a day that is added up is added up again, once.
  await bring(changes);
  expect(await counts()).toEqual([
    [
      ['a', 3],
      ['b', 2],
    ],
  ]);
  shop.requests.length = 0;
  await shop.ranking('views');
  expect(shop.requests.filter((name) => name.startsWith('Transact'))).toEqual([]);
});

test('an event that arrives after its day was added up is counted', async () => {
  const shop = await start();
  await shop.views('a', 1);
  const early = await eventChanges(shop);
  await shop.views('b', 2);
  const all = await eventChanges(shop);
  await countProducts(early, shop.services);
  shop.advance(DAY_MS + 3 * HOUR_MS);
  expect(await shop.ranking('views')).toEqual(['a']);
  await countProducts(all, shop.services);
  expect(await shop.ranking('views')).toEqual(['b', 'a']);
});

test('what a ranking costs grows neither with the events of ended days nor with the catalog', async () => {
  const shop = await start();
  const requestsFor = async (products: number): Promise<readonly string[]> => {
    const changes = await eventChanges(shop);
    const [one] = changes;
    if (!one) throw new Error('There is an event.');
    const many = Array.from({ length: products }, (_, i) => viewOf(one, `p${i}`, shop.services.now()));
    shop.requests.length = 0;
    await countProducts(many, shop.services);
    // Of one message, whatever is in it.
    expect(shop.requests.length).toBeLessThanOrEqual(2);
    shop.advance(DAY_MS + 3 * HOUR_MS);
    await shop.ranking('views');
    shop.requests.length = 0;
    await shop.ranking('views');
    return [...shop.requests];
  };
  await shop.views('a', 1);
  const few = await requestsFor(10);
  expect(await requestsFor(3_000)).toEqual(few);
  expect(few).toEqual(['GetItemCommand', 'QueryCommand', 'QueryCommand', 'QueryCommand']);
});

test('a part has each id of an event once, and any text as the id of a product', () => {
  const mention = (product: string, id: string) => ({ metricName: 'Viewed Product', product, id });
  const ids = ['aaaaaaa', 'bbbbbbb'];
  const products = ['a', 'two words', 'line\nbreak', '"', ' ', 'Ü'];
  const mentions = products.flatMap((product) => [...ids, ...ids].map((id) => mention(product, id)));
  const [text = '', ...others] = packMentions(mentions);
  expect(others).toEqual([]);
  expect(unpackLines(text)).toEqual(
    products.map((product) => ({ metricName: 'Viewed Product', product, ids: ids.join('') })),
  );
  const large = Array.from({ length: 3_000 }, (_, i) => mention('x'.repeat(390) + i, 'aaaaaaa'));
  const parts = packMentions(large);
  expect(parts.every((part) => Buffer.byteLength(part) < 300_000)).toBe(true);
  expect(parts.flatMap(unpackLines)).toHaveLength(3_000);
});

/** All stored events as the stream has them. */
const eventChanges = async ({ allItems, services }: Awaited<ReturnType<typeof start>>): Promise<Change[]> => {
  const stored = (await allItems()).filter(({ type }) => type?.S === events.type);
  return stored.map((item, i) => ({
    kind: 'inserted',
    key: { pk: item.pk?.S ?? '', sk: item.sk?.S ?? '' },
    position: `${i}`,
    at: services.now().toISOString(),
    after: Object.fromEntries(Object.entries(item).map(([name, value]) => [name, value.S ?? Number(value.N)])),
  }));
};

/** The view of another product by another person. */
const viewOf = (change: Change, product: string, at: Date): Change => ({
  ...change,
  key: { ...change.key, pk: `${change.key.pk}${product}` },
  after: {
    ...change.after,
    time: at.toISOString(),
    receivedAt: at.toISOString(),
    properties: JSON.stringify({ ProductID: product }),
  },
});
