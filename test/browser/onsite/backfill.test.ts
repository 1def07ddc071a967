import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../open.ts';
import { openShop } from './shop.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const browse = (page: Page, count: number, name = 'Browsed'): Promise<unknown> =>
  page.evaluate(`Promise.all(Array.from({ length: ${count} }, (_, number) => tributary.track('${name}', { number })))`);
const identify = (page: Page, email: string): Promise<unknown> =>
  page.evaluate(`void tributary.identify({ email: '${email}@example.com' })`);
/** How many of our events the browser holds. */
const waiting = (page: Page): Promise<unknown> =>
  page.evaluate(`Object.keys(localStorage).filter((key) => key.startsWith('__tb:e:')).length`);

test('a reload in the middle of a backfill loses and doubles nothing', async () => {
  const shop = await openShop(browser);
  const page = await shop.open();
  await browse(page, 2_300);
  let bulks = 0;
  // The second batch is stored, but its reply never comes.
  shop.answerBy(({ path }) => (path === 'event-bulk-create' && ++bulks === 2 ? { status: 0 } : undefined));
  await identify(page, 'ada');
  await expect.poll(() => bulks).toBe(2);
  await page.reload();
  await expect.poll(() => waiting(page)).toBe(0);
  const events = shop.events().filter(({ name }) => name === 'Browsed');
  const ids = new Set(events.map(({ uniqueId }) => uniqueId));
  expect([events.length, ids.size]).toEqual([2_300 + 1_000, 2_300]);
  expect(new Set(events.map(({ token }) => token))).toEqual(new Set(['token-ada@example.com']));
  await shop.close();
});

test('two tabs send each event of a backfill', async () => {
  const shop = await openShop(browser);
  const [one, other] = [await shop.open(), await shop.open('/other')];
  await Promise.all([browse(one, 700), browse(other, 700)]);
  await Promise.all([identify(one, 'ada'), identify(other, 'ada')]);
  await expect.poll(() => waiting(one)).toBe(0);
  const events = shop.events();
  // A tab can get the lock before it sees what another process removed from storage: it then sends a batch again, and
  // the server stores it once, by its unique ids.
  const seen = new Set<string>();
  const first = events.filter(({ uniqueId }) => !seen.has(uniqueId) && seen.add(uniqueId));
  expect(first.length).toBe(1_402);
  expect(events.length).toBeLessThan(2 * 1_402);
  expect(new Set(events.map(({ token }) => token))).toEqual(new Set(['token-ada@example.com']));
  const times = first.filter(({ isBackfill }) => isBackfill).map(({ time }) => time);
  expect(times).toEqual(times.toSorted());
  await shop.close();
});

test("another person on the same device gets none of the first person's events", async () => {
  const shop = await openShop(browser);
  const page = await shop.open();
  await identify(page, 'ada');
  await expect.poll(() => shop.events().length).toBe(1);
  const before = await shop.cookie();
  // Ada's events are stuck while Bob logs in.
  let isAway = true;
  shop.answerBy(({ path }) => (isAway && path.startsWith('event') ? { status: 503 } : undefined));
  await page.evaluate(`void tributary.track('By Ada')`);
  await identify(page, 'bob');
  await page.evaluate(`void tributary.track('By Bob')`);
  await expect.poll(() => shop.cookie()).not.toEqual(before);
  isAway = false;
  await page.reload();
  await expect.poll(() => waiting(page)).toBe(0);
  const owners = new Set(shop.events().map(({ name, token }) => `${name} ${token}`));
  expect([...owners]).toEqual(expect.arrayContaining(['By Ada token-ada@example.com', 'By Bob token-bob@example.com']));
  expect(owners.has('By Ada token-bob@example.com') || owners.has('By Bob token-ada@example.com')).toBe(false);
  await shop.close();
});

test('offline, events wait, and go when the network is back', async () => {
  const shop = await openShop(browser);
  const page = await shop.open();
  await page.evaluate(`tributary.identify({ email: 'ada@example.com' })`);
  await expect.poll(() => waiting(page)).toBe(0);
  shop.answerBy(() => ({ status: 0 }));
  await shop.context.setOffline(true);
  await page.evaluate(`void (window.offline = tributary.track('Offline'))`);
  await page.waitForTimeout(300);
  expect(await waiting(page)).toBe(1);
  shop.answerBy(() => undefined);
  await shop.context.setOffline(false);
  expect(await page.evaluate('window.offline')).toBe(true);
  expect(shop.events().at(-1)).toMatchObject({ name: 'Offline', token: 'token-ada@example.com' });
  await shop.close();
});

test('where storage is full, the oldest events leave, and the page notices nothing', async () => {
  const shop = await openShop(browser);
  const page = await shop.open();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  await browse(page, 50, 'Old');
  await page.evaluate(`(() => {
    for (let size = 2 ** 22; size >= 1; size /= 2)
      try { for (;;) localStorage.setItem('fill' + localStorage.length, 'x'.repeat(size)); } catch {}
  })()`);
  await browse(page, 5, 'New');
  await identify(page, 'ada');
  await expect.poll(() => waiting(page)).toBe(0);
  await expect.poll(() => shop.events().filter(({ name }) => name === 'New').length).toBe(5);
  expect(shop.events().length).toBeLessThan(56);
  expect(errors).toEqual([]);
  await shop.close();
});

test('where the browser blocks storage and cookies, the visitor lasts as long as the page', async () => {
  const shop = await openShop(browser);
  await shop.context.addInitScript(`for (const name of ['localStorage', 'sessionStorage'])
    Object.defineProperty(window, name, { get: () => { throw new DOMException('blocked', 'SecurityError'); } });
    Object.defineProperty(Document.prototype, 'cookie', { get: () => { throw new DOMException('blocked', 'SecurityError'); } });`);
  const page = await shop.open();
  await page.evaluate(`tributary.track('Anonymous')`);
  await page.evaluate(`tributary.identify({ email: 'ada@example.com' })`);
  await expect.poll(() => shop.events().map(({ name }) => name)).toEqual(['Active on Site', 'Anonymous']);
  expect(await page.evaluate('tributary.isIdentified()')).toBe(true);
  await shop.close();
});
