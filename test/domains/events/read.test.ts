import { expect, test } from 'vitest';
import { events } from '../../../functions/services/events.ts';
import { startApp } from '../../support/app.ts';
import { bulk, event, eventHeader, group, metric } from './event-bodies.ts';

type App = Awaited<ReturnType<typeof startApp>>;

const times = (body: { readonly data: readonly { readonly attributes: { readonly datetime: string } }[] }) =>
  body.data.map(({ attributes }) => attributes.datetime);

/** Sixty events a second apart, of two metrics in turn; every tenth is Eve's. */
const filled = async () => {
  const app = await startApp(events);
  const sent = (eve: boolean) =>
    Array.from({ length: 60 }, (_, n) => n)
      .filter((n) => (n % 10 === 0) === eve)
      .map((n) => ({
        properties: { n },
        time: new Date(Date.UTC(2025, 0, 1, 0, 0, n)).toISOString(),
        metric: metric(n % 2 ? 'Odd' : 'Even'),
      }));
  await app.post(
    '/api/event-bulk-create-jobs',
    bulk([group({ email: 'ada@example.com' }, sent(false)), group({ email: 'eve@example.com' }, sent(true))]),
  );
  return app;
};
const list = async (app: App, query: string) => (await app.get(`/api/events?${query}`)).body;
const idsOf = async (app: App) => {
  const { included } = await list(app, 'include=metric,profile');
  const id = (match: (one: { attributes: { name?: string; email?: string } }) => boolean): string =>
    included.find(match).id;
  return {
    odd: id(({ attributes }) => attributes.name === 'Odd'),
    even: id(({ attributes }) => attributes.name === 'Even'),
    ada: id(({ attributes }) => attributes.email === 'ada@example.com'),
    eve: id(({ attributes }) => attributes.email === 'eve@example.com'),
  };
};

/** Every page by `links.next`, and back by `links.prev`. */
const walk = async (app: App, query: string) => {
  const forth: string[][] = [];
  const back: string[][] = [];
  const to = (link: string) => link.replace('https://api.test', '');
  let page = (await app.get(`/api/events?${query}`)).body;
  for (;;) {
    forth.push(times(page));
    if (!page.links.next) break;
    page = (await app.get(to(page.links.next))).body;
  }
  while (page.links.prev) {
    page = (await app.get(to(page.links.prev))).body;
    back.unshift(times(page));
  }
  return { forth: forth.flat(), back: back.flat(), last: forth.at(-1) ?? [] };
};

test('shows an event as Klaviyo does', async () => {
  const app = await startApp(events);
  const { id } = eventHeader(
    await app.post(
      '/api/events',
      event({
        time: '2025-07-15T10:00:00.123Z',
        value: 9.99,
        value_currency: 'EUR',
        unique_id: 'o1',
        properties: { a: 1 },
      }),
    ),
  );

  const { status, body } = await app.get(`/api/events/${id}?include=metric,profile,attributions`);

  expect(status).toBe(200);
  expect(body.data).toMatchObject({
    type: 'event',
    id,
    attributes: {
      timestamp: 1_752_573_600,
      datetime: '2025-07-15T10:00:00.123+00:00',
      uuid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/),
      event_properties: { a: 1, $value: 9.99, $value_currency: 'EUR', $event_id: 'o1' },
    },
    relationships: { attributions: { data: [] } },
    links: { self: `https://api.test/api/events/${id}/` },
  });
  expect(body.included.map(({ type }: { type: string }) => type)).toEqual(['metric', 'profile']);
  expect(Date.parse(body.included[1].attributes.last_event_date)).toBe(1_752_573_600_123);

  const { profile, metric: kind } = body.data.relationships;
  expect((await app.get(`/api/events/${id}/metric`)).body.data).toMatchObject({
    id: kind.data.id,
    attributes: { name: 'Placed Order', integration: { object: 'integration', name: 'API', category: 'API' } },
  });
  expect((await app.get(`/api/events/${id}/profile`)).body.data.attributes).toMatchObject({
    email: 'ada@example.com',
    last_event_date: '2025-07-15T10:00:00.123+00:00',
  });
  expect((await app.get(`/api/events/${id}/relationships/profile`)).body.data).toEqual(profile.data);
  expect((await app.get(`/api/events/${id}/relationships/metric`)).body.data).toEqual(kind.data);
  const thin = await app.get(`/api/events/${id}?fields[event]=datetime&fields[metric]=name&include=metric`);
  expect(Object.keys(thin.body.data.attributes)).toEqual(['datetime']);
  expect(thin.body.included[0].attributes).toEqual({ name: 'Placed Order' });
  expect((await app.get('/api/metrics?fields[metric]=id,integration.name')).body.data[0].attributes).toEqual({
    integration: { name: 'API' },
  });
  const { attributes } = (await app.get(`/api/events/${id}/profile?additional-fields[profile]=subscriptions`)).body
    .data;
  expect(attributes.subscriptions.email.marketing.consent).toBe('NEVER_SUBSCRIBED');
});

