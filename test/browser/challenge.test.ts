import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, openTab, serveSite, wrongIn } from './open.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const double = { optInProcess: 'double_opt_in' } as const;

test('the page solves the challenge for a visitor, makes faster ones wait, and explains itself without scripts', async () => {
  const site = await serveSite({ ...double, proofOfWork: 'form' });
  const subscribe = `/pages/subscribe/${site.account}`;
  const { page, troubles, cookies, close } = await openTab(browser, site);
  await page.goto(subscribe);
  expect(await wrongIn(page)).toEqual([]);
  await page.keyboard.press('Tab');
  await page.keyboard.type('quick@example.com');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Check your mailbox' }).waitFor();
  expect(site.sent).toHaveLength(1);

  // The page was open for too long: it comes back with its input, and works.
  await page.goto(subscribe);
  await page.getByRole('textbox').fill('slow@example.com');
  site.at('2026-01-01T00:31:00Z');
  await page.getByRole('button').click();
  await page.getByRole('alert').filter({ hasText: 'open for too long' }).waitFor();
  expect(await wrongIn(page)).toEqual([]);
  expect(await page.getByRole('textbox').inputValue()).toBe('slow@example.com');
  await page.getByRole('button').click();
  await page.getByRole('heading', { name: 'Check your mailbox' }).waitFor();
  expect(site.sent).toHaveLength(2);
  expect([await cookies(), troubles.filter((text) => !/status of 400/.test(text))]).toEqual([[], []]);
  await close();

  const plain = await openTab(browser, site, { javaScriptEnabled: false });
  await plain.page.goto(subscribe);
  await plain.page.getByText('This page needs JavaScript').waitFor();
  await plain.page.getByRole('textbox').fill('plain@example.com');
  await plain.page.getByRole('button').click();
  await plain.page.getByRole('alert').filter({ hasText: 'with JavaScript on' }).waitFor();
  expect(site.sent).toHaveLength(2);
  await plain.close();
  site.stop();
});

const widget = readFileSync(fileURLToPath(import.meta.resolve('altcha')), 'utf8');

test('ALTCHA’s own published widget solves our challenge for a form of the shop', async () => {
  const site = await serveSite({ ...double, proofOfWork: 'everywhere' });
  const { page, troubles, close } = await openTab(browser, site);
  const api = `/client/challenge?company_id=${site.account}`;
  await page.route('**/shop.html', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><title>Shop</title><script type="module" src="/altcha.js"></script>
<form><altcha-widget challenge="${api}" auto="onload"></altcha-widget></form>`,
    }),
  );
  await page.route('**/altcha.js', (route) => route.fulfill({ contentType: 'text/javascript', body: widget }));
  await page.goto('/shop.html');
  const field = page.locator('input[name=altcha]');
  await expect.poll(() => field.inputValue(), { timeout: 90_000 }).not.toBe('');
  const altcha = await field.inputValue();

  const subscribe = (email: string) =>
    page.evaluate(async ({ path, body }) => (await fetch(path, { method: 'POST', body })).status, {
      path: `/client/subscriptions?company_id=${site.account}`,
      body: JSON.stringify({
        data: {
          type: 'subscription',
          attributes: { altcha, website: '', profile: { data: { type: 'profile', attributes: { email } } } },
          relationships: { list: { data: { type: 'list', id: 'news' } } },
        },
      }),
    });
  expect([await subscribe('ada@example.com'), await subscribe('eve@example.com')]).toEqual([202, 400]);
  expect(site.sent).toHaveLength(1);
  expect(troubles.filter((text) => !/status of 4\d\d|blob:|favicon/.test(text))).toEqual([]);
  await close();
  site.stop();
});
