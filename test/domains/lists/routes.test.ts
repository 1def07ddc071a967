import { expect, test } from 'vitest';
import {
  addMember,
  countMembers,
  ensureList,
  isMember,
  leaveList,
  MAX_LISTS,
} from '../../../functions/domains/lists/actions.ts';
import { listDeletionJob } from '../../../functions/domains/lists/delete.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import { lists } from '../../../functions/services/lists.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { startApp } from '../../support/app.ts';

const both: ServiceDeclaration = { ...lists, routes: { ...lists.routes, ...profiles.routes } };
type App = Awaited<ReturnType<typeof startApp>>;

const make = async (app: App, name = 'News'): Promise<string> =>
  (await app.post('/api/lists', { data: { type: 'list', attributes: { name } } })).body.data.id;
const person = async (app: App, email: string): Promise<string> =>
  (await app.post('/api/profiles', { data: { type: 'profile', attributes: { email } } })).body.data.id;
const of = (...ids: string[]) => ({ data: ids.map((id) => ({ type: 'profile', id })) });
const idsIn = (answer: Awaited<ReturnType<App['get']>>): string[] =>
  answer.body.data.map(({ id }: { id: string }) => id);
const count = async (app: App, id: string): Promise<number> =>
  (await app.get(`/api/lists/${id}?additional-fields[list]=profile_count`)).body.data.attributes.profile_count;

test('adds and removes profiles, and lists them by join time with their count', async () => {
  const app = await startApp(both);
  const id = await make(app);
  const path = `/api/lists/${id}/relationships/profiles`;
  const people: string[] = [];
  for (const name of ['a', 'b', 'c', 'd', 'e']) people.push(await person(app, `${name}@example.com`));
  // Within one millisecond, ids have no order of their own.
  const [a = '', b = '', c = '', d = '', e = ''] = people.toSorted();
  expect((await app.post(path, of(b, a, b))).status).toBe(204);
  app.at('2026-01-02T00:00:00Z');
  expect((await app.post(path, of(a, c, d, e))).status).toBe(204);
  expect(await count(app, id)).toBe(5);

  const members = await app.get(`/api/lists/${id}/profiles`);
  expect(idsIn(members)).toEqual([a, b, c, d, e]);
  expect(members.body.data[0].attributes).toMatchObject({ joined_group_at: '2026-01-01T00:00:00.000+00:00' });
  expect(idsIn(await app.get(`${path}?sort=-joined_group_at&page[size]=3`))).toEqual([e, d, c]);
  expect(idsIn(await app.get(`${path}?filter=greater-than(joined_group_at,2026-01-01T00:00:00Z)`))).toEqual([c, d, e]);
  expect(idsIn(await app.get(`${path}?filter=any(email,["D@example.com","x@example.com"])`))).toEqual([people[3]]);
  const thin = await app.get(`/api/lists/${id}/profiles?fields[profile]=email&filter=equals(email,"a@example.com")`);
  expect(thin.body.data[0].attributes).toEqual({ email: 'a@example.com' });

  expect((await app.delete(path, of(a, c, c))).status).toBe(204);
  expect((await app.delete(path, of(a))).status).toBe(204);
  expect(await count(app, id)).toBe(3);
  expect(idsIn(await app.get(path))).toEqual([b, d, e]);
  expect(idsIn(await app.get(`/api/profiles/${a}/lists`))).toEqual([]);
  expect(idsIn(await app.get(`/api/profiles/${b}/lists`))).toEqual([id]);
});

test('reads members page by page, forward and back', async () => {
  const app = await startApp(both);
  const id = await make(app);
  const people = await Promise.all(Array.from({ length: 7 }, (_, i) => person(app, `p${i}@example.com`)));
  await app.post(`/api/lists/${id}/relationships/profiles`, of(...people));
  const seen: string[] = [];
  let next: string | null = `/api/lists/${id}/profiles?page[size]=3`;
  while (next) {
    const page = await app.get(next);
    seen.push(...idsIn(page));
    const link: string | null = page.body.links.next;
    next = link && new URL(link).pathname + new URL(link).search;
  }
  expect(seen).toEqual(people.toSorted());
});

test('names all unknown profiles, and adds none', async () => {
  const app = await startApp(both);
  const id = await make(app);
  const a = await person(app, 'a@example.com');
  const path = `/api/lists/${id}/relationships/profiles`;
  const { status, body } = await app.post(path, of(a, 'nobody', a, 'x'.repeat(500)));
  expect(status).toBe(404);
  expect(body.errors.map((error: { source: object }) => error.source)).toEqual([
    { pointer: '/data/1/id' },
    { pointer: '/data/3/id' },
  ]);
  expect(await count(app, id)).toBe(0);
  expect((await app.post(path, of(...Array.from({ length: 1_001 }, () => a)))).status).toBe(400);
  expect((await app.post('/api/lists/nothing/relationships/profiles', of(a))).status).toBe(404);
  expect((await app.delete(path, of('nobody'))).status).toBe(404);
});

