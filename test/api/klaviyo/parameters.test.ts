import { describe, expect, test } from 'vitest';
import { events } from '../../../functions/services/events.ts';
import { lists } from '../../../functions/services/lists.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { system } from '../../../functions/services/system.ts';
import { event } from '../../domains/events/event-bodies.ts';
import { create, profile } from '../../domains/profiles/people.ts';
import { type Answer, startApp } from '../../support/app.ts';

const email = 'ada@example.com';
const problemsOf = ({ status, body }: Answer) => ({
  status,
  problems: body?.errors?.map(({ detail, source }: { detail: string; source: { parameter?: string } }) => [
    source.parameter,
    detail.replace(/^'[^']*' is not a query parameter of this endpoint\.\s?/, ''),
  ]),
});

test.each([
  ['filter[]=equals(email,"ada@example.com")', 'filter[]', 'Did you mean `filter`?'],
  ['filters=has(email)', 'filters', 'Did you mean `filter`?'],
  ['Filter=has(email)', 'Filter', 'Did you mean `filter`?'],
  ['email=ada@example.com', 'email', 'Filter by it: filter=equals(email,"…").'],
  ['sort[]=email', 'sort[]', 'Did you mean `sort`?'],
  ['fields=email', 'fields', 'Did you mean `fields[profile]`?'],
  ['limit=1', 'limit', 'Did you mean `page[size]`?'],
  ['pageSize=1', 'pageSize', 'Did you mean `page[size]`?'],
  ['cursor=x', 'cursor', 'Did you mean `page[cursor]`?'],
  ['utm_source=x', 'utm_source', ''],
  ['__proto__=x', '__proto__', ''],
])('refuses ?%s', async (query, parameter, advice) => {
  const app = await startApp(profiles);
  await create(app, { email: 'bob@example.com' });
  expect(problemsOf(await app.get(`/api/profiles?${query}`))).toEqual({ status: 400, problems: [[parameter, advice]] });
});

test('reports all of them at once, with the problems of the body', async () => {
  const app = await startApp(profiles);
  const answer = await app.post('/api/profiles?a=1&b=2&a=3', profile({ Email: email }));
  expect(answer.body.errors.map(({ source }: { source: object }) => source)).toEqual([
    { parameter: 'a' },
    { parameter: 'b' },
    { pointer: '/data/attributes/Email' },
  ]);
});

test('reads a repeated parameter with several values completely', async () => {
  const app = await startApp(profiles);
  await create(app, { email, first_name: 'Ada', last_name: 'Lovelace' });
  const path =
    '/api/profiles?fields[profile]=email&fields[profile]=first_name&additional-fields[profile]=subscriptions';
  const more = '&additional-fields[profile]=predictive_analytics';
  const [only] = (await app.get(path + more)).body.data;
  expect(Object.keys(only.attributes).toSorted()).toEqual([
    'email',
    'first_name',
    'predictive_analytics',
    'subscriptions',
  ]);
  const both = 'filter=equals(email,"ada@example.com")&filter=greater-than(created,2030-01-01)';
  expect((await app.get(`/api/profiles?${both}`)).body.data).toEqual([]);
  const eventsApp = await startApp(events);
  await eventsApp.post('/api/events', event());
  const { body } = await eventsApp.get('/api/events?include=metric&include=profile');
  expect(body.included.map(({ type }: { type: string }) => type).toSorted()).toEqual(['metric', 'profile']);
});

