import { expect, test } from 'vitest';
import { changeAccount } from '../../../functions/domains/accounts/actions.ts';
import { onsite } from '../../../functions/services/onsite.ts';
import { startApp } from '../../support/app.ts';

const value = Buffer.from(JSON.stringify({ cid: 'x' })).toString('base64');
const start = async (websiteOrigins: readonly string[] | undefined = ['https://www.shop.example']) => {
  const app = await startApp(onsite, { services: { settings: { ...(websiteOrigins && { websiteOrigins }) } } });
  const set = (body: object, origin?: string) =>
    app.send('POST', `/client/visitor?company_id=${app.account}`, JSON.stringify(body), {
      authorization: '',
      'content-type': 'text/plain',
      ...(origin !== undefined && { origin }),
    });
  return { ...app, set };
};

test('sets the cookie for the page and its domain', async () => {
  const app = await start();
  const { status, headers } = await app.set({ value, domain: 'shop.example' }, 'https://www.shop.example');
  expect(status).toBe(204);
  expect(headers['set-cookie']).toBe(
    `__tb_id=${value}; Max-Age=63072000; Path=/; Domain=shop.example; Secure; SameSite=Lax`,
  );
  expect((await app.set({ value }, 'https://www.shop.example')).headers['set-cookie']).not.toContain('Domain');
});

test.each([
  ['a foreign page', 'https://evil.example', 403],
  ['no page', undefined, 403],
  ['an opaque origin', 'null', 403],
])('sets no cookie for %s', async (_, origin, expected) => {
  const { status, headers } = await (await start()).set({ value }, origin);
  expect([status, headers['set-cookie']]).toEqual([expected, undefined]);
});

test('sets no cookie where the deployment names no website, and says what to do', async () => {
  const app = await startApp(onsite);
  const answer = await app.send('POST', `/client/visitor?company_id=${app.account}`, JSON.stringify({ value }), {
    authorization: '',
    'content-type': 'text/plain',
    origin: 'https://www.shop.example',
  });
  expect(answer).toMatchObject({
    status: 403,
    body: { errors: [{ detail: expect.stringContaining('websiteOrigins') }] },
  });
});

test.each([
  [{ value, domain: 'other.example' }, '/domain'],
  [{ value, domain: 'hop.example' }, '/domain'],
  [{ value: 'a; Domain=evil.example' }, '/value'],
  [{ value: 'x'.repeat(3_001) }, '/value'],
  [{}, '/value'],
])('refuses %j', async (body, pointer) => {
  const answer = await (await start()).set(body, 'https://www.shop.example');
  expect([answer.status, answer.body.errors[0].source.pointer]).toEqual([400, pointer]);
  expect(answer.headers['set-cookie']).toBeUndefined();
});

test('the list of websites of the account holds too', async () => {
  const app = await start();
  await changeAccount(app.account, { websites: ['https://other.example'] }, app.services);
  expect((await app.set({ value }, 'https://www.shop.example')).status).toBe(403);
});
