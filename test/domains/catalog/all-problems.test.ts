import { expect, test } from 'vitest';
import { catalog } from '../../../functions/services/catalog.ts';
import { feeds } from '../../../functions/services/feeds.ts';
import { startApp } from '../../support/app.ts';
import { categoryBody, itemBody, PREFIX, variantBody } from '../../support/catalog/catalog-bodies.ts';

const queue = () => ({ send: async () => {} });

interface Refused {
  readonly errors: readonly { readonly detail: string; readonly source: { readonly pointer: string } }[];
}
const pointers = ({ errors }: Refused): string[] => errors.map(({ source }) => source.pointer).toSorted();

/** A shop with an item, a variant and a category of the id `known`. */
const start = async () => {
  const app = await startApp({ ...catalog, routes: { ...catalog.routes, ...feeds.routes } }, { services: { queue } });
  for (const [path, data] of [
    ['catalog-categories', categoryBody('known')],
    ['catalog-items', itemBody('known')],
    ['catalog-variants', variantBody('known', 'known')],
  ] as const)
    expect((await app.post(`/api/${path}`, { data })).status).toBe(201);
  return app;
};

const itemsOf = (...ids: readonly string[]) => ({ items: { data: ids.map((id) => ({ type: 'catalog-item', id })) } });
const known = `${PREFIX}known`;
const none = `${PREFIX}none`;

test.each([
  [
    'POST',
    'catalog-items',
    itemBody('a', { title: '' }, ['none', 'known']),
    ['attributes/title', 'relationships/categories/data/0/id'],
  ],
  [
    'PATCH',
    `catalog-items/${known}`,
    { ...itemBody('known', {}, ['none']), id: known, attributes: { price: -1 } },
    ['attributes/price', 'relationships/categories/data/0/id'],
  ],
  [
    'POST',
    'catalog-variants',
    variantBody('v', 'none', { price: -1 }),
    ['attributes/price', 'relationships/item/data/id'],
  ],
  [
    'POST',
    'catalog-categories',
    { ...categoryBody('c', ''), relationships: itemsOf(known, none, 'odd') },
    ['attributes/name', 'relationships/items/data/1/id', 'relationships/items/data/2/id'],
  ],
  [
    'PATCH',
    `catalog-categories/${known}`,
    { type: 'catalog-category', id: known, attributes: { name: '' }, relationships: itemsOf(none) },
    ['attributes/name', 'relationships/items/data/0/id'],
  ],
  [
    'POST',
    'product-feeds',
    { type: 'product-feed', attributes: { name: '', kind: 'newest', category_ids: [known, none] } },
    ['attributes/category_ids/1', 'attributes/name'],
  ],
  [
    'POST',
    'catalog-feeds',
    { type: 'catalog-feed', attributes: { name: '', source: { kind: 'url', location: 'http://shop.example/a' } } },
    ['attributes/name', 'attributes/source/location'],
  ],
  [
    'POST',
    'catalog-feed-previews',
    {
      type: 'catalog-feed-preview',
      attributes: { format: 'pdf', source: { kind: 'file', location: 'elsewhere.xml' } },
      relationships: { 'catalog-feed': { data: { type: 'catalog-feed', id: 'none' } } },
    },
    ['attributes/format', 'attributes/source/location', 'relationships/catalog-feed/data/id'],
  ],
  [
    'POST',
    'catalog-feed-previews',
    { type: 'catalog-feed-preview', attributes: { format: 'pdf' } },
    ['attributes/format', 'attributes/source'],
  ],
  [
    'POST',
    'catalog-feed-sync-jobs',
    {
      type: 'catalog-feed-sync-job',
      attributes: { allows_missing: 'yes' },
      relationships: { 'catalog-feed': { data: { type: 'catalog-feed', id: 'none' } } },
    },
    ['attributes/allows_missing', 'relationships/catalog-feed/data/id'],
  ],
  [
    'POST',
    'web-feeds',
    {
      type: 'web-feed',
      attributes: { name: '', url: 'https://me:it@shop.example/', request_method: 'get', content_type: 'json' },
    },
    ['attributes/name', 'attributes/url'],
  ],
  [
    'POST',
    'back-in-stock-subscriptions',
    {
      type: 'back-in-stock-subscription',
      attributes: { channels: [], profile: { data: { type: 'profile', attributes: { email: 'ada@example.com' } } } },
      relationships: { variant: { data: { type: 'catalog-variant', id: none } } },
    },
    ['attributes/channels', 'relationships/variant/data/id'],
  ],
] as const)('%s /api/%s reports unknown ids beside what the schema refuses', async (method, path, data, expected) => {
  const app = await start();
  const { status, body } = await (method === 'POST' ? app.post : app.patch)(`/api/${path}`, { data });
  expect([status, pointers(body)]).toEqual([400, expected.map((at) => `/data/${at}`)]);
});

test('changes of relationships report unknown ids beside those of another type', async () => {
  const app = await start();
  const data = [
    { type: 'catalog-item', id: known },
    { type: 'catalog-category', id: none },
  ];
  const { status, body } = await app.post(`/api/catalog-items/${known}/relationships/categories`, { data });
  expect([status, pointers(body)]).toEqual([400, ['/data/0/type', '/data/1/id']]);
});

test('a feed, and its preview and sync, name what does not exist at its place', async () => {
  const app = await start();
  const attributes = { name: 'New', kind: 'newest', category_ids: [none] };
  const feed = await app.post('/api/product-feeds', { data: { type: 'product-feed', attributes } });
  expect([feed.status, pointers(feed.body)]).toEqual([404, ['/data/attributes/category_ids/0']]);
  for (const type of ['catalog-feed-preview', 'catalog-feed-sync-job']) {
    const relationships = { 'catalog-feed': { data: { type: 'catalog-feed', id: 'none' } } };
    const { status, body } = await app.post(`/api/${type}s`, { data: { type, relationships } });
    expect([status, pointers(body)]).toEqual([404, ['/data/relationships/catalog-feed/data/id']]);
  }
});

test('ids that no object can have are unknown', async () => {
  const app = await start();
  for (const id of ['x'.repeat(5_000), `${PREFIX}${'x'.repeat(5_000)}`]) {
    const relationships = { categories: { data: [{ type: 'catalog-category', id }] } };
    const { status } = await app.post('/api/catalog-items', { data: { ...itemBody('a'), relationships } });
    expect(status).toBe(404);
    for (const [path, filter] of [
      ['catalog-items', `equals(category.id,"${id}")`],
      ['catalog-items', `any(ids,["${id}"])`],
      ['catalog-variants', `equals(item.id,"${id}")`],
      ['catalog-variants', `equals(sku,"${id}")`],
      ['catalog-categories', `equals(item.id,"${id}")`],
      ['back-in-stock-subscriptions', `equals(variant.id,"${id}")`],
    ] as const) {
      const listed = await app.get(`/api/${path}?filter=${encodeURIComponent(filter)}`);
      expect([path, listed.status, listed.body.data]).toEqual([path, 200, []]);
    }
  }
});
