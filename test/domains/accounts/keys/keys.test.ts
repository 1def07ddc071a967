import { expect, test } from 'vitest';
import { createAccount, listAccounts } from '../../../../functions/domains/accounts/actions.ts';
import {
  changeKey,
  createKey,
  listKeys,
  revokeKey,
  rotateKey,
} from '../../../../functions/domains/accounts/keys/actions.ts';
import { things } from '../../../platform/http/things.ts';
import { startApp } from '../../../support/app.ts';

test('shows a key once and stores its hash', async () => {
  const app = await startApp(things);
  const { key } = await createKey({ account: app.account, name: 'shop', scopes: ['things:read'] }, app.services);

  expect(key).toMatch(new RegExp(`^pk_${app.account}_[A-Za-z0-9]{40}$`));
  const stored = await listKeys(app.account, app.services);
  expect(stored.map(({ name }) => name).toSorted()).toEqual(['shop', 'test']);
  expect(JSON.stringify(stored)).not.toContain(key.slice(10));
  expect((await app.get('/api/things', { authorization: `Bearer ${key}` })).status).toBe(200);
});

test.each([
  ['things:read', 200, 403],
  ['things:write', 403, 202],
  ['things:*', 200, 202],
  ['*', 200, 202],
  ['thing:*', 403, 403],
])('the scope %s allows reads: %i, and writes: %i', async (scope, read, write) => {
  const app = await startApp(things, { scopes: [scope] });
  expect((await app.get('/api/things')).status).toBe(read);
  expect((await app.post('/api/things', { name: 'a' })).status).toBe(write);
});

test.each([
  [[], 'A key needs scopes'],
  [['things'], "not 'things'"],
  [['things:read', 'things:delete', ''], "not 'things:delete', ''"],
])('refuses a key with the scopes %j', async (scopes, detail) => {
  const app = await startApp(things);
  const made = createKey({ account: app.account, name: 'x', scopes }, app.services);
  await expect(made).rejects.toThrow(detail);
});

test('accepts a revoked key for at most a minute', async () => {
  const app = await startApp(things);
  expect((await app.get('/api/things')).status).toBe(200);
  await revokeKey({ account: app.account, id: app.keyId }, app.services);

  app.at('2026-01-01T00:00:59Z');
  expect((await app.get('/api/things')).status).toBe(200);
  app.at('2026-01-01T00:01:00Z');
  expect((await app.get('/api/things')).status).toBe(401);
});

test('keeps the first time of revocation', async () => {
  const app = await startApp(things);
  await revokeKey({ account: app.account, id: app.keyId }, app.services);
  app.at('2026-02-01T00:00:00Z');
  await revokeKey({ account: app.account, id: app.keyId }, app.services);

  expect(await listKeys(app.account, app.services)).toMatchObject([{ revokedAt: '2026-01-01T00:00:00.000Z' }]);
});

test('reads a key at a cost of two reads a minute', async () => {
  const app = await startApp(things);
  for (let i = 0; i < 5; i++) await app.get('/api/things');
  expect(app.requests).toEqual(['GetItemCommand', 'GetItemCommand']);
});

test('does not look up text without the form of a key', async () => {
  const app = await startApp(things);
  for (const authorization of [
    '',
    'Basic YTpi',
    'Bearer pk_short',
    `Bearer ${app.key}x`,
    `Bearer pk_x#y_${'a'.repeat(40)}`,
  ])
    expect((await app.get('/api/things', { authorization })).status).toBe(401);
  expect(app.requests).toEqual([]);
});

test('gives each account a unique id of six characters', async () => {
  const app = await startApp(things);
  const made = await createAccount({ name: 'Second', timezone: 'Europe/Berlin' }, app.services);

  expect(made.id).toMatch(/^[A-Za-z0-9]{6}$/);
  expect((await listAccounts(app.services)).map(({ name }) => name).toSorted()).toEqual(['Second', 'Test shop']);
  await expect(createAccount({ name: 'Third', id: made.id }, app.services)).rejects.toThrow('already');
  await expect(createAccount({ name: 'Third', id: 'short' }, app.services)).rejects.toThrow('6 letters');
  await expect(createAccount({ name: 'Third', timezone: 'Mars' }, app.services)).rejects.toThrow('IANA');
});

/** The statuses of requests from these addresses, with a key of these rules. */
const statusesFrom = async (networks: readonly string[], ips: readonly string[]): Promise<number[]> => {
  const app = await startApp(things);
  const { key } = await createKey({ account: app.account, name: 'x', scopes: ['*'], networks }, app.services);
  const statuses: number[] = [];
  for (const ip of ips)
    statuses.push((await app.get('/api/things', { authorization: `Bearer ${key}`, 'x-test-ip': ip })).status);
  return statuses;
};

