import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../open.ts';
import { openShop } from './shop.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const read = (value = ''): unknown => JSON.parse(Buffer.from(value, 'base64').toString());

test('the cookie is of the whole site, only by HTTPS, lasts as long as browsers let it, and names nobody', async () => {
  const shop = await openShop(browser);
  const page = await shop.open();
  await page.evaluate(`tributary.identify({ email: 'ada@example.com' })`);
  const cookie = await shop.cookie();
  expect(cookie).toMatchObject({ domain: '.shop.example', path: '/', secure: true, sameSite: 'Lax', httpOnly: false });
  expect((cookie?.expires ?? 0) * 1_000 - Date.now()).toBeGreaterThan(399 * 86_400_000);
  expect(read(cookie?.value)).toEqual({
    cid: expect.stringMatching(/^[0-9a-f]{32}$/),
    $exchange_id: 'token-ada@example.com',
  });
  expect(await page.evaluate(`Object.values({ ...localStorage, ...sessionStorage }).join()`)).not.toMatch(/[^-]ada@/);
  await shop.close();
});

test('the shop can choose the domain of the cookie', async () => {
  const shop = await openShop(browser);
  const page = await shop.open();
  await page.evaluate(`tributary.track('Anonymous')`);
  await expect.poll(() => shop.cookie()).toMatchObject({ domain: '.shop.example' });
  const { value } = (await shop.cookie()) ?? {};
  expect(await page.evaluate(`tributary.cookieDomain('www.shop.example')`)).toBe('www.shop.example');
  expect(await shop.cookie()).toMatchObject({ domain: '.www.shop.example', value });
  expect((await shop.context.cookies()).length).toBe(1);
  await shop.close();
});

test('the server is asked to set the cookie where it may', async () => {
  const shop = await openShop(browser, { config: { httpCookie: true } });
  const page = await shop.open();
  await page.evaluate(`tributary.track('Anonymous')`);
  await expect.poll(() => shop.sent.map(({ path }) => path)).toContain('visitor');
  const { value } = (await shop.cookie()) ?? {};
  expect(JSON.parse(shop.sent[0]?.body ?? '')).toEqual({ value, domain: 'shop.example' });
  await shop.close();
});

test.each([
  ['_kx', '_kx=token-ada@example.com', { _kx: 'token-ada@example.com' }],
  ['_ke, as base64', `_ke=${encodeURIComponent(btoa('{"kl_email":"ada@example.com"}'))}`, { email: 'ada@example.com' }],
  ['_ke, as an address', '_ke=ada%40example.com', { email: 'ada@example.com' }],
  ['utm_email', 'utm_email=ada%40example.com', { email: 'ada@example.com' }],
])('%s in a link identifies, and leaves the address bar', async (_, query, claim) => {
  const shop = await openShop(browser);
  const page = await shop.open(`/sale?color=red%20&${query}&utm_source=mail#top`);
  await expect.poll(() => shop.events()).toMatchObject([{ name: 'Active on Site', token: 'token-ada@example.com' }]);
  expect(page.url()).toBe('https://www.shop.example/sale?color=red+&utm_source=mail#top');
  expect(JSON.parse(shop.sent[0]?.body ?? '').data.attributes).toMatchObject(claim);
  expect(JSON.stringify(shop.events())).not.toContain('_k');
  await shop.close();
});

test('a link with a token that the server does not know identifies nobody', async () => {
  const shop = await openShop(browser);
  shop.answerBy(({ path }) => (path === 'profiles' ? { status: 202 } : undefined));
  const page = await shop.open('/?_kx=unknown');
  await expect.poll(() => shop.sent.length).toBe(1);
  await page.waitForTimeout(200);
  expect(await page.evaluate('tributary.isIdentified()')).toBe(false);
  expect(shop.events()).toEqual([]);
  await shop.close();
});
