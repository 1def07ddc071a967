import { describe, expect, test } from 'vitest';
import { catalogJobs } from '../../../../functions/domains/catalog/bulk/job.ts';
import { put } from '../../../../functions/platform/table/write.ts';
import { categoryBody, itemBody, PREFIX, variantBody } from '../../../support/catalog/catalog-bodies.ts';
import { startRedrive } from '../../../support/redrive.ts';

type Action = 'create' | 'update' | 'delete';
type Many = 'items' | 'variants' | 'categories';
const one = { items: 'item', variants: 'variant', categories: 'category' } as const;

const typeOf = (action: Action, many: Many) => `catalog-${one[many]}-bulk-${action}-job`;

const start = async () => {
  const world = await startRedrive();
  const submit = (action: Action, many: Many, data: readonly object[]) =>
    world.post(`/api/${typeOf(action, many)}s`, {
      data: { type: typeOf(action, many), attributes: { [many]: { data } } },
    });
  /** The job after its work. */
  const done = async (action: Action, many: Many, data: readonly object[], query = '') => {
    const { status, body } = await submit(action, many, data);
    expect([body.errors, status]).toEqual([undefined, 202]);
    await world.drain();
    return (await world.get(`/api/${typeOf(action, many)}s/${body.data.id}${query}`)).body;
  };
  const listed = async (path: string): Promise<string[]> =>
    (await world.get(path)).body.data.map(({ id }: { readonly id: string }) => id.slice(PREFIX.length));
  return { ...world, submit, done, listed };
};

const idOf = (many: Many, id: string, more: object = {}) => ({
  type: `catalog-${one[many]}`,
  id: PREFIX + id,
  ...more,
});
const outcome = ({ data: { attributes } }: { readonly data: { readonly attributes: Record<string, unknown> } }) => [
  attributes.status,
  attributes.total_count,
  attributes.completed_count,
  attributes.failed_count,
];
interface JobError {
  readonly code: string;
  readonly source: { readonly pointer: string };
}
const errorsOf = (body: { readonly data: { readonly attributes: { readonly errors: readonly JobError[] } } }) =>
  body.data.attributes.errors.map(({ code, source }) => [code, source.pointer]);

test('objects of every kind are created, updated and deleted', async () => {
  const app = await start();
  expect(outcome(await app.done('create', 'categories', [categoryBody('c1'), categoryBody('c2')]))).toEqual([
    'complete',
    2,
    2,
    0,
  ]);
  await app.done('create', 'items', [itemBody('a', {}, ['c1']), itemBody('b')]);
  await app.done('create', 'variants', [variantBody('a-1', 'a'), variantBody('a-2', 'a')]);
  expect(await app.listed(`/api/catalog-categories/${PREFIX}c1/items`)).toEqual(['a']);
  expect(await app.listed(`/api/catalog-items/${PREFIX}a/variants`)).toEqual(['a-1', 'a-2']);

  const items = { items: { data: [{ type: 'catalog-item', id: `${PREFIX}b` }] } };
  await app.done('update', 'categories', [
    idOf('categories', 'c1', { attributes: { name: 'New' }, relationships: items }),
  ]);
  expect(await app.listed(`/api/catalog-categories/${PREFIX}c1/items`)).toEqual(['b']);
  const changed = await app.done(
    'update',
    'items',
    [idOf('items', 'a', { attributes: { price: 3 } })],
    '?include=items',
  );
  expect(changed.included).toMatchObject([{ id: `${PREFIX}a`, attributes: { price: 3, title: 'Item a' } }]);
  expect(changed.data.relationships.items.data).toEqual([{ type: 'catalog-item', id: `${PREFIX}a` }]);
  await app.done('update', 'variants', [idOf('variants', 'a-1', { attributes: { inventory_quantity: 7 } })]);
  const variant = await app.get(`/api/catalog-variants/${PREFIX}a-1`);
  expect(variant.body.data.attributes).toMatchObject({ inventory_quantity: 7, price: 10 });

  await app.done('delete', 'variants', [idOf('variants', 'a-2')]);
  expect(await app.listed('/api/catalog-variants')).toEqual(['a-1']);
  await app.done('delete', 'items', [idOf('items', 'a')]);
  expect([await app.listed('/api/catalog-items'), await app.listed('/api/catalog-variants')]).toEqual([['b'], []]);
  await app.done('delete', 'categories', [idOf('categories', 'c1'), idOf('categories', 'c2')]);
  expect(await app.listed('/api/catalog-categories')).toEqual([]);
});

