import { expect, test } from 'vitest';
import { sample } from './read-feed.ts';
import { productsFeed, startFeeds } from './start.ts';

/** Requests that write the catalog: those of a sync itself are updates and transactions of its job. */
const catalogWrites = (requests: readonly string[]): number =>
  requests.filter((name) => /BatchWrite|BatchExecute|ExecuteStatement|PutItem/.test(name)).length;

test('a first sync stores all, a second writes nothing, a third what differs', async () => {
  const shop = await startFeeds();
  const { id } = await shop.create();
  shop.server.serve(productsFeed(120));
  expect(await shop.sync(id)).toMatchObject({ status: 'complete', counts: { rows: 120, created: 240, failed: 0 } });
  expect(await shop.item('p7')).toMatchObject({ title: 'Product 7', price: 17, categories: ['C1'], published: true });
  expect(await shop.variant('p7')).toMatchObject({ item: 'p7', quantity: 7, policy: 1, sku: 'p7' });

  const { updated } = (await shop.item('p7')) ?? {};
  shop.advance(60_000);
  shop.requests.length = 0;
  expect(await shop.sync(id)).toMatchObject({ counts: { rows: 120, created: 0, updated: 0, unchanged: 240 } });
  expect(catalogWrites(shop.requests)).toBe(0);
  expect(await shop.item('p7')).toMatchObject({ updated });

  shop.server.serve(productsFeed(121, (i) => (i === 7 ? { price: 1 } : {})));
  expect(await shop.sync(id)).toMatchObject({ counts: { created: 2, updated: 2, unchanged: 238 } });
  expect(await shop.item('p7')).toMatchObject({ price: 1 });
  // What remains is the manifest.
  expect(await shop.files.list(`catalog-feeds/${shop.account}/${id}/`)).toHaveLength(1);
});

