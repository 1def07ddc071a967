import { expect, test } from 'vitest';
import { createKey } from '../../../functions/domains/accounts/keys/actions.ts';
import { itemBody, PREFIX } from '../../support/catalog/catalog-bodies.ts';
import { startRedrive } from '../../support/redrive.ts';

const start = async () => {
  const app = await startRedrive();
  const create = (attributes: object) =>
    app.post('/api/product-feeds', { data: { type: 'product-feed', attributes: { name: 'New', ...attributes } } });
  return { ...app, create };
};

test('a feed shows its products where it is asked for them', async () => {
  const app = await start();
  for (const id of ['a', 'b', 'c']) await app.post('/api/catalog-items', { data: itemBody(id) });
  const { body } = await app.create({ kind: 'newest' });
  expect(body.data.attributes).toMatchObject({ kind: 'newest', category_ids: null, in_stock_only: false });
  expect(body.data.attributes.selected_count).toBeNull();
  await app.drain();
  const path = `/api/product-feeds/${body.data.id}`;
  const alone = (await app.get(path)).body;
  expect(alone.data.attributes.selected_count).toBe(3);
  expect(alone.included).toBeUndefined();
  const asked = await app.get(`${path}?include=items&page[size]=2&fields[catalog-item]=title`);
  expect(asked.body.data.relationships.items.data).toHaveLength(2);
  expect(asked.body.included).toMatchObject([
    { type: 'catalog-item', attributes: { title: 'Item c' } },
    { type: 'catalog-item', attributes: { title: 'Item b' } },
  ]);
});

test.each([
  [{ kind: 'best' }, /kind/],
  [{ kind: 'newest', category_ids: [] }, /at least one category/],
  [{ kind: 'newest', category_ids: Array.from({ length: 11 }, (_, i) => `${PREFIX}${i}`) }, /11 categories/],
])('%j is refused', async (attributes, detail) => {
  const { status, body } = await (await start()).create(attributes);
  expect([status, JSON.stringify(body.errors)]).toEqual([400, expect.stringMatching(detail)]);
});

test('a feed for a person has what they viewed last, without what they bought', async () => {
  const app = await start();
  const profile = { data: { type: 'profile', attributes: { email: 'ada@example.com' } } };
  for (const id of ['a', 'b', 'c', 'd']) await app.post('/api/catalog-items', { data: itemBody(id) });
  const happened = [
    ['Viewed Product', { ProductID: 'a' }],
    ['Viewed Product', { ProductID: 'b' }],
    ['Placed Order', { Items: [{ ProductID: 'b' }, { ProductID: 'd' }] }],
    ['Viewed Product', { ProductID: 'c' }],
    ['Viewed Product', { ProductID: 'a' }],
    ['Viewed Product', { ProductID: 'gone' }],
  ] as const;
  for (const [i, [name, properties]] of happened.entries()) {
    const metric = { data: { type: 'metric', attributes: { name } } };
    const attributes = { metric, profile, properties, time: `2025-12-0${i + 1}T00:00:00Z` };
    await app.post('/api/events', { data: { type: 'event', attributes } });
  }
  const { id: person } = (await app.get('/api/profiles')).body.data[0];
  const idsOf = async (attributes: object): Promise<readonly string[]> => {
    const { id } = (await app.create(attributes)).body.data;
    await app.drain();
    const { body } = await app.get(`/api/product-feeds/${id}?profile=${person}`);
    return body.data.relationships.items.data.map((one: { id: string }) => one.id.slice(PREFIX.length));
  };
  expect(await idsOf({ kind: 'recently_viewed' })).toEqual(['a', 'c', 'b']);
  expect(await idsOf({ kind: 'recently_viewed', exclude_bought: true })).toEqual(['a', 'c']);
  expect(await idsOf({ kind: 'newest', exclude_bought: true })).toEqual(['c', 'a']);

  const { id } = (await app.create({ kind: 'recently_viewed' })).body.data;
  expect((await app.get(`/api/product-feeds/${id}?include=items`)).body.included).toEqual([]);
  expect((await app.get(`/api/product-feeds/${id}?profile=none`)).status).toBe(404);
  const { key } = await createKey({ account: app.account, name: 'mails', scopes: ['catalogs:read'] }, app.services);
  const headers = { authorization: `Klaviyo-API-Key ${key}` };
  expect((await app.get(`/api/product-feeds/${id}?profile=${person}`, headers)).status).toBe(403);
  expect((await app.get(`/api/product-feeds/${id}?include=items`, headers)).status).toBe(200);
});