test('a key is accepted from its networks only', async () => {
  const ips = ['203.0.113.9', '203.0.114.9', '::ffff:203.0.113.9', '2001:db8:1::5', '2001:db9::5', ''];
  expect(await statusesFrom(['203.0.113.0/24', '2001:db8::/32'], ips)).toEqual([200, 403, 200, 200, 403, 403]);
  expect(await statusesFrom(['203.0.113.9'], ips)).toEqual([200, 403, 200, 403, 403, 403]);
  expect(await statusesFrom(['0.0.0.0/0'], ips)).toEqual([200, 200, 200, 403, 403, 403]);
});

test('a key with origins is refused to pages of other websites, not to programs', async () => {
  const app = await startApp(things);
  const origins = ['https://shop.example', 'https://*.shop.example'];
  const { key } = await createKey({ account: app.account, name: 'x', scopes: ['*'], origins }, app.services);
  const status = async (headers: Readonly<Record<string, string>>) =>
    (await app.get('/api/things', { authorization: `Bearer ${key}`, ...headers })).status;
  expect(await status({})).toBe(200);
  expect(await status({ origin: 'https://www.shop.example' })).toBe(200);
  expect(await status({ origin: 'https://shop.example.evil.example' })).toBe(403);
  expect(await status({ origin: 'null' })).toBe(403);
});

test('a key ends when it expires, also where it is cached, and the answer says when', async () => {
  const app = await startApp(things);
  const endsAt = '2026-01-01T00:00:30+00:00';
  const { key } = await createKey({ account: app.account, name: 'x', scopes: ['*'], endsAt }, app.services);
  const ask = () => app.get('/api/things', { authorization: `Bearer ${key}` });
  app.at('2026-01-01T00:00:29Z');
  expect((await ask()).status).toBe(200);
  app.at('2026-01-01T00:00:30Z');
  const refused = await ask();
  expect(refused.status).toBe(401);
  expect(refused.body.errors[0].detail).toContain('expired at 2026-01-01T00:00:30.000Z');
});

test('rules that cannot be are refused, all at once', async () => {
  const app = await startApp(things);
  const rules = {
    networks: ['203.0.113.0/33', 'example.com', '1.2.3.4/5/6', '::1/x', '10.0.0.0/8'],
    origins: ['shop.example'],
    endsAt: '2025-12-31',
  };
  const made = createKey({ account: app.account, name: 'x', scopes: ['*'], ...rules }, app.services);
  await expect(made).rejects.toMatchObject({ code: 'invalid', problems: { length: 6 } });
  const unscoped = createKey({ account: app.account, name: 'x', scopes: ['events'], ...rules }, app.services);
  await expect(unscoped).rejects.toMatchObject({ problems: { length: 7 } });
  await expect(changeKey({ account: app.account, id: app.keyId }, rules, app.services)).rejects.toMatchObject({
    problems: { length: 6 },
  });
});

test('rules are changed and removed', async () => {
  const app = await startApp(things);
  const name = { account: app.account, id: app.keyId };
  const changed = await changeKey(name, { networks: ['10.0.0.0/8'], endsAt: '2027-01-01' }, app.services);
  expect(changed).toMatchObject({ networks: ['10.0.0.0/8'], endsAt: '2027-01-01T00:00:00.000Z' });
  const cleared = await changeKey(name, { networks: [], endsAt: null }, app.services);
  expect(cleared).not.toHaveProperty('networks');
  expect(cleared).not.toHaveProperty('endsAt');
  await expect(changeKey({ ...name, id: 'nothing' }, {}, app.services)).rejects.toMatchObject({ code: 'not_found' });
});

test('a rotated key and the new one both work for the overlap', async () => {
  const app = await startApp(things);
  const old = await createKey(
    { account: app.account, name: 'shop', scopes: ['things:read'], networks: ['203.0.113.0/24'] },
    app.services,
  );
  const name = { account: app.account, id: old.id };
  const { created, oldEndsAt } = await rotateKey(name, { overlapHours: 2 }, app.services);
  expect(created).toMatchObject({ name: 'shop', scopes: ['things:read'], networks: ['203.0.113.0/24'] });
  expect(created.key).not.toBe(old.key);
  expect(oldEndsAt).toBe('2026-01-01T02:00:00.000Z');
  const status = async (key: string) =>
    (await app.get('/api/things', { authorization: `Bearer ${key}`, 'x-test-ip': '203.0.113.1' })).status;
  app.at('2026-01-01T01:59:00Z');
  expect([await status(old.key), await status(created.key)]).toEqual([200, 200]);
  app.at('2026-01-01T02:00:00Z');
  expect([await status(old.key), await status(created.key)]).toEqual([401, 200]);

  // A key that ends sooner is not given more time.
  const again = await rotateKey(name, { overlapHours: 48 }, app.services);
  expect(again.oldEndsAt).toBe('2026-01-01T02:00:00.000Z');
  await revokeKey(name, app.services);
  await expect(rotateKey(name, { overlapHours: 1 }, app.services)).rejects.toMatchObject({ code: 'not_found' });
});
