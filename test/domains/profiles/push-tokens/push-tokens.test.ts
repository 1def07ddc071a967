import { expect, test } from 'vitest';
import { mergeProfiles } from '../../../../functions/domains/profiles/merge/actions.ts';
import { consent } from '../../../../functions/services/consent.ts';
import { profiles } from '../../../../functions/services/profiles.ts';
import { startApp } from '../../../support/app.ts';

const all = { ...profiles, routes: { ...profiles.routes, ...consent.routes }, triggers: consent.triggers };
const device = { token: 'a1b2c3', platform: 'ios', vendor: 'apns' } as const;
const SUBSCRIBE = '/api/profile-subscription-bulk-create-jobs';

const start = async () => {
  const app = await startApp(all, { lists: ['news'] });
  const client = (path: string, type: string, attributes: object, person: object) =>
    app.post(`/client/${path}?company_id=${app.account}`, {
      data: { type, attributes: { ...attributes, profile: { data: { type: 'profile', attributes: person } } } },
    });
  return {
    ...app,
    register: (attributes: object, person: object) =>
      app.post('/api/push-tokens', {
        data: {
          type: 'push-token',
          attributes: { ...attributes, profile: { data: { type: 'profile', attributes: person } } },
        },
      }),
    fromApp: (attributes: object, person: object) => client('push-tokens', 'push-token', attributes, person),
    giveUp: (attributes: object, person: object) =>
      client('push-token-unregister', 'push-token-unregister', attributes, person),
    tokens: async (query = '') => (await app.get(`/api/push-tokens${query}`)).body.data,
    owner: async (address: string): Promise<string> =>
      (await app.get(`/api/profiles?filter=equals(email,"${address}")`)).body.data[0].id,
  };
};

test('registers a push token by server or app, shows it with its profile, and registers it again as the same', async () => {
  const app = await start();
  const metadata = { device_id: 'd-1', klaviyo_sdk: 'swift', os_name: 'ios', environment: 'release' };
  expect((await app.register({ ...device, device_metadata: metadata }, { email: 'ada@example.com' })).status).toBe(202);
  app.at('2026-01-02T00:00:00Z');
  const again = { ...device, enablement_status: 'DENIED', background: 'RESTRICTED' };
  expect((await app.fromApp(again, { email: 'ada@example.com' })).status).toBe(202);

  const id = await app.owner('ada@example.com');
  const [token, ...others] = await app.tokens();
  expect(others).toEqual([]);
  expect(token).toMatchObject({
    type: 'push-token',
    attributes: {
      token: 'a1b2c3',
      platform: 'ios',
      vendor: 'apns',
      enablement_status: 'DENIED',
      background: 'RESTRICTED',
      created: '2026-01-01T00:00:00.000Z',
      recorded_date: '2026-01-02T00:00:00.000Z',
    },
    relationships: { profile: { data: { type: 'profile', id } } },
  });
  for (const path of [`/api/push-tokens/${token.id}`, `/api/push-tokens/${token.id}?include=profile`])
    expect((await app.get(path)).body.data).toEqual(token);
  const { body } = await app.get('/api/push-tokens?include=profile&fields[push-token]=token&fields[profile]=email');
  expect(body).toMatchObject({
    data: [{ attributes: { token: 'a1b2c3' } }],
    included: [{ type: 'profile', id, attributes: { email: 'ada@example.com' } }],
  });
  expect((await app.get(`/api/profiles/${id}/push-tokens`)).body.data).toEqual([token]);
  expect((await app.get(`/api/profiles/${id}/relationships/push-tokens`)).body.data).toEqual([
    { type: 'push-token', id: token.id },
  ]);
  expect((await app.get(`/api/push-tokens/${token.id}/profile`)).body.data.id).toBe(id);
  expect((await app.get(`/api/push-tokens/${token.id}/relationships/profile`)).body.data).toEqual({
    type: 'profile',
    id,
  });
});

