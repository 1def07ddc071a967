import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../open.ts';
import { openShop } from './shop.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const undecided = { consent: 'required', backfill: false } as const;
const stored = (page: Page): Promise<unknown> =>
  page.evaluate('[...Object.keys(localStorage), ...Object.keys(sessionStorage)].length + document.cookie.length');
const identify = `tributary.identify({ email: 'ada@example.com' })`;
const consent = 'tributary.consent({ analytics: true, marketing: true })';
/** Long enough for an idle page to load the tracker. */
const pause = (page: Page): Promise<void> => page.waitForTimeout(600);

test('while nothing is decided, a page loads only the loader, and keeps in memory what is shown', async () => {
  const shop = await openShop(browser, { config: { ...undecided, backfill: true } });
  const page = await shop.open('/?utm_source=news#top');
  await page.evaluate(`history.pushState({}, '', '/next')`);
  const before = Date.now();
  await pause(page);
  expect([shop.trackers, shop.sent, await stored(page)]).toEqual([[], [], 0]);

  await page.evaluate(consent);
  await page.evaluate(identify);
  await expect
    .poll(() => shop.events().map(({ properties: { page, utm_source } }) => [page, utm_source]))
    .toEqual([
      ['https://www.shop.example/', 'news'],
      ['https://www.shop.example/next', undefined],
    ]);
  for (const { time } of shop.events()) expect(Date.parse(time)).toBeLessThanOrEqual(before);
  expect(shop.trackers).toEqual(['?company_id=ABC123&v=1']);
  await shop.close();
});

test.each<[string, object, string, string, string?]>([
  ['a call', {}, '/', 'void tributary.isIdentified()'],
  ['a link of a mail', {}, '/?_kx=token-ada@example.com', ''],
  ['a command of Google consent mode', {}, '/', `dataLayer.push(['consent', 'default', {}])`],
  ['a call in the array of Klaviyo', {}, '/', `_learnq.push(['isIdentified'])`],
  ['a form', { forms: { path: '/onsite/1/forms.js', integrity: 'sha384-x' } }, '/', ''],
  ['a consent platform', {}, '/', '', '<script>window.__tcfapi = () => {}</script>'],
  ['consent that is assumed, without backfill', { consent: 'assumed' }, '/', ''],
])('%s loads the tracker, once', async (_, config, path, action, html = '') => {
  const tag = '<script async src="https://api.tributary.example/onsite.js?company_id=ABC123&alias=klaviyo"></script>';
  const shop = await openShop(browser, { config: { ...undecided, ...config }, html, tag });
  const page = await shop.open(path);
  await page.evaluate(action);
  await page.waitForFunction('Boolean(tributary._.visitor)');
  await page.evaluate('tributary.account()');
  expect(shop.trackers).toEqual(['?company_id=ABC123&alias=klaviyo&v=1']);
  await shop.close();
});

test('while nobody is known, pages with consent keep what is shown without the tracker, until somebody is', async () => {
  const shop = await openShop(browser);
  const page = await shop.open('/first');
  await pause(page);
  await page.evaluate(`history.pushState({}, '', '/next')`);
  await page.goto(`${shop.shop}/second`);
  await pause(page);
  const kept = `Object.keys(localStorage).filter((key) => key.startsWith('__tb:q')).length`;
  expect([shop.trackers, shop.sent, await page.evaluate(kept), await shop.cookie()]).toEqual([[], [], 3, undefined]);

  await page.goto(`${shop.shop}/third?_kx=token-ada@example.com`);
  await expect
    .poll(() => shop.events().map(({ isBackfill, properties }) => [isBackfill, properties.page, properties.first_page]))
    .toEqual([
      [true, `${shop.shop}/first`, `${shop.shop}/first`],
      [true, `${shop.shop}/next`, `${shop.shop}/first`],
      [true, `${shop.shop}/second`, `${shop.shop}/first`],
      [false, `${shop.shop}/third`, `${shop.shop}/first`],
    ]);
  expect([await page.evaluate(kept), shop.trackers.length]).toEqual([0, 1]);

  // From now on somebody is known: each page loads the tracker.
  await page.goto(`${shop.shop}/fourth`);
  await expect.poll(() => shop.events().length).toBe(5);
  await shop.close();
});

test.each([
  ['its storage has many keys', `for (let n = 0; n < 60; n++) localStorage.setItem('shop' + n, '')`],
  [
    'it blocks storage',
    `Object.defineProperty(window, 'localStorage', { get: () => { throw new Error('blocked'); } })`,
  ],
  ['it denies marketing', `Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })`],
])('a browser keeps nothing without the tracker if %s', async (_, script) => {
  const shop = await openShop(browser);
  await shop.context.addInitScript(script);
  const page = await shop.open();
  await page.waitForFunction('Boolean(tributary._.visitor)');
  expect(shop.trackers.length).toBe(1);
  await shop.close();
});