test('a source that says that nothing has changed is not read again, until its settings change', async () => {
  const shop = await startFeeds();
  const { id } = await shop.create();
  shop.server.serve(productsFeed(3), { etag: '"1"', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' });
  await shop.sync(id);
  expect(await shop.sync(id)).toMatchObject({ status: 'complete', isUnchanged: true });
  expect(shop.server.requests.at(-1)?.headers).toMatchObject({
    'if-none-match': '"1"',
    'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT',
  });
  await shop.change(id, { mapping: { title: 'description' } });
  expect(await shop.sync(id)).toMatchObject({ counts: { updated: 6 } });
  // The manifest would expire.
  shop.advance(8 * 86_400_000);
  expect(await shop.sync(id)).toMatchObject({ counts: { unchanged: 6 } });
});

test('vanished products are unpublished after the grace, and come back', async () => {
  const shop = await startFeeds();
  const { id } = await shop.create({ graceHours: 24 });
  shop.server.serve(productsFeed(20), { etag: '"1"' });
  await shop.sync(id);
  shop.server.serve(
    productsFeed(20, (i) => (i === 3 ? undefined : {})),
    { etag: '"2"' },
  );
  expect(await shop.sync(id)).toMatchObject({ counts: { missing: 2, unpublished: 0, unchanged: 38 } });
  expect(await shop.item('p3')).toMatchObject({ published: true });
  shop.advance(25 * 3_600_000);
  // The feed is the same, and is read all the same.
  expect(await shop.sync(id)).toMatchObject({ counts: { missing: 0, unpublished: 2, unchanged: 38 } });
  expect(await shop.item('p3')).toMatchObject({ published: false, title: 'Product 3' });
  expect(await shop.variant('p3')).toMatchObject({ published: false });
  shop.server.serve(productsFeed(20), { etag: '"3"' });
  expect(await shop.sync(id)).toMatchObject({ counts: { created: 2, unchanged: 38 } });
  expect(await shop.item('p3')).toMatchObject({ published: true });
});

test('a sync that would miss too many products stops before it writes', async () => {
  const shop = await startFeeds();
  const { id } = await shop.create({ graceHours: 0, maxMissing: 30 });
  shop.server.serve(productsFeed(20));
  await shop.sync(id);
  shop.server.serve(productsFeed(13, () => ({ price: 1 })));
  const stopped = await shop.sync(id);
  expect(stopped).toMatchObject({
    status: 'failed',
    error:
      '14 of 40 items and variants are missing in the feed, more than 30 %. Nothing was changed. If the feed is right, start a sync that allows it.',
  });
  expect(await shop.item('p1')).toMatchObject({ price: 11 });
  expect(await shop.item('p19')).toMatchObject({ published: true });
  expect(await shop.sync(id, { allowsMissing: true })).toMatchObject({
    status: 'complete',
    counts: { updated: 26, unpublished: 14 },
  });
});

test('a product that cannot be read stays as it is, and is in the file of failed rows', async () => {
  const shop = await startFeeds();
  const { id } = await shop.create({ graceHours: 0, maxMissing: 100 });
  shop.server.serve(productsFeed(5));
  await shop.sync(id);
  const changes = [{}, { price: 'on request' }, { price: null }, { id: '' }, { id: 'p0' }];
  shop.server.serve(productsFeed(5, (i) => changes[i]));
  const sync = await shop.sync(id);
  expect(sync).toMatchObject({
    status: 'complete',
    counts: { rows: 5, failed: 3, unchanged: 2, updated: 1, unpublished: 5 },
    hasFile: true,
  });
  expect(sync.errors.map(({ row, field }) => `${row} ${field}`)).toEqual(['2 price', '4 id', '5 id']);
  expect(await shop.item('p1')).toMatchObject({ published: true, price: 11 });
  const [key = ''] = await shop.files.list(`catalog-feeds/${shop.account}/${id}/failed/`);
  expect(await shop.files.readText(key)).toBe(
    [
      'row,place,id,field,problem',
      "2,[1],p1,price,The price 'on request' is no number. Send it as 19.99 or '19.99 USD'.",
      `4,[3],,id,"It is missing. Add one of '$id', 'id', 'external_id', 'product_id' to the feed, or map another member."`,
      `5,[4],p0,id,"The id 'p0' is that of row 1 too, which counts. Give each product its own."`,
      '',
    ].join('\r\n'),
  );
});

test('what the catalog refuses is tried again with the next sync', async () => {
  const shop = await startFeeds();
  const { id } = await shop.create();
  // A variant needs a price.
  const group = { item_group_id: 'g', price: null };
  shop.server.serve(productsFeed(2, (i) => (i === 1 ? group : {})));
  const sync = await shop.sync(id);
  expect(sync).toMatchObject({ status: 'complete', counts: { created: 3, failed: 1 } });
  expect(sync.errors).toMatchObject([{ row: 2, id: 'p1', field: 'price', message: expect.any(String) }]);
  shop.server.serve(productsFeed(2, (i) => (i === 1 ? { ...group, price: 5 } : {})));
  expect(await shop.sync(id)).toMatchObject({ counts: { created: 1, updated: 1, unchanged: 2, failed: 0 } });
});

test('rows of one group are the variants of one item', async () => {
  const shop = await startFeeds();
  const { id } = await shop.create();
  shop.server.serve(sample('google.xml'), { 'content-type': 'text/html' });
  expect(await shop.sync(id)).toMatchObject({ status: 'complete', counts: { rows: 3, created: 5 } });
  expect(await shop.item('CLO-29473856')).toMatchObject({
    title: 'Roma Cotton Bootcut Jeans - Size 4',
    currency: 'USD',
  });
  expect(await shop.variant('CLO-29473856-1')).toMatchObject({ item: 'CLO-29473856', quantity: 0, price: 29.5 });
  expect(await shop.variant('CLO-29473856-2')).toMatchObject({ item: 'CLO-29473856', quantity: 1, price: 31.5 });
});

test('the samples of Klaviyo import alike', async () => {
  for (const name of ['klaviyo.json', 'klaviyo.xml']) {
    const shop = await startFeeds();
    const { id } = await shop.create();
    shop.server.serve(sample(name));
    expect(await shop.sync(id)).toMatchObject({ status: 'complete', counts: { rows: 2, created: 4, failed: 0 } });
    expect(await shop.item('bomber123')).toMatchObject({
      title: 'Bomber Jacket',
      url: 'https://shop.example/shop/outerwear/bomber-jacket',
      image: 'https://images.example/bomber?q=80&w=1491&fit=crop',
      categories: ['APPAREL'],
    });
  }
});

test.each([
  ['google-atom.xml', 'DVD-0564738', { title: 'Merlin: Series 3', price: 11.99, currency: 'USD' }],
  ['google.tsv', 'TDI_gold_1', { title: 'Coins', price: 1.99, currency: 'USD' }],
])('the sample %s of Google imports', async (name, id, product) => {
  const shop = await startFeeds();
  const feed = await shop.create();
  shop.server.serve(sample(name));
  expect(await shop.sync(feed.id)).toMatchObject({ status: 'complete', counts: { rows: 1, failed: 0 } });
  expect(await shop.item(id)).toMatchObject({ published: true, ...product });
});

test('prices as shops write them, and a product without an id beside them', async () => {
  const shop = await startFeeds();
  const { id } = await shop.create();
  const prices = ['19,99 €', '1.234,50 EUR', '$1,234.50', '1.234', 7];
  shop.server.serve(productsFeed(6, (i) => (i < 5 ? { price: prices[i] } : { id: undefined })));
  const sync = await shop.sync(id);
  expect(sync).toMatchObject({ status: 'complete', counts: { rows: 6, failed: 2 } });
  expect(sync.errors.map(({ row, field }) => [row, field])).toEqual([
    [4, 'price'],
    [6, 'id'],
  ]);
  const stored = await Promise.all([0, 1, 2, 4].map((i) => shop.item(`p${i}`)));
  expect(stored.map((item) => [item?.price, item?.currency])).toEqual([
    [19.99, 'EUR'],
    [1234.5, 'EUR'],
    // Dollars of which country?
    [1234.5, undefined],
    [7, undefined],
  ]);
});

test('a file in the bucket, or the last of a folder', async () => {
  const shop = await startFeeds();
  const folder = `catalog-feeds/${shop.account}/files/`;
  const { id } = await shop.create({ source: { kind: 'file', key: folder } });
  expect(await shop.sync(id)).toMatchObject({ status: 'failed', error: expect.stringMatching(/There is no file/) });
  await shop.put(`${folder}2026-01-01.json`, productsFeed(3));
  await shop.put(`${folder}2026-01-02.json`, productsFeed(2));
  expect(await shop.sync(id)).toMatchObject({ status: 'complete', counts: { rows: 2 } });
  expect(await shop.sync(id)).toMatchObject({ status: 'complete', isUnchanged: true });
  await expect(shop.create({ source: { kind: 'file', key: 'profiles/people.csv' } })).rejects.toThrow();
});