describe('errors name each object in the request', () => {
  test('of items and categories', async () => {
    const app = await start();
    await app.done('create', 'items', [itemBody('a')]);
    const created = await app.done('create', 'items', [itemBody('b'), itemBody('a'), itemBody('c', {}, ['none'])]);
    expect(outcome(created)).toEqual(['complete', 3, 1, 2]);
    expect(errorsOf(created)).toEqual([
      ['conflict', '/data/attributes/items/data/1/attributes/external_id'],
      ['not_found', '/data/attributes/items/data/2/relationships/categories/data/0/id'],
    ]);
    const category = {
      ...categoryBody('x'),
      relationships: { items: { data: ['a', 'none'].map((id) => ({ type: 'catalog-item', id: PREFIX + id })) } },
    };
    expect(errorsOf(await app.done('create', 'categories', [category]))).toEqual([
      ['not_found', '/data/attributes/categories/data/0/relationships/items/data/1/id'],
    ]);
    expect(await app.listed('/api/catalog-categories')).toEqual([]);
  });

  test('of variants, and of what does not exist', async () => {
    const app = await start();
    expect(errorsOf(await app.done('create', 'variants', [variantBody('v', 'none')]))).toEqual([
      ['not_found', '/data/attributes/variants/data/0/relationships/item/data/id'],
    ]);
    for (const action of ['update', 'delete'] as const) {
      const more = action === 'update' ? { attributes: {} } : {};
      const gone = await app.done(action, 'items', [idOf('items', 'none', more)]);
      expect([outcome(gone), errorsOf(gone)]).toEqual([
        ['complete', 1, 0, 1],
        [['not_found', '/data/attributes/items/data/0/id']],
      ]);
    }
  });
});

test('a wrong body is refused with all its problems', async () => {
  const app = await start();
  const data = [itemBody('a', { title: '' }), itemBody('b', { price: -1 }), itemBody('a')];
  const { status, body } = await app.submit('create', 'items', data);
  const pointers = body.errors.map(({ source }: JobError) => source.pointer);
  const at = '/data/attributes/items/data';
  expect([status, pointers.toSorted()]).toEqual([
    400,
    [`${at}/0/attributes/title`, `${at}/1/attributes/price`, `${at}/2/attributes/external_id`],
  ]);
  const twice = await app.submit('delete', 'items', [idOf('items', 'a'), idOf('items', 'a')]);
  expect([twice.status, twice.body.errors[0].source.pointer]).toEqual([400, `${at}/1/id`]);
  const plain = await app.submit('update', 'items', [{ type: 'catalog-item', id: 'a', attributes: {} }]);
  expect([plain.status, plain.body.errors[0].source.pointer]).toEqual([400, `${at}/0/id`]);
  expect((await app.submit('create', 'items', [])).status).toBe(400);
  const many = Array.from({ length: 101 }, (_, i) => idOf('items', `i${i}`));
  expect((await app.submit('delete', 'items', many)).status).toBe(400);
  // Of too many objects, only the first hundred are compared.
  const same = await app.submit('delete', 'items', new Array(20_000).fill(idOf('items', 'a')));
  expect([same.status, same.body.errors.length]).toEqual([400, 100]);
});

