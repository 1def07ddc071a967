import { expect, test } from 'vitest';
import { createExchangeToken } from '../../../functions/domains/profiles/exchange-token.ts';
import { events } from '../../../functions/services/events.ts';
import { lists } from '../../../functions/services/lists.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { startApp } from '../../support/app.ts';

/** Requests of unmodified Klaviyo clients (revision 2026-07-15). */
const all = { ...profiles, routes: { ...profiles.routes, ...lists.routes, ...events.routes } };
const profile = (attributes: object, more: object = {}) => ({ data: { type: 'profile', attributes, ...more } });
const metric = { data: { type: 'metric', attributes: { name: 'Placed Order' } } };
const event = (person: object) => ({
  data: { type: 'event', attributes: { properties: {}, metric, profile: profile(person) } },
});

const start = async () => {
  const app = await startApp(all, { lists: ['news'] });
  const idOf = async (filter: string): Promise<string[]> =>
    (await app.get(`/api/profiles?filter=${encodeURIComponent(filter)}`)).body.data.map(({ id }: { id: string }) => id);
  return { ...app, idOf };
};

test('accepts an integer as external_id by its digits, wherever a profile is named', async () => {
  const app = await start();
  const { status, body } = await app.post('/api/profiles', profile({ external_id: 4711, email: 'ada@example.com' }));
  expect([status, body.data.attributes.external_id]).toEqual([201, '4711']);
  const { id } = body.data;
  expect((await app.post('/api/profile-import', profile({ external_id: 4711, title: 'Dr.' }))).body.data.id).toBe(id);
  expect((await app.post('/api/events', event({ external_id: 4711 }))).status).toBe(202);
  expect((await app.post(`/client/events?company_id=${app.account}`, event({ external_id: 4711 }))).status).toBe(202);
  const client = await app.post(`/client/profiles?company_id=${app.account}`, profile({ external_id: 4711 }));
  expect(client.status).toBe(202);
  for (const filter of ['equals(external_id,4711)', 'any(external_id,[1,4711])', 'equals(external_id,"4711")'])
    expect(await app.idOf(filter)).toEqual([id]);
  expect((await app.get('/api/profiles')).body.data).toHaveLength(1);
});

test.each(['9007199254740993', '-9007199254740993', '9007199254740992', '123456789012345678901234567890'])(
  'keeps all digits of the external_id %s',
  async (digits) => {
    const app = await start();
    const body = `{"data":{"type":"profile","attributes":{"external_id":${digits}}}}`;
    const { status, body: answer } = await app.post('/api/profiles', body);
    expect([status, answer.data.attributes.external_id]).toEqual([201, digits]);
    expect(await app.idOf(`equals(external_id,"${digits}")`)).toEqual([answer.data.id]);
    // Unquoted, it would be compared as another number.
    expect((await app.get(`/api/profiles?filter=equals(external_id,${digits})`)).status).toBe(400);
  },
);

test.each([[4711.5], [1e300], [true], [{}], [0]])('refuses %j as external_id', async (external_id) => {
  const app = await start();
  const { status, body } = await app.post('/api/profiles', profile({ external_id }));
  expect([status, body.errors[0].source]).toEqual([400, { pointer: '/data/attributes/external_id' }]);
});

test('returns members with their join time only', async () => {
  const app = await start();
  const { id } = (await app.post('/api/profiles', profile({ email: 'ada@example.com' }))).body.data;
  await app.post('/api/lists/news/relationships/profiles', { data: [{ type: 'profile', id }] });
  const joined = { joined_group_at: '2026-01-01T00:00:00.000+00:00' };
  const thin = await app.get('/api/lists/news/profiles?fields[profile]=joined_group_at');
  expect(thin.body.data[0].attributes).toEqual(joined);
  const two = await app.get('/api/lists/news/profiles?fields[profile]=email,joined_group_at');
  expect(two.body.data[0].attributes).toEqual({ email: 'ada@example.com', ...joined });
  expect((await app.get('/api/profiles?fields[profile]=joined_group_at')).status).toBe(400);
});

test('finds profiles by exchange token and by push token, also on a list', async () => {
  const app = await start();
  const ids = [];
  for (const name of ['ada', 'bob']) {
    const person = { email: `${name}@example.com` };
    ids.push((await app.post('/api/profiles', profile(person))).body.data.id);
    const attributes = { token: `t-${name}`, platform: 'android', vendor: 'fcm', profile: profile(person) };
    await app.post('/api/push-tokens', { data: { type: 'push-token', attributes } });
  }
  const [ada = '', bob = ''] = ids;
  await app.post('/api/lists/news/relationships/profiles', { data: [{ type: 'profile', id: ada }] });
  const kx = await createExchangeToken(ada, app.context());
  expect(await app.idOf(`equals(_kx,"${kx}")`)).toEqual([ada]);
  expect(await app.idOf(`equals(push_token,"t-bob")`)).toEqual([bob]);
  expect(await app.idOf(`equals(_kx,"${kx}"),equals(email,"bob@example.com")`)).toEqual([]);
  expect(await app.idOf(`equals(_kx,"${kx}"),equals(push_token,"t-ada"),equals(email,"ada@example.com")`)).toEqual([
    ada,
  ]);
  expect(await app.idOf('equals(_kx,"made.up")')).toEqual([]);
  const onList = async (filter: string) =>
    (await app.get(`/api/lists/news/profiles?filter=${encodeURIComponent(filter)}`)).body.data.map(
      (one: { id: string }) => one.id,
    );
  expect(await onList(`equals(_kx,"${kx}")`)).toEqual([ada]);
  expect(await onList('any(push_token,["t-ada","t-bob"])')).toEqual([ada]);
});