test('finds tokens by id, profile, platform and status, page by page', async () => {
  const app = await start();
  for (let i = 0; i < 5; i++) {
    app.at(`2026-01-0${i + 1}T00:00:00Z`);
    const platform = i % 2 === 0 ? 'ios' : 'android';
    const status = i === 4 ? 'DENIED' : 'AUTHORIZED';
    await app.register(
      { ...device, token: `token-${i}`, platform, enablement_status: status },
      { email: `p${i % 3}@example.com` },
    );
  }
  const named = async (filter: string) =>
    (await app.tokens(`?filter=${filter}`)).map(
      ({ attributes }: { attributes: { token: string } }) => attributes.token,
    );
  const [first] = await app.tokens();
  expect(await named('equals(platform,"android")')).toEqual(['token-1', 'token-3']);
  expect(await named('equals(enablement_status,"DENIED")')).toEqual(['token-4']);
  expect(await named(`equals(id,"${first.id}")`)).toEqual(['token-0']);
  expect(await named(`equals(profile.id,"${await app.owner('p0@example.com')}")`)).toEqual(['token-0', 'token-3']);
  expect(await named('equals(id,"nothing")')).toEqual([]);
  const page = await app.get('/api/push-tokens?page[size]=2');
  const next = new URL(page.body.links.next);
  expect((await app.get(next.pathname + next.search)).body.data).toHaveLength(2);
});

test('assigns a device to its latest user; only they can remove it', async () => {
  const app = await start();
  await app.register(device, { email: 'ada@example.com' });
  await app.fromApp(device, { email: 'bob@example.com' });
  const bob = await app.owner('bob@example.com');
  expect((await app.get(`/api/profiles/${await app.owner('ada@example.com')}/push-tokens`)).body.data).toEqual([]);
  expect((await app.get(`/api/profiles/${bob}/push-tokens`)).body.data).toHaveLength(1);

  // A late call of the first user's app takes it from no one.
  expect((await app.giveUp(device, { email: 'ada@example.com' })).status).toBe(202);
  expect((await app.giveUp(device, { email: 'nobody@example.com' })).status).toBe(202);
  expect(await app.tokens()).toHaveLength(1);
  expect((await app.giveUp({ token: device.token, platform: 'ios' }, { email: 'bob@example.com' })).status).toBe(202);
  expect(await app.tokens()).toEqual([]);
});

test('stores a token once after five simultaneous calls and a merge, and deletes it', async () => {
  const app = await start();
  await Promise.all(Array.from({ length: 5 }, (_, i) => app.fromApp(device, { email: `p${i % 2}@example.com` })));
  expect(await app.tokens()).toHaveLength(1);
  const [source, destination] = [await app.owner('p0@example.com'), await app.owner('p1@example.com')];
  await mergeProfiles({ source, destination, cause: 'request' }, app.context());
  const [token] = (await app.get(`/api/profiles/${destination}/push-tokens`)).body.data;
  expect(token.relationships.profile.data.id).toBe(destination);
  expect((await app.delete(`/api/push-tokens/${token.id}`)).status).toBe(204);
  for (const path of ['', '/profile', '/relationships/profile'])
    expect((await app.get(`/api/push-tokens/${token.id}${path}`)).status).toBe(404);
  expect((await app.delete(`/api/push-tokens/${token.id}`)).status).toBe(404);
});

test.each([
  ['no token', { token: '' }, '/data/attributes/token'],
  ['another platform', { platform: 'windows' }, '/data/attributes/platform'],
  ['another vendor', { vendor: 'wns' }, '/data/attributes/vendor'],
  ['another system', { device_metadata: { os_name: 'plan9' } }, '/data/attributes/device_metadata/os_name'],
])('%s is refused at its place, by key and from an app', async (_, wrong, pointer) => {
  const app = await start();
  for (const send of [app.register, app.fromApp]) {
    const { status, body } = await send({ ...device, ...wrong }, { email: 'ada@example.com' });
    expect([status, body.errors[0].source]).toEqual([400, { pointer }]);
  }
});

