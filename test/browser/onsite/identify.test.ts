import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../open.ts';
import { openShop } from './shop.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test('a visitor is identified, and what happened before follows with its own time', async () => {
  const shop = await openShop(browser);
  const page = await shop.open('/?utm_source=news');
  expect(await page.evaluate(`tributary.track('Viewed Page', { page: 1 })`)).toBe(false);
  expect(await page.evaluate(`tributary.isIdentified()`)).toBe(false);
  expect(shop.sent).toEqual([]);

  const calls = `[
    tributary.identify({ $email: 'ada@example.com', first_name: 'Ada' }),
    tributary.identify({ $city: 'Berlin', shoe: 41 }),
    tributary.track('Signed Up'),
  ]`;
  expect(await page.evaluate(`Promise.all(${calls})`)).toEqual([true, true, true]);
  expect(await page.evaluate(`tributary.isIdentified()`)).toBe(true);

  const [profile, ...others] = shop.sent;
  expect(JSON.parse(profile?.body ?? '').data).toEqual({
    type: 'profile',
    attributes: {
      anonymous_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      email: 'ada@example.com',
      first_name: 'Ada',
      location: { city: 'Berlin' },
      properties: { shoe: 41 },
    },
  });
  expect(profile?.headers).toMatchObject({ 'content-type': 'text/plain;charset=UTF-8' });
  expect(others.map(({ path }) => path)).toEqual(['event-bulk-create', 'events']);
  expect(shop.events()).toMatchObject([
    { name: 'Active on Site', token: 'token-ada@example.com', isBackfill: true, properties: { utm_source: 'news' } },
    { name: 'Viewed Page', token: 'token-ada@example.com', isBackfill: true, properties: { page: 1 } },
    { name: 'Signed Up', token: 'token-ada@example.com', isBackfill: false },
  ]);
  await shop.close();
});