test.each(['page[size]=1&page[size]=2', 'sort=email&sort=created', 'page[cursor]=a&page[cursor]=b'])(
  'refuses a repeated parameter with one value: %s',
  async (query) => {
    const app = await startApp(profiles);
    const answer = await app.get(`/api/profiles?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0].source).toEqual({ parameter: query.split('=')[0] });
  },
);

test('refuses a repeated company id and unknown parameters of browsers', async () => {
  const app = await startApp(profiles);
  const path = `/client/profiles?company_id=${app.account}`;
  expect((await app.post(path, profile({ email }))).status).toBe(202);
  expect(problemsOf(await app.post(`${path}&company_id=ABCDEF`, profile({ email })))).toMatchObject({
    status: 400,
    problems: [['company_id', 'company_id occurs 2 times. Send it once.']],
  });
  expect(problemsOf(await app.post(`${path}&companyId=1`, profile({ email }))).problems).toEqual([
    ['companyId', 'Did you mean `company_id`?'],
  ]);
});

test('accepts any parameter on open routes, as monitors and mail programs add theirs', async () => {
  const app = await startApp(system);
  expect((await app.get('/health?nocache=1', { authorization: '' })).status).toBe(200);
});

const cursorIn = (link: string): string => new URL(link).searchParams.get('page[cursor]') ?? '';

describe('a cursor belongs to one query', () => {
  const start = async () => {
    const app = await startApp({ ...profiles, routes: { ...profiles.routes, ...events.routes, ...lists.routes } });
    for (const [index, name] of ['a', 'b', 'c'].entries()) {
      app.at(`2026-01-01T00:00:0${index}Z`);
      await create(app, { email: `${name}@example.com` });
      await app.post('/api/lists', { data: { type: 'list', attributes: { name } } });
      await app.post('/api/events', event({ name, person: { email: `${name}@example.com` } }));
    }
    const next = async (path: string): Promise<string> => cursorIn((await app.get(path)).body.links.next);
    const refused = async (path: string): Promise<void> => {
      const answer = await app.get(path);
      expect(problemsOf(answer), path).toMatchObject({ status: 400 });
      expect(answer.body.errors[0]).toMatchObject({
        detail: expect.stringContaining('another query'),
        source: { parameter: 'page[cursor]' },
      });
    };
    return { app, next, refused };
  };

  test('continues its query, also with another page size and other fields', async () => {
    const { app, next } = await start();
    const sorted = '/api/profiles?sort=-created&page[size]=1';
    const cursor = await next(sorted);
    const more = await app.get(
      `/api/profiles/?sort=-created&page[size]=2&fields[profile]=email&page[cursor]=${cursor}`,
    );
    expect(more.body.data.map(({ attributes }: { attributes: object }) => attributes)).toEqual([
      { email: 'b@example.com' },
      { email: 'a@example.com' },
    ]);
    const back = cursorIn(more.body.links.prev);
    expect((await app.get(`${sorted}&page[cursor]=${back}`)).body.data).toHaveLength(1);
  });

  test('is refused by another query', async () => {
    const { app, next, refused } = await start();
    const cursor = await next('/api/profiles?sort=-created&page[size]=1');
    for (const path of [
      '/api/profiles?sort=updated',
      '/api/profiles?sort=created',
      '/api/profiles?page[size]=1',
      '/api/profiles?sort=-created&filter=greater-than(created,2020-01-01)',
      '/api/metrics?page[size]=1',
      '/api/lists?sort=-created',
      '/api/events?page[size]=1',
    ])
      await refused(`${path}&page[cursor]=${cursor}`);
    const [{ id }, { id: other }] = (await app.get('/api/profiles')).body.data;
    await refused(`/api/profiles/${id}/merges?page[cursor]=${cursor}`);
    const filtered = (of: string) => `/api/events?filter=equals(profile_id,"${of}")&page[size]=1`;
    for (const at of ['2025-12-01', '2025-12-02'])
      await app.post('/api/events', event({ time: at, person: { email: 'a@example.com' } }));
    const own = await next(filtered(id));
    expect((await app.get(`${filtered(id)}&page[cursor]=${own}`)).status).toBe(200);
    await refused(`${filtered(other)}&page[cursor]=${own}`);
  });

  test('is refused for another account', async () => {
    const { next } = await start();
    const cursor = await next('/api/profiles?page[size]=1');
    const { refused } = await start();
    await refused(`/api/profiles?page[size]=1&page[cursor]=${cursor}`);
  });

  test('is refused if it is invalid', async () => {
    const { app } = await start();
    for (const cursor of ['x', 'abcdefgh.', '.', 'AAAAAAAA'])
      expect((await app.get(`/api/profiles?page[cursor]=${cursor}`)).body.errors[0].detail).toContain(
        'This cursor is invalid',
      );
  });
});
