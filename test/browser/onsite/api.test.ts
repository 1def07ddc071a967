import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../open.ts';
import { openShop, tagOf } from './shop.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** The snippet of the docs. */
const stub = (name: string, queue: string): string => `<script>
  window.${name} = window.${name} || new Proxy({}, { get: (_, method) => (...args) => {
    window.${queue} = window.${queue} || [];
    if (method === 'push') return window.${queue}.push(...args);
    const callback = typeof args[args.length - 1] === 'function' && args.pop();
    return new Promise((resolve) => window.${queue}.push([method, ...args, (value) => { callback && callback(value); resolve(value); }]));
  } });
</script>`;

test('calls before the script is there run later, with their promises and callbacks', async () => {
  const before = `<script>
    tributary.identify({ email: 'ada@example.com' }, (value) => { window.called = value; });
    tributary.track('Early').then((value) => { window.tracked = value; });
    tributary.push(['track', 'Pushed', { a: 1 }]);
  </script>`;
  const shop = await openShop(browser, { tag: stub('tributary', '_tributary') + before + tagOf() });
  const page = await shop.open();
  await expect.poll(() => page.evaluate('[window.called, window.tracked]')).toEqual([true, true]);
  await page.evaluate(`_tributary.push(['track', 'Late'])`);
  await expect.poll(() => shop.events().map(({ name }) => name)).toEqual(['Active on Site', 'Early', 'Pushed', 'Late']);
  await shop.close();
});

test("a shop's calls of the klaviyo object go on working with the alias, also those of _learnq", async () => {
  const before = `<script>
    klaviyo.identify({ $email: 'ada@example.com', $first_name: 'Ada', $id: '7', $address1: 'Main St 1', Plan: 'Gold' });
    var _learnq = _learnq || [];
    _learnq.push(['track', 'Old', { $value: 3, $event_id: 'once' }]);
    _learnq.push(['account', (value) => { window.account = value; }]);
  </script>`;
  const shop = await openShop(browser, { tag: stub('klaviyo', '_klOnsite') + before + tagOf('&alias=klaviyo') });
  const page = await shop.open();
  await expect
    .poll(() => shop.events())
    .toMatchObject([{}, { name: 'Old', uniqueId: 'once', properties: { $value: 3 } }]);
  expect(JSON.parse(shop.sent[0]?.body ?? '').data.attributes).toMatchObject({
    email: 'ada@example.com',
    first_name: 'Ada',
    external_id: '7',
    location: { address1: 'Main St 1' },
    properties: { Plan: 'Gold' },
  });
  expect(await page.evaluate('[window.account, klaviyo === tributary]')).toEqual(['ABC123', true]);
  await shop.close();
});

test("without the alias, Klaviyo's own globals stay as they are", async () => {
  const shop = await openShop(browser, {
    html: '<script>var _learnq = [["track", "Theirs"]]; var klaviyo = {};</script>',
  });
  const page = await shop.open();
  await page.evaluate(`tributary.identify({ email: 'ada@example.com' })`);
  expect(await page.evaluate('[_learnq.length, Object.keys(klaviyo)]')).toEqual([1, []]);
  await shop.close();
});

test('a product that was viewed is one event, with the items viewed before', async () => {
  const shop = await openShop(browser);
  const page = await shop.open();
  await page.evaluate(`tributary.identify({ email: 'ada@example.com' })`);
  const item = (id: number) => `{ Title: 'Shoe ${id}', ItemId: ${id}, Url: '/${id}', Metadata: { Price: ${id} } }`;
  await page.evaluate(
    `tributary.track('Viewed Product', { ProductID: 1, Color: 'red' }); tributary.trackViewedItem(${item(1)})`,
  );
  await page.evaluate(
    `tributary.trackViewedItem(${item(2)}); tributary.track('Viewed Product', { ProductID: 2, Color: 'blue' })`,
  );
  await page.evaluate(`tributary.trackViewedItem(${item(3)})`);
  await expect.poll(() => shop.events().length).toBe(4);
  await page.waitForTimeout(400);
  const views = shop.events().filter(({ name }) => name === 'Viewed Product');
  expect(views.map(({ properties }) => properties)).toMatchObject([
    { ProductID: 1, Color: 'red' },
    { ProductID: 2, Color: 'blue', RecentlyViewedItems: [{ ItemId: 2 }, { ItemId: 1 }] },
    {
      ProductID: 3,
      ProductName: 'Shoe 3',
      URL: '/3',
      Price: 3,
      RecentlyViewedItems: [{ ItemId: 3 }, { ItemId: 2 }, { ItemId: 1 }],
    },
  ]);
  await shop.close();
});

test('at most twenty viewed items are kept, and none after thirty days', async () => {
  const shop = await openShop(browser);
  const page = await shop.open();
  await page.evaluate(`Promise.all(Array.from({ length: 25 }, (_, i) => tributary.trackViewedItem({ ItemId: i })))`);
  const ids = `JSON.parse(localStorage.getItem('__tb:v')).map(({ ItemId }) => ItemId)`;
  expect(await page.evaluate(ids)).toEqual(Array.from({ length: 20 }, (_, i) => 24 - i));
  await page.clock.setFixedTime(Date.now() + 31 * 86_400_000);
  await page.evaluate(`tributary.trackViewedItem({ ItemId: 'new' })`);
  expect(await page.evaluate(ids)).toEqual(['new']);
  await shop.close();
});

test('whatever it is called with, nothing throws into the page', async () => {
  const shop = await openShop(browser);
  const page = await shop.open();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  const calls = `const ring = {}; ring.ring = ring; Promise.all([
    tributary.track(), tributary.track(5, 5), tributary.track('Ring', ring), tributary.identify(), tributary.identify(null),
    tributary.identify('x'), tributary.identify(ring), tributary.identify({ first_name: 'Ada' }), tributary.push('x', null, ['nothing'], []),
  ])`;
  expect(await page.evaluate(calls)).toEqual([false, false, false, false, false, false, false, false, undefined]);
  expect(await page.evaluate(`tributary.identify({ email: 'ada@example.com' })`)).toBe(true);
  expect(errors).toEqual([]);
  await shop.close();
});

test('a shop that says on each page who is logged in costs one request', async () => {
  const shop = await openShop(browser, {
    html: `<script>onload = () => tributary.identify({ email: 'ada@example.com' }).then((value) => { window.known = value; });</script>`,
  });
  const page = await shop.open();
  await page.waitForFunction('window.known');
  await page.reload();
  await page.waitForFunction('window.known');
  expect(shop.sent.filter(({ path }) => path === 'profiles')).toHaveLength(1);
  await shop.close();
});
