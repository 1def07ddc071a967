import { expect, test } from 'vitest';
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
