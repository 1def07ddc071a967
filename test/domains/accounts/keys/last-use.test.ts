import { expect, test } from 'vitest';
import { createKey, listKeys } from '../../../../functions/domains/accounts/keys/actions.ts';
import { openLastUses } from '../../../../functions/domains/accounts/keys/last-use.ts';
import { things } from '../../../platform/http/things.ts';
import { startApp } from '../../../support/app.ts';

const startWithKey = async () => {
  const app = await startApp(things);
  const { key, id } = await createKey({ account: app.account, name: 'x', scopes: ['*'] }, app.services);
  app.requests.length = 0;
  return {
    app,
    use: async () => (await app.get('/api/things', { authorization: `Bearer ${key}` })).status,
    lastUsedAt: async () => (await listKeys(app.account, app.services)).find((one) => one.id === id)?.lastUsedAt,
  };
};

test('the last use of a key is recorded once an hour', async () => {
  const { app, use, lastUsedAt } = await startWithKey();
  expect(await lastUsedAt()).toBeUndefined();
  app.requests.length = 0;
  for (const time of ['00:00:00', '00:20:00', '00:59:59']) {
    app.at(`2026-01-01T${time}Z`);
    expect(await use()).toBe(200);
  }
  expect(app.requests.filter((one) => one === 'UpdateItemCommand')).toHaveLength(1);
  expect(await lastUsedAt()).toBe('2026-01-01T00:00:00.000Z');

  app.at('2026-01-01T01:00:00Z');
  await use();
  expect(await lastUsedAt()).toBe('2026-01-01T01:00:00.000Z');
});

test('another process does not repeat what is recorded', async () => {
  const app = await startApp(things);
  const [key] = await listKeys(app.account, app.services);
  if (!key) throw new Error('The account has a key.');
  const { lastUsedAt: _, ...staleKey } = key;
  app.at('2026-01-01T00:30:00Z');
  app.requests.length = 0;
  await openLastUses()(key, app.services);
  expect(app.requests).toEqual([]);
  // One that read the key before it was recorded is refused the write.
  await openLastUses()(staleKey, app.services);
  expect(app.requests).toEqual(['UpdateItemCommand']);
  expect(await listKeys(app.account, app.services)).toMatchObject([{ lastUsedAt: '2026-01-01T00:00:00.000Z' }]);
});

test('a request is answered although its use cannot be recorded', async () => {
  const { app, use } = await startWithKey();
  const { table } = app.services;
  app.serveWith({ table: { ...table, write: async () => Promise.reject(new Error('no capacity')) } });
  expect(await use()).toBe(200);
  expect(app.lines.join()).toContain('use of a key not recorded');
  expect(app.lines.join()).not.toContain(' pk_');
});

test('a refused request is no use', async () => {
  const { app, lastUsedAt } = await startWithKey();
  await app.get('/api/things', { authorization: `Bearer pk_${app.account}_${'a'.repeat(40)}` });
  expect(await lastUsedAt()).toBeUndefined();
});
