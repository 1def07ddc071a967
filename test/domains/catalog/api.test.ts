import { expect, test } from 'vitest';
import { categoryDeletionJob } from '../../../functions/domains/catalog/delete.ts';
import { catalog } from '../../../functions/services/catalog.ts';
import { startApp } from '../../support/app.ts';
import { categoryBody, itemBody, PREFIX, variantBody } from '../../support/catalog/catalog-bodies.ts';

/** Messages wait until the test works on them. */
const queue = () => ({ send: async () => {} });

const start = async () => {
  const app = await startApp(catalog, { services: { queue } });
  const make = async (path: string, data: object): Promise<void> => {
    const { status, body } = await app.post(`/api/${path}`, { data });
    expect([body, status]).toEqual([body, 201]);
  };
  const listed = async (path: string): Promise<string[]> =>
    (await app.get(path)).body.data.map(({ id }: { readonly id: string }) => id.slice(PREFIX.length));
  return { ...app, make, listed };
};

const pointers = (body: { readonly errors: readonly { readonly source: { readonly pointer: string } }[] }) =>
  body.errors.map(({ source }) => source.pointer);

test('ids may be percent-encoded or not, and contain any character', async () => {
  const app = await start();
  const odd = 'a/b#c ü%20:::d';
  await app.make('catalog-items', itemBody(odd));
  const { status, body } = await app.get(`/api/catalog-items/${encodeURIComponent(PREFIX + odd)}`);
  expect([status, body.data.id, body.data.attributes.external_id]).toEqual([200, PREFIX + odd, odd]);
  await app.make('catalog-items', itemBody('plain'));
  for (const id of [`${PREFIX}plain`, encodeURIComponent(`${PREFIX}plain`)])
    expect((await app.get(`/api/catalog-items/${id}`)).status).toBe(200);
  expect((await app.get('/api/catalog-items/plain')).body.errors[0].detail).toContain(
    'Ids have the form $custom:::$default:::<external_id>.',
  );
});

test('a wrong body is refused with all its problems', async () => {
  const app = await start();
  const { status, body } = await app.post('/api/catalog-items', {
    data: itemBody('a', {
      title: '',
      url: 'javascript:alert(1)',
      price: -1,
      integration_type: 'shopify',
      catalog_type: 'other',
      images: ['x'],
      custom_metadata: [],
      currency: 'euro',
    }),
  });
  expect(status).toBe(400);
  expect(pointers(body).toSorted()).toEqual(
    ['catalog_type', 'currency', 'custom_metadata', 'images/0', 'integration_type', 'price', 'title', 'url'].map(
      (name) => `/data/attributes/${name}`,
    ),
  );
});

test('unknown categories and items are named at their places', async () => {
  const app = await start();
  const item = await app.post('/api/catalog-items', { data: itemBody('a', {}, ['none', 'nowhere']) });
  expect(item.status).toBe(404);
  expect(pointers(item.body)).toEqual([
    '/data/relationships/categories/data/0/id',
    '/data/relationships/categories/data/1/id',
  ]);
  const variant = await app.post('/api/catalog-variants', { data: variantBody('v', 'none') });
  expect([variant.status, pointers(variant.body)]).toEqual([404, ['/data/relationships/item/data/id']]);
  const items = { items: { data: [{ type: 'catalog-item', id: `${PREFIX}none` }] } };
  const category = await app.post('/api/catalog-categories', { data: { ...categoryBody('c'), relationships: items } });
  expect([category.status, pointers(category.body)]).toEqual([404, ['/data/relationships/items/data/0/id']]);
  expect(await app.listed('/api/catalog-categories')).toEqual([]);
});

test('an external id is used once', async () => {
  const app = await start();
  await app.make('catalog-items', itemBody('a'));
  const { status, body } = await app.post('/api/catalog-items', { data: itemBody('a') });
  expect([status, pointers(body)]).toEqual([409, ['/data/attributes/external_id']]);
});

test('filters combine, and read a bounded part of the catalog', async () => {
  const app = await start();
  await app.make('catalog-categories', categoryBody('shirts'));
  for (let n = 0; n < 12; n++) {
    app.at(`2026-02-01T00:00:${String(n).padStart(2, '0')}Z`);
    await app.make('catalog-items', itemBody(`i${n}`, { published: n % 2 === 0 }, n < 6 ? ['shirts'] : []));
  }
  const shirts = `equals(category.id,"${PREFIX}shirts")`;
  expect(await app.listed(`/api/catalog-items?filter=${shirts},equals(published,true)`)).toEqual(['i0', 'i2', 'i4']);
  expect(await app.listed(`/api/catalog-items?filter=${shirts}&sort=-created&page[size]=2`)).toEqual(['i5', 'i4']);
  const ids = `any(ids,["${PREFIX}i1","${PREFIX}i7","${PREFIX}i8","other"])`;
  expect(await app.listed(`/api/catalog-items?filter=${ids},${shirts}`)).toEqual(['i1']);
  expect(await app.listed('/api/catalog-items?filter=contains(title,"ITEM I1")')).toEqual(['i1', 'i10', 'i11']);
});

test('deleting an item deletes its variants, and takes it out of its categories', async () => {
  const app = await start();
  await app.make('catalog-categories', categoryBody('shirts'));
  for (const id of ['a', 'b']) {
    await app.make('catalog-items', itemBody(id, {}, ['shirts']));
    for (const n of [1, 2]) await app.make('catalog-variants', variantBody(`${id}-${n}`, id));
  }
  expect((await app.delete(`/api/catalog-items/${PREFIX}a`)).status).toBe(204);
  expect(await app.listed('/api/catalog-variants')).toEqual(['b-1', 'b-2']);
  expect(await app.listed(`/api/catalog-categories/${PREFIX}shirts/items`)).toEqual(['b']);
  app.at('2026-03-01T00:00:00Z');
  await app.make('catalog-items', itemBody('a'));
  expect(await app.listed(`/api/catalog-items/${PREFIX}a/variants`)).toEqual([]);
});

test('a category ends for its items, and its id is free again afterwards', async () => {
  const app = await start();
  await app.make('catalog-categories', categoryBody('shirts'));
  await app.make('catalog-items', itemBody('a', {}, ['shirts']));
  expect((await app.delete(`/api/catalog-categories/${PREFIX}shirts`)).status).toBe(204);
  expect(await app.listed('/api/catalog-categories')).toEqual([]);
  expect(await app.listed(`/api/catalog-items/${PREFIX}a/categories`)).toEqual([]);
  expect((await app.post('/api/catalog-categories', { data: categoryBody('shirts') })).status).toBe(409);
  for (const minute of [1, 2, 3]) {
    app.at(`2026-02-01T00:0${minute}:00Z`);
    const message = { kind: categoryDeletionJob.kind, account: app.account, id: 'shirts' };
    await categoryDeletionJob.handle(message, app.services, { remainingMs: () => 60_000 });
  }
  await app.make('catalog-categories', categoryBody('shirts'));
  expect(await app.listed(`/api/catalog-categories/${PREFIX}shirts/items`)).toEqual([]);
});