test('adds and removes a thousand profiles per call, and counts correctly with several callers at once', async () => {
  const app = await startApp(both);
  const context = app.context();
  const id = await make(app);
  const everybody = Array.from({ length: 1_000 }, (_, i) => `p${i}`);
  const { addMembers, removeMembers } = await import('../../../functions/domains/lists/actions.ts');
  const joins = everybody.map((profileId) => ({ profileId, at: new Date() }));
  expect(await addMembers(id, joins, context)).toBe(1_000);
  expect(await addMembers(id, joins, context)).toBe(0);
  expect(await countMembers(id, context)).toBe(1_000);

  const some = everybody.slice(0, 20);
  const left = await Promise.all(Array.from({ length: 5 }, () => removeMembers(id, some, context)));
  expect(left.reduce((sum, one) => sum + one, 0)).toBe(20);
  expect(await countMembers(id, context)).toBe(980);
  const back = await Promise.all(
    some.flatMap((profileId) => [1, 2].map(() => addMember({ listId: id, profileId, at: new Date() }, context))),
  );
  expect(back.filter((outcome) => outcome === 'joined')).toHaveLength(20);
  expect(await countMembers(id, context)).toBe(1_000);
});

const sent: { readonly body: object; readonly delay: number }[] = [];
const queue = (): ReturnType<Services['queue']> => ({
  async send(body, delay = 0) {
    if (typeof delay === 'number') sent.push({ body, delay });
  },
});

test('deletes a list immediately and its members later, through any number of crashes', async () => {
  const app = await startApp(both, { services: { queue } });
  const context = { ...app.context(), queue };
  const id = await make(app);
  const members = Array.from({ length: 1_200 }, (_, i) => `p${i}`);
  const { addMembers } = await import('../../../functions/domains/lists/actions.ts');
  await addMembers(
    id,
    members.map((profileId) => ({ profileId, at: new Date() })),
    context,
  );
  expect((await app.delete(`/api/lists/${id}`)).status).toBe(204);
  expect((await app.delete(`/api/lists/${id}`)).status).toBe(204);
  expect((await app.get(`/api/lists/${id}`)).status).toBe(404);
  expect(idsIn(await app.get('/api/lists'))).toEqual([]);
  await expect(addMember({ listId: id, profileId: 'late', at: new Date() }, context)).rejects.toThrow(/being deleted/);
  await expect(ensureList(id, context)).rejects.toThrow(/being deleted/);
  expect(await leaveList({ listId: id, profileId: 'p7' }, context)).toBe('left');
  // Each with its backup message, in case a process is killed before sending.
  expect(sent.splice(0)).toEqual(
    [60, 0, 60, 0].map((delay) => ({ body: { kind: listDeletionJob.kind, account: app.account, id }, delay })),
  );

  // Each run has time for one page; the second is killed after a few members, and its message comes again.
  const onePage = () => {
    const left = [60_000, 60_000, 0];
    return { remainingMs: () => left.shift() ?? 0 };
  };
  let message: object = { kind: listDeletionJob.kind, account: app.account, id };
  let writes = 0;
  const dying = {
    ...app.table,
    write: async (write: Parameters<typeof app.table.write>[0]) => {
      if (++writes > 40) throw new Error('killed');
      return app.table.write(write);
    },
  };
  await listDeletionJob.handle(message, context, onePage());
  message = sent.splice(0)[0]?.body ?? {};
  await expect(listDeletionJob.handle(message, { ...context, table: dying }, onePage())).rejects.toThrow('killed');
  for (let run = 0; run < 20; run++) {
    await listDeletionJob.handle(message, { ...context, now: () => new Date('2026-01-01T00:02:00Z') }, onePage());
    const [next] = sent.splice(0);
    if (!next) break;
    message = next.body;
  }
  expect(sent).toEqual([]);
  for (const profileId of members.filter((_, i) => i % 100 === 0)) {
    expect(await isMember({ listId: id, profileId }, context)).toBe(false);
  }
  expect((await app.delete(`/api/lists/${id}`)).status).toBe(404);
  // The path of the deleted list.
  expect(sent.splice(0)).toMatchObject([{ delay: 60 }, { delay: 0 }]);
  expect(await ensureList(id, context)).toMatchObject({ id });
  expect(await countMembers(id, context)).toBe(0);
});

test('removes members of a deleted list even in a run with little time', async () => {
  const app = await startApp(both, { services: { queue } });
  const context = { ...app.context(), queue };
  const id = await make(app);
  await addMember({ listId: id, profileId: 'p', at: new Date() }, context);
  expect((await app.delete(`/api/lists/${id}`)).status).toBe(204);
  const [first] = sent.splice(0);

  await listDeletionJob.handle(first?.body, context, { remainingMs: () => 10_000 });

  expect(await isMember({ listId: id, profileId: 'p' }, context)).toBe(false);
  expect(sent.splice(0)).toMatchObject([{ delay: 31 }]);
});

test('limits an account to a thousand lists', async () => {
  const app = await startApp(both);
  const context = app.context();
  await ensureList('there', context);
  const count = { pk: `A#${app.account}#LISTS`, sk: 'COUNT' };
  const Item = { ...count, account: app.account, count: MAX_LISTS };
  await app.table.write({ kind: 'put', key: count, parameters: { Item } });
  await expect(ensureList('x', context)).rejects.toThrow(/has 1000 lists/);
  expect(await ensureList('there', context)).toMatchObject({ id: 'there' });
});
