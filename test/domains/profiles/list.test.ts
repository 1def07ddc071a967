import { beforeAll, describe, expect, test } from 'vitest';
import { type App, create, profile, startProfiles } from './people.ts';

let app: App;
const people = [
  { email: 'd@example.com', external_id: 'x1' },
  { email: 'b@example.com', phone_number: '+4930123456' },
  { phone_number: '+12125550123' },
  { email: 'a@example.com', external_id: 'x4' },
  { email: 'c+tag@example.com' },
];
const ids: string[] = [];

beforeAll(async () => {
  app = await startProfiles();
  for (const [i, person] of people.entries()) {
    app.at(`2026-01-0${i + 1}T00:00:00Z`);
    ids.push(await create(app, person));
  }
  app.at('2026-02-01T00:00:00Z');
  await app.patch(`/api/profiles/${ids[1]}`, profile({ title: 'changed' }));
});

/** Indexes into `people` of the returned profiles. */
const placesIn = (data: readonly { readonly id: string }[]) => data.map(({ id }) => ids.indexOf(id) + 1);
const listed = async (query: string) => {
  const { status, body } = await app.get(`/api/profiles?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return placesIn(body.data);
};

describe('lists profiles', () => {
  test.each([
    ['', [1, 2, 3, 4, 5]],
    ['sort=created', [1, 2, 3, 4, 5]],
    ['sort=-created', [5, 4, 3, 2, 1]],
    ['sort=id', [1, 2, 3, 4, 5]],
    ['sort=-id', [5, 4, 3, 2, 1]],
    ['sort=updated', [1, 3, 4, 5, 2]],
    ['sort=-updated', [2, 5, 4, 3, 1]],
    ['sort=email', [4, 2, 5, 1]],
    ['sort=-email', [1, 5, 2, 4]],
    ['filter=equals(email,"B@Example.com ")', [2]],
    ['filter=equals(email,"nobody@example.com")', []],
    ['filter=equals(email,"no address")', []],
    ['filter=any(email,["d@example.com","a@example.com","zz@example.com"])', [1, 4]],
    ['filter=any(email,["d@example.com","a@example.com"])&sort=email', [4, 1]],
    ['filter=equals(phone_number,"%2B49 30 123456")', [2]],
    // Unencoded, a `+` arrives as a space.
    ['filter=equals(phone_number,"+4930123456")', [2]],
    ['filter=equals(email,["c+tag@example.com","d@example.com"])', [1, 5]],
    ['filter=any(external_id,["x1","x4","x1"])&sort=-created', [4, 1]],
    ['filter=equals(external_id,"X1")', []],
    ['filter=equals(id,"nobody")', []],
    [`filter=equals(id,"${'x'.repeat(3000)}")`, []],
    ['filter=greater-than(created,2026-01-03T00:00:00Z)', [4, 5]],
    ['filter=greater-or-equal(created,2026-01-03T00:00:00Z)', [3, 4, 5]],
    ['filter=less-than(created,2026-01-03T00:00:00Z)', [1, 2]],
    ['filter=less-or-equal(created,2026-01-03T00:00:00Z)&sort=-created', [3, 2, 1]],
    ['filter=greater-than(created,2026-01-01T00:00:00Z),less-than(created,2026-01-04T00:00:00Z)', [2, 3]],
    ['filter=and(greater-than(created,2026-01-01T00:00:00Z),greater-than(created,2026-01-03T12:00:00Z))', [4, 5]],
    ['filter=greater-than(created,2030-01-01T00:00:00Z)', []],
    ['filter=greater-than(created,1960-01-01T00:00:00Z)', [1, 2, 3, 4, 5]],
    ['filter=greater-than(updated,2026-01-04T00:00:00Z)', [5, 2]],
    ['filter=greater-or-equal(updated,2026-01-04T00:00:00Z)', [4, 5, 2]],
    ['filter=less-than(updated,2026-01-04T00:00:00Z)', [1, 3]],
    ['filter=less-or-equal(updated,2026-01-04T00:00:00Z)', [1, 3, 4]],
    ['filter=less-than(created,2026-01-04T00:00:00Z),greater-than(updated,2026-01-02T12:00:00Z)', [2, 3]],
    ['filter=less-than(created,2026-01-05T00:00:00Z)&sort=email', [4, 2, 1]],
    ['filter=less-than(created,2026-01-05T00:00:00Z)&sort=-updated', [2, 4, 3, 1]],
    ['filter=any(external_id,["x1","x4"]),greater-than(created,2026-01-02T00:00:00Z)', [4]],
    ['filter=any(external_id,["x1","x4"]),equals(email,"d@example.com")', [1]],
    ['filter=equals(subscriptions.email.marketing.suppression.reason,"HARD_BOUNCE")', []],
  ])('%s', async (query, expected) => {
    expect(await listed(query)).toEqual(expected);
  });

  test.each([
    '',
    'sort=-created',
    'sort=email',
    'sort=-updated',
    'filter=greater-than(created,2025-01-01T00:00:00Z)&sort=email',
    'filter=any(email,["a@example.com","b@example.com","c%2Btag@example.com","d@example.com"])',
  ])('page by page and back: %s', async (query) => {
    const all = await listed(query);
    const pages: number[][] = [];
    const path = (url: string) => url.replace('https://api.test', '');
    let url = `/api/profiles?${query}&page[size]=2`;
    const visited: string[] = [];
    for (let i = 0; url && i < 5; i++) {
      const { data, links } = (await app.get(url)).body;
      visited.push(url);
      if (data.length > 0) pages.push(placesIn(data));
      if (!links.next) break;
      url = path(links.next);
    }
    expect(pages.flat()).toEqual(all);

    let { body } = await app.get(visited.at(-1) ?? '');
    const back = [placesIn(body.data)];
    for (let i = 0; body.links.prev && i < 5; i++) {
      ({ body } = await app.get(path(body.links.prev)));
      back.unshift(placesIn(body.data));
    }
    expect(back.flat()).toEqual(all);
  });

  test.each([
    ['filter=contains(email,"a")', 'filter'],
    ['filter=equals(first_name,"a")', 'filter'],
    ['filter=equals(created,2026-01-01T00:00:00Z)', 'filter'],
    ['filter=greater-than(created,"yesterday")', 'filter'],
    [
      'filter=equals(subscriptions.email.marketing.list_suppressions.reason,"UNSUBSCRIBE"),equals(subscriptions.email.marketing.suppression.reason,"HARD_BOUNCE")',
      'filter',
    ],
    ['filter=equals(subscriptions.email.marketing.list_suppressions.list_id,"L1")&sort=updated', 'sort'],
    ['filter=equals(subscriptions.email.marketing.suppression.reason,"UNSUBSCRIBE"),equals(id,"x")', 'filter'],
    ['filter=equals(subscriptions.email.marketing.suppression.reason,"BORED")', 'filter'],
    ['filter=equals(subscriptions.email.marketing.suppression.reason,"UNSUBSCRIBE")&sort=email', 'sort'],
    [`filter=any(id,[${Array.from({ length: 101 }, (_, i) => `"${i}"`)}])`, 'filter'],
    ['sort=name', 'sort'],
    ['page[size]=101', 'page[size]'],
    ['page[size]=0', 'page[size]'],
    ['page[cursor]=abc', 'page[cursor]'],
    ['include=events', 'include'],
    ['additional-fields[profile]=shoe_size', 'additional-fields[profile]'],
  ])('not by %s', async (query, parameter) => {
    const { status, body } = await app.get(`/api/profiles?${query}`);
    expect(status).toBe(400);
    expect(body.errors[0].source).toEqual({ parameter });
  });

  test('with the requested attributes, and at no cost for others', async () => {
    app.requests.length = 0;
    const { body } = await app.get('/api/profiles?fields[profile]=email,location.city&page[size]=1');
    expect(body.data[0].attributes).toEqual({ email: 'd@example.com', location: { city: null } });
    expect(app.requests.filter((name) => name !== 'QueryCommand')).toEqual(['BatchGetItemCommand']);
    expect(app.requests).toHaveLength(9);
  });
});

test('reads a profile with subscriptions, predictions and lists on request', async () => {
  const plain = (await app.get(`/api/profiles/${ids[0]}`)).body;
  expect(plain.data.attributes).toMatchObject({ email: 'd@example.com', last_event_date: null, properties: {} });
  expect(plain.data.attributes).not.toHaveProperty('subscriptions');
  expect(plain).not.toHaveProperty('included');

  const { body } = await app.get(
    `/api/profiles/${ids[0]}?additional-fields[profile]=subscriptions,predictive_analytics&fields[profile]=email&include=lists`,
  );
  expect(body.data.attributes).toMatchObject({
    email: 'd@example.com',
    subscriptions: { email: { marketing: { consent: 'NEVER_SUBSCRIBED' } } },
    predictive_analytics: { churn_probability: null },
  });
  expect(body.data.relationships.lists.data).toEqual([]);
  expect(body.included).toEqual([]);
});

test('reads the consent of a profile, and its history', async () => {
  const { body } = await app.get(
    `/api/profiles/${ids[0]}/consent?channel=email&type=marketing&at=2026-01-05T00:00:00Z`,
  );
  expect(body.data.attributes).toMatchObject({ allowed: false, because: 'never_subscribed' });
  expect((await app.get(`/api/profiles/${ids[0]}/consent`)).status).toBe(200);
  expect((await app.get(`/api/profiles/${ids[0]}/consent?at=yesterday`)).body.errors[0].source).toEqual({
    parameter: 'at',
  });
  expect((await app.get(`/api/profiles/${ids[0]}/consent-ledger`)).body.data).toEqual([]);
});

test.each([
  ['channel=&at=', '2026-01-10T00:00:00.000Z'],
  ['at=2025-12-24', '2025-12-24T00:00:00.000Z'],
  ['at=2025-12-24T18:00:00+01:00', '2025-12-24T17:00:00.000Z'],
  ['at=2025-12-24T18:00:00%2B0100', '2025-12-24T17:00:00.000Z'],
])('the consent at ?%s is that of %s', async (query, at) => {
  app.at('2026-01-10T00:00:00Z');
  expect((await app.get(`/api/profiles/${ids[0]}/consent?${query}`)).body.data.attributes).toMatchObject({ at });
});

test.each([
  ['consent', 'at=2026-02-30T00:00:00Z', 'at'],
  ['consent', 'at=9999-12-31T23:59:59-01:00', 'at'],
  ['consent', 'channel=fax', 'channel'],
  ['consent', 'channel=sms&type=open_tracking', 'type'],
  ['consent', 'type=transactional', 'type'],
  ['consent-ledger', 'channel=push&type=transactional', 'type'],
])('%s?%s is refused', async (what, query, parameter) => {
  const { status, body } = await app.get(`/api/profiles/${ids[0]}/${what}?${query}`);
  expect([status, body.errors.length, body.errors[0].source]).toEqual([400, 1, { parameter }]);
});

test('returns shorter pages when profiles are too large for one response', async () => {
  const big = await startProfiles();
  const created: string[] = [];
  for (let n = 0; n < 15; n++) {
    const id = await create(big, { email: `big${n}@example.com` });
    created.push(id);
    for (const part of ['a', 'b', 'c']) {
      const properties = Object.fromEntries(['x', 'y'].map((name) => [`${part}${name}`, 'z'.repeat(48_000)]));
      await big.patch(`/api/profiles/${id}`, profile({ properties }));
    }
  }
  const emails = created.map((_, n) => `"big${n}@example.com"`).join(',');
  for (const query of [
    '',
    `filter=any(email,[${emails}])`,
    'filter=greater-than(updated,2020-01-01),greater-than(created,2020-01-01)',
  ]) {
    let url = `/api/profiles?page[size]=100&fields[profile]=email,properties&${query}`;
    const seen: string[] = [];
    let pages = 0;
    while (url) {
      const { status, body } = await big.get(url);
      expect(status).toBe(200);
      seen.push(...body.data.map(({ id }: { id: string }) => id));
      url = body.links.next?.replace('https://api.test', '');
      pages += 1;
    }
    expect(seen.toSorted()).toEqual(created.toSorted());
    expect(pages).toBeGreaterThan(1);
  }
});

test('returns 404 for an unknown profile', async () => {
  for (const path of ['', '/lists', '/relationships/lists', '/consent', '/consent-ledger']) {
    expect((await app.get(`/api/profiles/nobody${path}`)).status).toBe(404);
  }
  expect((await app.get(`/api/profiles/${'x'.repeat(3000)}`)).status).toBe(404);
});
