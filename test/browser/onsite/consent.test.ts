import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../open.ts';
import { openShop, tagOf } from './shop.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const ask = { config: { consent: 'required' } } as const;
const stored = (page: Page): Promise<unknown> =>
  page.evaluate('[...Object.keys(localStorage), ...Object.keys(sessionStorage)].length + document.cookie.length');
/** Long enough for every timer before a request. */
const pause = (page: Page): Promise<void> => page.waitForTimeout(600);

test('before consent nothing is stored or sent; after it, what happened follows with its own time', async () => {
  const shop = await openShop(browser, ask);
  const page = await shop.open();
  const before = Date.now();
  await page.evaluate(`void tributary.identify({ email: 'ada@example.com' }); void tributary.track('Waited')`);
  await pause(page);
  expect([await stored(page), shop.sent]).toEqual([0, []]);
  expect(await page.evaluate('tributary.consent()')).toEqual({});

  await page.evaluate('tributary.consent({ analytics: true, marketing: true })');
  await expect.poll(() => shop.events().map(({ name }) => name)).toContain('Waited');
  expect(shop.events().map(({ name }) => name)).toEqual(['Active on Site', 'Waited']);
  expect(Date.parse(shop.events()[1]?.time ?? '') - before).toBeLessThan(500);
  await shop.close();
});

test('denied consent drops the calls, and withdrawn consent deletes cookie and storage', async () => {
  const shop = await openShop(browser, ask);
  const page = await shop.open();
  const waiting = page.evaluate(`tributary.track('Dropped')`);
  await page.evaluate('tributary.consent({ analytics: false, marketing: false })');
  expect(await waiting).toBe(false);

  await page.evaluate('tributary.consent({ analytics: true, marketing: true })');
  expect(await page.evaluate(`tributary.track('Backfilled')`)).toBe(false);
  expect(await stored(page)).not.toBe(0);
  await page.evaluate('tributary.consent({ analytics: false, marketing: true })');
  expect([await stored(page), await shop.cookie()]).toEqual([0, undefined]);
  expect(await page.evaluate(`tributary.identify({ email: 'ada@example.com' })`)).toBe(false);
  expect(shop.sent).toEqual([]);
  await shop.close();
});

test('without consent to marketing there is no backfill, also by Global Privacy Control', async () => {
  const shop = await openShop(browser);
  await shop.context.addInitScript(`Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })`);
  const page = await shop.open();
  await page.evaluate(`tributary.track('Not kept')`);
  expect(await page.evaluate('tributary.consent()')).toEqual({ analytics: true, marketing: false });
  await page.evaluate(`tributary.identify({ email: 'ada@example.com' })`);
  expect(await page.evaluate(`tributary.track('Known')`)).toBe(true);
  expect(shop.events().map(({ name }) => name)).toEqual(['Known']);
  expect(JSON.parse(shop.sent.at(-1)?.body ?? '').data.attributes.signals).toEqual({ gpc: true });
  await shop.close();
});

test('Google consent mode: denied by default waits for an update', async () => {
  const html = `<script>
    window.dataLayer = window.dataLayer || [];
    function gtag() { dataLayer.push(arguments); }
    gtag('consent', 'default', { analytics_storage: 'denied', ad_storage: 'denied', ad_user_data: 'denied', wait_for_update: 500 });
  </script>`;
  const shop = await openShop(browser, { html });
  const page = await shop.open();
  await page.evaluate(`void tributary.identify({ email: 'ada@example.com' })`);
  await pause(page);
  expect([await stored(page), shop.sent]).toEqual([0, []]);
  await page.evaluate(`gtag('consent', 'update', { analytics_storage: 'granted' })`);
  await expect.poll(() => shop.sent.length).toBeGreaterThan(0);
  expect(await page.evaluate('tributary.consent()')).toEqual({ analytics: true, marketing: false });
  expect(await page.evaluate(`tributary.track('Known')`)).toBe(true);
  expect(JSON.parse(shop.sent.at(-1)?.body ?? '').data.attributes.signals).toEqual({
    google_consent_mode: { analytics_storage: 'granted', ad_storage: 'denied', ad_user_data: 'denied' },
  });
  await shop.close();
});

test('Google consent mode that was granted before the script came is consent', async () => {
  const html = `<script>
    dataLayer = [];
    (function () { dataLayer.push(arguments); })('consent', 'default', { analytics_storage: 'granted', ad_storage: 'granted', ad_user_data: 'granted' });
  </script>`;
  const shop = await openShop(browser, { ...ask, tag: html + tagOf() });
  const page = await shop.open();
  expect(await page.evaluate('tributary.consent()')).toEqual({ analytics: true, marketing: true });
  await shop.close();
});

test('TCF: the purposes of the dialog decide, and its string goes along', async () => {
  const tcf = `<script>
    window.__tcfapi = (command, version, callback) => {
      window.decide = (eventStatus, consents) =>
        callback({ tcString: '${`C${'A'.repeat(60)}`}', gdprApplies: true, eventStatus, purpose: { consents } }, true);
      decide('cmpuishown', {});
    };
  </script>`;
  const shop = await openShop(browser, { tag: tcf + tagOf() });
  const page = await shop.open();
  await pause(page);
  expect([await stored(page), await page.evaluate('tributary.consent()')]).toEqual([0, {}]);
  await page.evaluate(`decide('useractioncomplete', { 1: true, 8: true })`);
  expect(await page.evaluate('tributary.consent()')).toEqual({ analytics: true, marketing: false });
  await page.evaluate(`decide('useractioncomplete', { 1: true, 3: true, 4: true, 8: true })`);
  expect(await page.evaluate('tributary.consent()')).toEqual({ analytics: true, marketing: true });
  await page.evaluate(`tributary.identify({ email: 'ada@example.com' })`);
  await page.evaluate(`tributary.track('Known')`);
  expect(JSON.parse(shop.sent.at(-1)?.body ?? '').data.attributes.signals.tc_string).toMatch(/^CA+$/);
  await page.evaluate(`decide('useractioncomplete', {})`);
  expect([await stored(page), await shop.cookie()]).toEqual([0, undefined]);
  await shop.close();
});