test("returns 404 for another account's event, and for an invalid id", async () => {
  const [one, other] = [await startApp(events), await startApp(events)];
  const { id } = eventHeader(await one.post('/api/events', event()));

  expect((await other.get(`/api/events/${id}`)).status).toBe(404);
  for (const wrong of ['x', `${id}0`, `${id?.slice(0, -1)}!`, '../..', `${'Z'.repeat(200)}${id}`]) {
    expect((await one.get(`/api/events/${encodeURIComponent(wrong)}`)).status).toBe(404);
  }
});

test('pages through all events, newest first, forward and back', async () => {
  const app = await filled();
  const { odd, ada } = await idsOf(app);
  const cases = [
    ['page[size]=7', 60],
    ['page[size]=7&sort=datetime', 60],
    [`page[size]=7&filter=equals(metric_id,"${odd}")`, 30],
    [`page[size]=7&sort=timestamp&filter=equals(metric_id,["${odd}","none"])`, 30],
    [`page[size]=7&filter=equals(profile_id,"${ada}")`, 54],
    [`page[size]=7&filter=equals(profile_id,"${ada}"),equals(metric_id,"${odd}")`, 30],
    [`page[size]=7&sort=datetime&filter=equals(profile_id,"${ada}"),equals(metric_id,"${odd}")`, 30],
  ] as const;
  for (const [query, count] of cases) {
    const { forth, back, last } = await walk(app, query);
    const ordered = query.includes('sort=') ? forth.toSorted() : forth.toSorted().toReversed();
    expect(forth, query).toEqual(ordered);
    expect(new Set(forth).size, query).toBe(count);
    expect([...back, ...last], query).toEqual(forth);
  }
});

test.each([
  ['greater-than(datetime,2025-01-01T00:00:57Z)', 2],
  ['greater-or-equal(datetime,2025-01-01T00:00:57Z)', 3],
  ['less-than(datetime,2025-01-01T00:00:03Z)', 3],
  ['less-or-equal(datetime,2025-01-01T00:00:03Z)', 4],
  ['greater-than(timestamp,1735689657)', 2],
  ['greater-or-equal(timestamp,1735689657)', 3],
  ['less-than(timestamp,1735689603)', 3],
  ['less-or-equal(timestamp,1735689603)', 4],
  ['less-or-equal(timestamp,2025-01-01T00:00:03Z)', 4],
  ['and(greater-than(datetime,2025-01-01T00:00:10Z),less-than(datetime,2025-01-01T00:00:20Z))', 9],
  ['greater-than(datetime,2025-01-01T00:00:20Z),less-than(datetime,2025-01-01T00:00:10Z)', 0],
  ['has(profile),has(metric)', 60],
  ['equals(metric_id,"unknown")', 0],
  ['equals(profile_id,"unknown")', 0],
])('the filter %s leaves %i events', async (filter, count) => {
  const app = await filled();
  const { odd, even, ada, eve } = await idsOf(app);
  const encoded = (more: string) => encodeURIComponent(filter + more);

  expect((await list(app, `filter=${encoded('')}`)).data).toHaveLength(count);
  if (filter.includes('_id')) return;
  expect((await list(app, `filter=${encoded(`,any(metric_id,["${odd}","${even}"])`)}`)).data).toHaveLength(count);
  const [hers, his] = await Promise.all(
    [ada, eve].map(async (id) => (await list(app, `filter=${encoded(`,equals(profile_id,"${id}")`)}`)).data.length),
  );
  expect(Number(hers) + Number(his)).toBe(count);
});

test("costs a query of each shard, one read of the items and one of their profiles for a metric's page", async () => {
  const app = await filled();
  const { odd } = await idsOf(app);
  app.requests.length = 0;

  await list(app, `filter=equals(metric_id,"${odd}")&page[size]=20`);

  expect(app.requests.filter((name) => name === 'QueryCommand').length).toBeLessThanOrEqual(16);
  expect(app.requests.filter((name) => name === 'BatchGetItemCommand')).toHaveLength(2);
});

test('returns shorter pages when events are too large for one response', async () => {
  const app = await startApp(events);
  const large = { a: 'x'.repeat(100_000), b: 'y'.repeat(100_000), c: 'z'.repeat(100_000) };
  for (let n = 0; n < 20; n++) await app.post('/api/events', event({ time: 1_700_000_000 + n, properties: large }));

  const { forth } = await walk(app, '');
  const [first] = (await app.get('/api/events')).body.data;
  const profile = first.relationships.profile.data.id;
  const kind = first.relationships.metric.data.id;

  expect(forth).toHaveLength(20);
  expect((await app.get('/api/events')).body.data.length).toBeLessThan(20);
  const both = `filter=equals(profile_id,"${profile}"),equals(metric_id,"${kind}")`;
  expect((await walk(app, both)).forth).toEqual(forth);
});

test('refuses unsupported queries, and lists the supported ones', async () => {
  const app = await startApp(events);
  const { status, body } = await app.get('/api/events?filter=equals(name,"x")&sort=name&include=x&page[size]=1001');
  expect(status).toBe(400);
  expect(body.errors.map((e: { source: object }) => e.source)).toEqual([
    { parameter: 'filter' },
    { parameter: 'sort' },
    { parameter: 'include' },
    { parameter: 'page[size]' },
  ]);
});
