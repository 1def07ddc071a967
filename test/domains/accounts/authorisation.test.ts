import { beforeAll, describe, expect, test } from 'vitest';
import { createAccount } from '../../../functions/domains/accounts/actions.ts';
import { createKey, revokeKey } from '../../../functions/domains/accounts/keys/actions.ts';
import { allServices } from '../../../functions/services.ts';
import { startApp } from '../../support/app.ts';

const declared = allServices.flatMap((service) =>
  Object.entries(service.routes).map(([id, route]) => ({
    id,
    service,
    route,
    path: route.path.replaceAll(/\{\w+\}/g, '01ABC'),
  })),
);
const withKey = declared.filter(({ route }) => route.scope.includes(':'));
const isPublic = declared.filter(({ route }) => route.scope === 'public');

type App = Awaited<ReturnType<typeof startApp>>;
const apps = new Map<string, App>();

beforeAll(async () => {
  for (const service of allServices) apps.set(service.name, await startApp(service));
});

const appOf = (name: string): App => {
  const app = apps.get(name);
  if (!app) throw new Error(`There is no service ${name}.`);
  return app;
};

const keyWith = async (app: App, scopes: readonly string[], account = app.account) =>
  createKey({ account, name: 'other', scopes }, app.services);

describe.each(withKey)('$id', ({ service, route, path }) => {
  const send = (app: App, authorization: string, query = '') =>
    app.send(route.method, `${path}${query}`, route.body && {}, { authorization });

  test('needs a key', async () => {
    const app = appOf(service.name);
    expect((await send(app, '')).status).toBe(401);
  });

  test('refuses a public id', async () => {
    const app = appOf(service.name);
    expect((await send(app, '', `?company_id=${app.account}`)).status).toBe(401);
    expect((await send(app, `Klaviyo-API-Key ${app.account}`)).status).toBe(401);
  });

  test('refuses an unknown key', async () => {
    const app = appOf(service.name);
    expect((await send(app, `Bearer pk_${app.account}_${'a'.repeat(40)}`)).status).toBe(401);
    expect((await send(app, `Bearer pk_zzzzzz_${'a'.repeat(40)}`)).status).toBe(401);
  });

  test('refuses a revoked key', async () => {
    const app = appOf(service.name);
    const { key, id } = await keyWith(app, ['*']);
    await revokeKey({ account: app.account, id }, app.services);
    expect((await send(app, `Bearer ${key}`)).status).toBe(401);
  });

  test('refuses a key without an account, and one that names another account', async () => {
    const app = appOf(service.name);
    const other = await createAccount({ name: 'Other' }, app.services);
    const { key } = await keyWith(app, ['*'], other.id);
    expect((await send(app, `Bearer ${key.replace(other.id, app.account)}`)).status).toBe(401);
    await app.table.write({ kind: 'remove', key: { pk: `A#${other.id}`, sk: 'ACCOUNT' }, parameters: {} });
    expect((await send(app, `Bearer ${key}`)).status).toBe(401);
  });

  test('refuses a key with every scope but its own', async () => {
    const app = appOf(service.name);
    const [resource, verb] = route.scope.split(':');
    const others = withKey.map((one) => one.route.scope).filter((scope) => scope !== route.scope);
    const { key } = await keyWith(app, [
      ...new Set(others),
      `${resource}-x:*`,
      `${resource}:${verb === 'read' ? 'write' : 'read'}`,
    ]);
    const { status, body } = await send(app, `Bearer ${key}`);
    expect(status).toBe(403);
    expect(body.errors[0].detail).toContain(route.scope);
  });

  test('accepts a key with its scope; reports an empty body as invalid and an unknown id as missing', async () => {
    const app = appOf(service.name);
    const { key } = await keyWith(app, [route.scope]);
    const { status } = await send(app, `Bearer ${key}`);
    const needsMore = route.body !== undefined || route.reading?.isFilterRequired;
    expect(status).toBe(needsMore ? 400 : route.path.includes('{') ? 404 : 200);
  });
});

describe.each(isPublic)('$id', ({ service, route, path }) => {
  const send = (query: string) =>
    appOf(service.name).send(route.method, `${path}${query}`, route.body && {}, { authorization: '' });

  test('needs the company id of an account', async () => {
    expect((await send('')).status).toBe(400);
    expect((await send('?company_id=zzzzzz')).status).toBe(404);
    expect((await send('?company_id=A%23b')).status).toBe(404);
  });

  test('accepts no key instead of it, and needs none', async () => {
    const app = appOf(service.name);
    const withKey = (query: string, authorization: string) =>
      app.send(route.method, `${path}${query}`, route.body && {}, { authorization });
    expect((await withKey('', `Bearer ${app.key}`)).status).toBe(400);
    const own = `?company_id=${app.account}`;
    const answers = [
      await send(own),
      await withKey(own, 'Bearer pk_zzzzzz_revoked'),
      await withKey(own, `Bearer ${app.key}`),
    ];
    expect(new Set(answers.map(({ status }) => status)).size).toBe(1);
    expect(answers[0]?.status).toBe(route.body ? 400 : 200);
  });
});

test('protects every route, except pages with signed links and routes without data', () => {
  const open = declared.filter(({ route }) => route.scope === 'open');
  const named = open.filter(({ route: { protocol } }) => !['page', 'segment', 'webhook'].includes(protocol.name));
  expect(named.map(({ id }) => id)).toEqual([
    // Its URL is a secret.
    'getProductFeedFile',
    'getOnsiteScript',
    'getVersionedScript',
    'getNamedScript',
    'getHealth',
    'getOpenapi',
  ]);
  // Their content names the account.
  const ofSegment = open.filter(({ path }) => /^\/v1\/(pixel|projects)\//.test(path));
  expect(ofSegment).toHaveLength(7);
  // Deliveries are signed.
  const ofVendors = open.filter(({ route }) => route.protocol.name === 'webhook');
  expect(ofVendors.map(({ route }) => route.path)).toEqual(['/hooks/{integrationId}']);
  const others = named.length + ofSegment.length + ofVendors.length;
  expect(open.filter(({ path }) => path.startsWith('/pages/')).length).toBe(open.length - others);
  expect(open.length + isPublic.length + withKey.length).toBe(declared.length);
});
