import { expect, test } from 'vitest';
import {
  createAccount,
  createKey,
  listAccounts,
  listKeys,
  revokeKey,
} from '../../../functions/domains/accounts/actions.ts';
import { things } from '../../platform/http/things.ts';
import { startApp } from '../../support/app.ts';

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