test.each([
  ['meta', { patch_identifiers: {} }],
  ['meta', { patch_identifiers: { append: {}, unappend: { email: [] } } }],
  ['attributes', { patch_identifiers: { append: { email: [] } }, patch_properties: {} }],
])('accepts empty patch_identifiers beside or within attributes: %s', async (where, meta) => {
  const app = await start();
  const email = 'ada@example.com';
  const body = where === 'meta' ? profile({ email }, { meta }) : profile({ email, meta });
  expect((await app.post('/api/profile-import', body)).status).toBe(201);
});

test('returns nothing for unsupported resources: included, and by each relationship', async () => {
  const app = await start();
  const { id } = (await app.post('/api/profiles', profile({ email: 'ada@example.com' }))).body.data;
  await app.post('/api/events', event({ email: 'ada@example.com' }));
  const [{ id: metricId }] = (await app.get('/api/metrics')).body.data;
  const fields = 'fields[segment]=name&fields[push-token]=token&fields[conversation]=channel&fields[list]=name';
  const whole = await app.get(`/api/profiles/${id}?include=lists,push-tokens,segments,conversations&${fields}`);
  expect(whole.body).toMatchObject({
    included: [],
    data: {
      relationships: {
        lists: { data: [] },
        segments: { data: [] },
        'push-tokens': { data: [] },
        conversation: { data: null },
      },
    },
  });
  expect((await app.get('/api/profiles?include=push-tokens,conversations')).body.included).toEqual([]);
  for (const path of ['/api/metrics', `/api/metrics/${metricId}`])
    expect((await app.get(`${path}?include=flow-triggers&fields[flow]=name`)).body.included).toEqual([]);
  const related = [
    ...['segments', 'conversations', 'push-tokens'].map((name) => [`/api/profiles/${id}`, name]),
    ...['tags', 'flow-triggers'].map((name) => ['/api/lists/news', name]),
    [`/api/metrics/${metricId}`, 'flow-triggers'],
  ];
  for (const [path, name] of related)
    for (const way of [name, `relationships/${name}`])
      expect([way, (await app.get(`${path}/${way}`)).body?.data]).toEqual([way, []]);
  for (const way of ['conversation', 'relationships/conversation'])
    expect((await app.get(`/api/profiles/${id}/${way}`)).body.data).toBe(null);
  for (const path of [
    '/api/profiles/none/segments',
    '/api/profiles/none/relationships/conversation',
    '/api/lists/none/tags',
    '/api/metrics/none/flow-triggers',
  ])
    expect([path, (await app.get(path)).status]).toEqual([path, 404]);
});

test('includes a push token with its profile', async () => {
  const app = await start();
  const attributes = { token: 't', platform: 'ios', vendor: 'apns', profile: profile({ email: 'ada@example.com' }) };
  await app.post('/api/push-tokens', { data: { type: 'push-token', attributes } });
  const { body } = await app.get('/api/profiles?include=push-tokens&fields[push-token]=token');
  const [{ id }] = body.included;
  expect(body.included).toMatchObject([{ type: 'push-token', attributes: { token: 't' } }]);
  expect(body.data[0].relationships['push-tokens'].data).toEqual([{ type: 'push-token', id }]);
});

test('checks a key against its account', async () => {
  const app = await start();
  const { status, body } = await app.get('/api/accounts');
  expect([status, body.data]).toEqual([
    200,
    [
      expect.objectContaining({
        type: 'account',
        id: app.account,
        attributes: expect.objectContaining({
          timezone: 'UTC',
          public_api_key: app.account,
          test_account: false,
          contact_information: expect.objectContaining({ organization_name: 'Test shop' }),
        }),
      }),
    ],
  ]);
  expect((await app.get(`/api/accounts/${app.account}`)).body.data).toEqual(body.data[0]);
  expect((await app.get('/api/accounts/AAAAAA')).status).toBe(404);
  const name = 'contact_information.organization_name';
  expect((await app.get(`/api/accounts?fields[account]=timezone,${name}`)).body.data[0].attributes).toEqual({
    timezone: 'UTC',
    contact_information: { organization_name: 'Test shop' },
  });
  expect((await app.send('GET', '/api/accounts', undefined, { authorization: 'Klaviyo-API-Key pk_x' })).status).toBe(
    401,
  );
});

test("allows at least Klaviyo's limits: long texts, names of services and lists, many lists of an import", async () => {
  const app = await start();
  const title = 'x'.repeat(50_000);
  const made = await app.post('/api/profiles', profile({ email: 'ada@example.com', title, location: { city: title } }));
  expect([made.status, made.body.data.attributes.title]).toEqual([201, title]);
  const name = 'N'.repeat(1_000);
  const list = await app.post('/api/lists', { data: { type: 'list', attributes: { name } } });
  expect([list.status, list.body.data.attributes.name]).toEqual([201, name]);
});
