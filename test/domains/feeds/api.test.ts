import { expect, test } from 'vitest';
import { openFetch } from '../../../functions/platform/fetch/fetch.ts';
import { openSftp } from '../../../functions/platform/fetch/sftp/sftp.ts';
import { startRedrive } from '../../support/redrive.ts';
import { startFeedServer } from './feed-server.ts';
import { sample } from './read-feed.ts';
import { productsFeed } from './start.ts';

const start = async () => {
  const server = await startFeedServer();
  const fetch = openFetch({ allowsLoopback: true });
  const sftp = openSftp({ allowsLoopback: true });
  const shop = await startRedrive({ fetch: () => fetch, sftp: () => sftp, settings: { reachesLoopback: true } });
  const source = { kind: 'url', location: server.url };
  const create = async (attributes: object = {}): Promise<string> => {
    const { status, body } = await shop.post('/api/catalog-feeds', {
      data: { type: 'catalog-feed', attributes: { name: 'Products', source, ...attributes } },
    });
    expect(status).toBe(201);
    return body.data.id;
  };
  const related = (id: string) => ({ 'catalog-feed': { data: { type: 'catalog-feed', id } } });
  const sync = (id: string, attributes: object = {}) =>
    shop.post('/api/catalog-feed-sync-jobs', {
      data: { type: 'catalog-feed-sync-job', attributes, relationships: related(id) },
    });
  const preview = (attributes: object, id?: string) =>
    shop.post('/api/catalog-feed-previews', {
      data: { type: 'catalog-feed-preview', attributes, ...(id !== undefined && { relationships: related(id) }) },
    });
  const result = async (id: string) => (await shop.get(`/api/catalog-feed-sync-jobs/${id}`)).body.data.attributes;
  return { ...shop, server, source, create, sync, preview, result };
};

test('a feed shows its defaults, and neither its secret nor the query of its URL', async () => {
  const shop = await start();
  const id = await shop.create({
    source: { kind: 'url', location: 'https://shop.example/feed.xml?token=hidden' },
    credentials: { kind: 'basic', name: 'shop', secret: 'hidden too' },
  });
  const { text, body } = await shop.get(`/api/catalog-feeds/${id}`);
  expect(text).not.toContain('hidden');
  expect(body.data.attributes).toMatchObject({
    source: { kind: 'url', location: 'https://shop.example/feed.xml?…' },
    credentials: { kind: 'basic', name: 'shop' },
    interval_hours: 6,
    grace_hours: 24,
    max_missing_percent: 30,
  });
});

test.each([
  [{ source: { kind: 'url', location: 'http://shop.example/feed' } }, 'The URL must be https.'],
  [{ source: { kind: 'url', location: 'https://a:b@shop.example' } }, /Use `credentials`/],
  [{ source: { kind: 'file', location: 'profiles/people.csv' } }, /must begin with 'catalog-feeds\//],
  [{ credentials: { kind: 'header', name: 'Host', secret: 'x' } }, /belongs to the request itself/],
  [{ credentials: { kind: 'header', name: 'X', secret: 'a\r\nb' } }, /cannot have/],
  [{ interval_hours: 0 }, /At least 1/],
  [{ mapping: { colour: 'c' } }, /colour/],
])('%j is refused', async (attributes, detail) => {
  const shop = await start();
  const data = { type: 'catalog-feed', attributes: { name: 'Products', source: shop.source, ...attributes } };
  const { status, body } = await shop.post('/api/catalog-feeds', { data });
  expect(status).toBe(400);
  expect(JSON.stringify(body.errors)).toEqual(
    typeof detail === 'string' ? expect.stringContaining(detail) : expect.stringMatching(detail),
  );
});

test('a sync started by a call brings the catalog, and shows counts and errors', async () => {
  const shop = await start();
  const id = await shop.create();
  shop.server.serve(productsFeed(3, (i) => (i === 2 ? { link: 'shirt' } : {})));
  const started = await shop.sync(id);
  expect(started).toMatchObject({ status: 202, body: { data: { attributes: { status: 'queued', feed_id: id } } } });
  // Another call finds the sync under way.
  expect((await shop.sync(id)).body.data.id).toBe(started.body.data.id);
  await shop.drain();
  const job = await shop.result(started.body.data.id);
  expect(job).toMatchObject({
    status: 'complete',
    row_count: 3,
    created_count: 4,
    failed_count: 1,
    errors: [
      { row: 3, place: '[2]', id: 'p2', field: 'link', detail: "'shirt' is no link such as https://shop.example/p/1." },
    ],
  });
  expect(await (await fetch(job.failed_rows_url)).text()).toMatch(/^row,place,id,field,problem\r\n3,\[2\],p2,link,/);
  const item = await shop.get('/api/catalog-items/$custom:::$default:::p1');
  expect(item.body.data.attributes).toMatchObject({ title: 'Product 1', price: 11, published: true });
  const [listed] = (await shop.get('/api/catalog-feed-sync-jobs')).body.data;
  expect(listed.attributes).toMatchObject({ status: 'complete', failed_rows_url: null });
});

test('a preview shows products as they would be stored, and their problems', async () => {
  const shop = await start();
  shop.server.serve(sample('google.xml'));
  const { status, body } = await shop.preview({ source: shop.source });
  expect(status).toBe(200);
  const { products } = body.data.attributes;
  expect(products.map(({ kind, id }: { kind: string; id: string }) => `${kind} ${id}`)).toEqual([
    'item TV_123456',
    'variant TV_123456',
    'item CLO-29473856',
    'variant CLO-29473856-1',
    'item CLO-29473856',
    'variant CLO-29473856-2',
  ]);
  expect(products[0]).toMatchObject({ place: '/rss/channel/item[1]', price: 159, currency: 'USD' });
  expect((await shop.get('/api/catalog-items')).body.data).toEqual([]);

  shop.server.serve(productsFeed(500, (i) => ({ name: `Name ${i}`, price: i === 1 ? '1.234' : 5 })));
  const mapped = (await shop.preview({ source: shop.source, mapping: { title: 'name' } })).body.data.attributes;
  expect(mapped.products).toHaveLength(40);
  expect(mapped.products[0]).toMatchObject({ title: 'Name 0' });
  expect(mapped.errors).toMatchObject([{ row: 2, field: 'price' }]);

  shop.server.serve('<html></html>');
  expect((await shop.preview({ source: shop.source })).body.data.attributes).toMatchObject({
    products: [],
    problem: expect.stringMatching(/HTML page/),
  });
  expect((await shop.preview({})).status).toBe(400);
});

test('a preview of a feed uses its secret, for its own source only', async () => {
  const shop = await start();
  const id = await shop.create({ credentials: { kind: 'header', name: 'X-Key', secret: 'a secret' } });
  shop.server.serve(productsFeed(1));
  expect((await shop.preview({}, id)).body.data.attributes.products).toHaveLength(2);
  expect(shop.server.requests.at(-1)?.headers['x-key']).toBe('a secret');
  await shop.preview({ source: shop.source }, id);
  expect(shop.server.requests.at(-1)?.headers['x-key']).toBeUndefined();
});
