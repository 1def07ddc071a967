import { expect, test } from 'vitest';
import { lists } from '../../../../functions/services/lists.ts';
import { startApp } from '../../../support/app.ts';
import { store } from './notifier-store.ts';
import { ids, resources, startWith, within } from './start.ts';

const resourceOf = (type: string) => {
  const found = resources.find((one) => one.type === type);
  if (!found) throw new Error(`No ${type} is declared.`);
  return found;
};

test('a bulk job creates its resources once, however often its message comes', async () => {
  const app = await startWith(resourceOf('notifier-bulk-create-job'));
  const made = (await app.get('/api/notifiers?sort=name')).body.data;
  expect(made.map(({ attributes }: { attributes: { name: string } }) => attributes.name)).toEqual([
    'apple',
    'banana',
    'Mango',
    'Zebra',
    'Émile',
  ]);
  const jobs = (await app.get('/api/notifier-bulk-create-jobs')).body.data;
  expect(new Set(jobs.map(({ attributes }: { attributes: { status: string } }) => attributes.status))).toEqual(
    new Set(['complete']),
  );
});

test('the limit of an account leaves room again after a deletion', async () => {
  const app = await startWith(resourceOf('notifier'));
  const context = app.context();
  const own = { name: 'x', url: 'https://example.com', isEnabled: true, topics: [] };
  const before = app.items.length;
  const made = [];
  for (let n = before; n < 100; n++) made.push(await store.create(own, context));
  await expect(store.create(own, context)).rejects.toThrow(/has 100 notifiers/);
  await store.remove(made[0]?.id ?? '', context);
  await expect(store.create(own, context, made[1]?.id)).rejects.toThrow(/notifier .* already/);
  expect(await store.create(own, context)).toMatchObject(own);
  expect(await store.all(context)).toHaveLength(100);
});

test('a removed value stays absent', async () => {
  const app = await startWith(resourceOf('notifier'));
  const path = `/api/notifiers/${app.one.id}`;
  const { body } = await app.patch(path, { data: { type: 'notifier', attributes: { description: null } } });
  expect(body.data.attributes.description).toBeNull();
  expect(ids((await app.get('/api/notifiers?filter=has(description)')).body.data)).not.toContain(app.one.id);
});

test('names of maximum length are paged through', async () => {
  const app = await startApp(lists);
  const names = ['é', 'ö', '😀'].map((letter) => letter.repeat(Math.floor(1_000 / letter.length)));
  for (const name of names) await app.post('/api/lists', { data: { type: 'list', attributes: { name } } });
  const first = (await app.get('/api/lists?sort=name&page[size]=2')).body;
  const second = (await app.get(within(first.links.next))).body;
  expect([...first.data, ...second.data].map(({ attributes }) => attributes.name)).toEqual(names);
});
