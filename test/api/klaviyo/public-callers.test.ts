import * as v from 'valibot';
import { expect, test } from 'vitest';
import { changeAccount } from '../../../functions/domains/accounts/actions.ts';
import type { Account } from '../../../functions/model/account.ts';
import { includesOrigin, WebsiteOrigin } from '../../../functions/model/web/website-origin.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { startApp } from '../../support/app.ts';

const start = async (settings: Partial<Account> = {}) => {
  const app = await startApp(profiles);
  await changeAccount(app.account, settings, app.services);
  let n = 0;
  const call = (headers: Readonly<Record<string, string>> = {}) =>
    app.send(
      'POST',
      `/client/profiles?company_id=${app.account}`,
      { data: { type: 'profile', attributes: { anonymous_id: `browser-${n++}` } } },
      { authorization: '', ...headers },
    );
  return { ...app, call };
};

test.each([
  ['https://shop.example', true],
  ['https://www.shop.example', true],
  ['https://shop.example.evil.example', false],
  ['https://evilshop.example', false],
  ['http://shop.example', false],
  ['https://.shop.example', false],
  ['null', false],
])('a call from %s is accepted: %s', async (origin, isAccepted) => {
  const app = await start({ websites: ['https://shop.example', 'https://*.shop.example'] });
  const { status, body } = await app.call({ origin });
  expect(status).toBe(isAccepted ? 202 : 403);
  if (!isAccepted) expect(body.errors[0]).toMatchObject({ source: { header: 'origin' } });
});

test('without a list of websites every origin may call, and calls without an origin always may', async () => {
  expect((await (await start()).call({ origin: 'https://anywhere.example' })).status).toBe(202);
  expect((await (await start({ websites: ['https://shop.example'] })).call()).status).toBe(202);
});

test('a foreign page has nothing stored', async () => {
  const app = await start({ websites: ['https://shop.example'] });
  app.requests.length = 0;
  await app.call({ origin: 'https://evil.example' });
  expect(app.requests.filter((name) => !/Get|Query/.test(name))).toEqual([]);
  expect((await app.get('/api/profiles')).body.data).toEqual([]);
});

test('a flood from one network is refused, and others are served', async () => {
  const app = await start({ networkLimits: { burst: 1_000, steady: 20 } });
  const from = (ip: string) => app.call({ 'x-test-ip': ip });
  const statuses = [];
  for (let i = 0; i < 30; i++) statuses.push((await from('2001:db8::1')).status);
  expect(statuses.filter((status) => status === 202)).toHaveLength(20);
  const refused = await from('2001:db8:0:0:ffff::2');
  expect(refused).toMatchObject({ status: 429, body: { errors: [{ detail: expect.stringContaining('network') }] } });
  expect(Number(refused.headers['Retry-After'])).toBeGreaterThan(0);
  expect((await from('2001:db8:0:1::1')).status).toBe(202);
  app.at('2026-01-01T00:01:00Z');
  expect((await from('2001:db8::1')).status).toBe(202);
});

test('calls with a key have no limit by network', async () => {
  const app = await start({ networkLimits: { burst: 1, steady: 1 } });
  const create = (n: number) =>
    app.post('/api/profiles', { data: { type: 'profile', attributes: { external_id: `${n}` } } });
  expect([(await create(1)).status, (await create(2)).status, (await create(3)).status]).toEqual([201, 201, 201]);
});

test.each([
  'https://shop.example/',
  'http://shop.example',
  'shop.example',
  'https://*',
  'https://a.*.example',
  'HTTPS://SHOP.EXAMPLE',
])('%s is not accepted as an origin', (origin) => expect(v.safeParse(WebsiteOrigin, origin).success).toBe(false));

test.each(['https://shop.example', 'https://*.shop.example', 'https://shop.example:8443', 'http://localhost:3000'])(
  '%s is accepted as an origin',
  (origin) => {
    expect(v.safeParse(WebsiteOrigin, origin).success).toBe(true);
    expect(includesOrigin([origin], origin.replace('*', 'www'))).toBe(true);
  },
);