test('a page with many calls before the tracker is there loses none', async () => {
  const shop = await openShop(browser);
  let arrive = (_: boolean): void => undefined;
  shop.delayTracker(
    new Promise((resolve) => {
      arrive = resolve;
    }),
  );
  const page = await shop.open();
  await page.evaluate(`void ${identify}; for (let n = 0; n < 500; n++) void tributary.track('Counted', { n })`);
  arrive(true);
  await expect.poll(() => shop.events().filter(({ name }) => name === 'Counted').length).toBe(500);
  expect(
    shop
      .events()
      .slice(-500)
      .map(({ properties }) => properties.n),
  ).toEqual(Array.from({ length: 500 }, (_, n) => n));
  await shop.close();
});

test('with consent, what a page did that ended before the tracker came goes with the next page, once', async () => {
  const shop = await openShop(browser);
  shop.delayTracker(new Promise(() => undefined));
  const page = await shop.open('/first');
  const before = Date.now();
  await page.evaluate(`void ${identify}; void tributary.track('Left', { n: 1 })`);
  await page.goto('about:blank');
  expect(shop.sent).toEqual([]);

  shop.delayTracker(Promise.resolve(true));
  await Promise.all([page.goto(`${shop.shop}/second`), shop.open('/third')]);
  await expect.poll(() => shop.events().map(({ name }) => name)).toContain('Left');
  await pause(page);
  const left = shop.events().filter(({ name }) => name === 'Left');
  expect(new Set(left.map(({ uniqueId }) => uniqueId)).size).toBe(1);
  expect(left[0]).toMatchObject({ token: 'token-ada@example.com', properties: { n: 1 } });
  expect(Date.parse(left[0]?.time ?? '') - before).toBeLessThan(500);
  expect(shop.events().map(({ properties }) => properties.page)).toContain(`${shop.shop}/first`);
  expect(await page.evaluate(`Object.keys(localStorage).filter((key) => key.startsWith('__tb:q'))`)).toEqual([]);
  await shop.close();
});

test('what a person left behind does not go to the next person of the device', async () => {
  const shop = await openShop(browser);
  const [page, other] = [await shop.open(), await shop.open('/other')];
  await other.evaluate('tributary.isIdentified()');
  await page.evaluate(identify);
  shop.delayTracker(new Promise(() => undefined));
  await page.reload();
  await page.evaluate(`void tributary.track('By Ada')`);
  await page.goto('about:blank');
  await other.evaluate(`tributary.identify({ email: 'bob@example.com' })`);
  shop.delayTracker(Promise.resolve(true));
  await page.goto(shop.shop);
  await page.evaluate(`tributary.track('By Bob')`);
  await expect.poll(() => shop.events().at(-1)).toMatchObject({ name: 'By Bob', token: 'token-bob@example.com' });
  expect(shop.events().filter(({ name, token }) => name === 'By Ada' && token !== 'token-ada@example.com')).toEqual([]);
  await shop.close();
});

test.each([
  ['undecided', '', 0],
  ['denied', 'void tributary.consent({ analytics: false })', 0],
  ['given', 'void tributary.consent({ analytics: true, marketing: true })', 2],
])('where consent is %s, a page that ends before the tracker came keeps so many keys', async (_, action, count) => {
  const shop = await openShop(browser, { config: undecided });
  shop.delayTracker(new Promise(() => undefined));
  const page = await shop.open();
  await page.evaluate(`void tributary.track('Left'); ${action}`);
  await page.goto(`${shop.shop}/second`);
  expect(await page.evaluate('localStorage.length')).toBe(count);

  // The next page has no consent yet, and then it is denied.
  shop.delayTracker(Promise.resolve(true));
  await page.reload();
  await page.evaluate('tributary.consent({ analytics: false, marketing: false })');
  expect([await stored(page), shop.sent]).toEqual([0, []]);
  await shop.close();
});

test('where the tracker is blocked, nothing waits for it, and calls resolve to false', async () => {
  const shop = await openShop(browser);
  shop.delayTracker(Promise.resolve(false));
  const page = await shop.open();
  expect(await page.evaluate(`Promise.all([${identify}, tributary.track('Lost?')])`)).toEqual([false, false]);
  shop.delayTracker(Promise.resolve(true));
  expect(await page.evaluate('tributary.isIdentified()')).toBe(false);
  await expect.poll(() => shop.events().map(({ name }) => name)).toEqual(['Active on Site', 'Lost?']);
  await shop.close();
});

test('an address in a link is no property of the page', async () => {
  const shop = await openShop(browser);
  await shop.open('/?utm_email=ada%40example.com&utm_source=mail');
  await expect.poll(() => shop.events()).toMatchObject([{ properties: { utm_source: 'mail' } }]);
  expect(shop.events()[0]?.properties).not.toHaveProperty('utm_email');
  await shop.close();
});