test('registers the tokens of a subscription to push, by key and from a browser', async () => {
  const app = await start();
  const push = (token: string) => ({
    push: {
      marketing: { consent: 'SUBSCRIBED' },
      tokens: [
        { ...device, token },
        { ...device, token },
      ],
    },
  });
  const person = { type: 'profile', attributes: { email: 'ada@example.com', subscriptions: push('by-key') } };
  const asked = { type: 'profile-subscription-bulk-create-job', attributes: { profiles: { data: [person] } } };
  expect((await app.post(SUBSCRIBE, { data: asked })).status).toBe(202);
  const fromApp = { push: { ...push('by-app').push, anonymous_id: 'phone-1' } };
  const browser = await app.post(`/client/subscriptions?company_id=${app.account}`, {
    data: {
      type: 'subscription',
      attributes: {
        profile: { data: { type: 'profile', attributes: { subscriptions: fromApp } } },
      },
      relationships: { list: { data: { type: 'list', id: 'news' } } },
    },
  });
  expect(browser.status).toBe(202);
  const tokens = (await app.tokens()).map(({ attributes }: { attributes: { token: string } }) => attributes.token);
  expect(tokens.toSorted()).toEqual(['by-app', 'by-key']);
});

test.each([
  [
    'tokens without a subscription to push',
    'create',
    { email: { marketing: { consent: 'SUBSCRIBED' } }, push: { tokens: [device] } },
    'push',
  ],
  [
    'tokens that are none',
    'create',
    { push: { marketing: { consent: 'SUBSCRIBED' }, tokens: [{ token: 'x' }] } },
    'push/tokens/0/platform',
  ],
])('%s are refused, and not dropped', async (_, kind, subscriptions, place) => {
  const app = await start();
  const type = `profile-subscription-bulk-${kind}-job`;
  const data = [{ type: 'profile', attributes: { email: 'ada@example.com', subscriptions } }];
  const { status, body } = await app.post(`/api/${type}s`, { data: { type, attributes: { profiles: { data } } } });
  expect(status).toBe(400);
  expect(body.errors[0].source.pointer).toBe(`/data/attributes/profiles/data/0/attributes/subscriptions/${place}`);
});

test('removes only the named tokens on an opt-out from push', async () => {
  const app = await start();
  const other = { ...device, token: 't-2' };
  const send = async (kind: string, email: string, consent: string, tokens: readonly object[]) => {
    const type = `profile-subscription-bulk-${kind}-job`;
    const subscriptions = { push: { marketing: { consent }, tokens } };
    const data = [{ type: 'profile', attributes: { email, subscriptions } }];
    return app.post(`/api/${type}s`, { data: { type, attributes: { profiles: { data } } } });
  };
  const left = async () =>
    (await app.get('/api/push-tokens')).body.data.map((one: { attributes: { token: string } }) => one.attributes.token);
  await app.post('/api/profiles', { data: { type: 'profile', attributes: { email: 'ada@example.com' } } });
  await app.post('/api/profiles', { data: { type: 'profile', attributes: { email: 'bob@example.com' } } });
  expect((await send('create', 'ada@example.com', 'SUBSCRIBED', [device, other])).status).toBe(202);
  // Not his.
  expect((await send('delete', 'bob@example.com', 'UNSUBSCRIBED', [device])).status).toBe(202);
  expect((await left()).toSorted()).toEqual([device.token, other.token].toSorted());
  expect((await send('delete', 'ada@example.com', 'UNSUBSCRIBED', [device])).status).toBe(202);
  expect((await send('delete', 'ada@example.com', 'UNSUBSCRIBED', [device])).status).toBe(202);
  expect(await left()).toEqual([other.token]);
});