test('reports a thousand problems, and how many more there are', async () => {
  const app = await start();
  const unknown = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`unknown_${i}`, 1]));
  const item = { ...idOf('items', 'a'), attributes: unknown };
  const { status, body } = await app.submit('update', 'items', new Array(100).fill(item));
  expect([status, body.errors.length]).toEqual([400, 1_001]);
  expect(body.errors.at(-1).detail).toBe(
    'At least 99 more problems are not listed. Correct these and send the request again.',
  );
});

test('jobs are listed by status, and found by the path of their kind only', async () => {
  const app = await start();
  const ids: string[] = [];
  for (const id of ['a', 'b', 'c']) ids.push((await app.submit('create', 'items', [itemBody(id)])).body.data.id);
  const jobs = async (query: string): Promise<string[]> =>
    (await app.get(`/api/catalog-item-bulk-create-jobs${query}`)).body.data.map(({ id }: { id: string }) => id);
  expect((await jobs('?filter=equals(status,"queued")')).toSorted()).toEqual(ids.toSorted());
  await app.drain();
  expect(await jobs('?filter=equals(status,"queued")')).toEqual([]);
  const first = await app.get('/api/catalog-item-bulk-create-jobs?page[size]=2&filter=equals(status,"complete")');
  const next = await app.get(first.body.links.next.replace('https://api.test', ''));
  const paged = [...first.body.data, ...next.body.data].map(({ id }: { id: string }) => id);
  expect(paged.toSorted()).toEqual(ids.toSorted());
  expect((await app.get(`/api/catalog-item-bulk-update-jobs/${ids[0]}`)).status).toBe(404);
  expect((await app.get('/api/catalog-item-bulk-update-jobs')).body.data).toEqual([]);
});

test('an account has at most 500 jobs in progress', async () => {
  const app = await start();
  const { body } = await app.submit('create', 'items', [itemBody('a')]);
  const job = await app.table.get(catalogJobs, { account: app.account, id: body.data.id });
  if (!job) throw new Error('The job is not stored.');
  for (let i = 0; i < 499; i++) await app.table.write(put(catalogJobs, { ...job, id: `${job.id}${i}` }));
  const refused = await app.submit('delete', 'variants', [idOf('variants', 'v')]);
  expect([refused.status, refused.headers['Retry-After']]).toEqual([429, '10']);
});

test('a failed job is retried by the path of its kind', async () => {
  const app = await start();
  const { body } = await app.submit('create', 'items', [itemBody('a'), itemBody('b')]);
  const of = { account: app.account, id: body.data.id };
  const job = await app.table.get(catalogJobs, of);
  if (!job) throw new Error('The job is not stored.');
  await app.table.write(put(catalogJobs, { ...job, status: 'failed', error: 'It failed 5 times.' }));
  await app.drain();
  const retry = (type: string) =>
    app.patch(`/api/${type}s/${of.id}`, { data: { type, id: of.id, attributes: { status: 'queued' } } });
  expect((await retry(typeOf('update', 'items'))).status).toBe(404);
  const { status, body: retried } = await retry(typeOf('create', 'items'));
  expect([status, retried.data.attributes.status]).toEqual([200, 'queued']);
  await app.drain();
  const { data } = (await app.get(`/api/${typeOf('create', 'items')}s/${of.id}`)).body;
  expect(data.attributes).toMatchObject({ status: 'complete', completed_count: 2, failed_count: 0 });
  expect((await retry(typeOf('create', 'items'))).status).toBe(409);
});

test('a job whose objects are no longer stored is cancelled', async () => {
  const app = await start();
  const { body } = await app.submit('create', 'items', [itemBody('a')]);
  await app.files.remove(`catalog-jobs/${app.account}/${body.data.id}.json`);
  await app.drain();
  const { data } = (await app.get(`/api/catalog-item-bulk-create-jobs/${body.data.id}`)).body;
  expect(data.attributes).toMatchObject({ status: 'cancelled', completed_count: 0 });
});
