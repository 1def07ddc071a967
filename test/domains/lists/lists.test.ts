import { expect, test } from 'vitest';
import { changeAccount } from '../../../functions/domains/accounts/actions.ts';
import { lists } from '../../../functions/services/lists.ts';
import { startApp } from '../../support/app.ts';

type App = Awaited<ReturnType<typeof startApp>>;

const data = (attributes: object) => ({ data: { type: 'list', attributes } });
const names = (answer: Awaited<ReturnType<App['get']>>): string[] =>
  answer.body.data.map((list: { attributes: { name: string } }) => list.attributes.name);

test('creates, reads, renames and finds a list', async () => {
  const app = await startApp(lists);
  const made = await app.post('/api/lists', data({ name: ' Newsletter ', opt_in_process: 'double_opt_in' }));
  expect(made).toMatchObject({
    status: 201,
    body: { data: { type: 'list', attributes: { name: 'Newsletter', opt_in_process: 'double_opt_in' } } },
  });
  const { id, relationships } = made.body.data;
  expect(relationships.profiles.links.related).toBe(`https://api.test/api/lists/${id}/profiles/`);

  app.at('2026-01-02T00:00:00Z');
  expect((await app.patch(`/api/lists/${id}`, data({ name: 'News' }))).body.data.attributes).toEqual({
    name: 'News',
    opt_in_process: 'double_opt_in',
    created: '2026-01-01T00:00:00.000+00:00',
    updated: '2026-01-02T00:00:00.000+00:00',
  });
  expect((await app.get(`/api/lists/${id}?fields[list]=name`)).body.data.attributes).toEqual({ name: 'News' });
  expect((await app.get(`/api/lists/${id}?include=tags`)).body.included).toEqual([]);
});

test("follows the account's opt-in setting in a list without its own, also after a change", async () => {
  const app = await startApp(lists);
  const { body } = await app.post('/api/lists', data({ name: 'News' }));
  const process = async () => {
    const answer = await app.get(`/api/lists/${body.data.id}`);
    return answer.body.data.attributes.opt_in_process;
  };
  expect(await process()).toBe('single_opt_in');

  await changeAccount(app.account, { optInProcess: 'double_opt_in' }, app.services);
  app.at('2026-01-01T00:01:01Z');
  expect(await process()).toBe('double_opt_in');

  await app.patch(`/api/lists/${body.data.id}`, data({ opt_in_process: 'single_opt_in' }));
  expect(await process()).toBe('single_opt_in');
  await app.patch(`/api/lists/${body.data.id}`, data({ opt_in_process: null }));
  expect(await process()).toBe('double_opt_in');
});

test('sorts, filters and pages lists', async () => {
  const app = await startApp(lists);
  const ids: string[] = [];
  for (const [day, name] of ['Zebra', 'apple', 'Mango', 'apple'].entries()) {
    app.at(`2026-01-0${day + 1}T00:00:00Z`);
    ids.push((await app.post('/api/lists', data({ name }))).body.data.id);
  }
  expect(names(await app.get('/api/lists'))).toEqual(['Zebra', 'apple', 'Mango', 'apple']);
  expect(names(await app.get('/api/lists?sort=name'))).toEqual(['apple', 'apple', 'Mango', 'Zebra']);
  expect(names(await app.get('/api/lists?sort=-created'))).toEqual(['apple', 'Mango', 'apple', 'Zebra']);
  expect(names(await app.get('/api/lists?filter=equals(name,"apple")'))).toEqual(['apple', 'apple']);
  expect(names(await app.get(`/api/lists?filter=any(id,["${ids[0]}","${ids[2]}","x"])`))).toEqual(['Zebra', 'Mango']);
  expect(names(await app.get('/api/lists?filter=greater-than(created,2026-01-02T00:00:00Z)'))).toEqual([
    'Mango',
    'apple',
  ]);
  expect(names(await app.get('/api/lists?filter=greater-than(updated,2026-01-03T00:00:00Z)'))).toEqual(['apple']);

  const first = await app.get('/api/lists?sort=-name&page[size]=3');
  expect(names(first)).toEqual(['Zebra', 'Mango', 'apple']);
  const { pathname, search } = new URL(first.body.links.next);
  const second = await app.get(pathname + search);
  expect(names(second)).toEqual(['apple']);
  expect(second.body.links.next).toBeNull();
});

test('reports all problems of a list at once, and a missing list as not found', async () => {
  const app = await startApp(lists);
  const { status, body } = await app.post('/api/lists', data({ name: '  ', opt_in_process: 'triple' }));
  expect(status).toBe(400);
  expect(body.errors.map((error: { source: { pointer: string } }) => error.source.pointer)).toEqual([
    '/data/attributes/name',
    '/data/attributes/opt_in_process',
  ]);
  for (const id of ['nothing', 'x'.repeat(3_000)]) {
    expect((await app.get(`/api/lists/${id}`)).status).toBe(404);
    expect((await app.patch(`/api/lists/${id}`, data({ name: 'x' }))).status).toBe(404);
  }
});
