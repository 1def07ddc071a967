import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../open.ts';
import { openShop } from './shop.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const require = createRequire(import.meta.url);
const folder = join(dirname(require.resolve('@segment/analytics-next/package.json')), 'dist/umd');
const settings = {
  integrations: { 'Segment.io': { apiKey: 'KEY', unbundledIntegrations: [], addBundledMetadata: true } },
  plan: { track: { __default: { enabled: true, integrations: {} } } },
};

test("Segment's script on the same page works as it does alone, and so does ours", async () => {
  const html = `<script>
    window.analytics = [];
    analytics._writeKey = 'KEY';
    analytics._cdn = 'https://cdn.segment.com';
  </script><script src="https://cdn.segment.com/analytics.js"></script>`;
  const shop = await openShop(browser, { html });
  const segment: { readonly type: string; readonly event?: string }[] = [];
  await shop.context.route('https://cdn.segment.com/**', (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname.endsWith('/settings'))
      return route.fulfill({ json: settings, headers: { 'access-control-allow-origin': '*' } });
    const file = pathname === '/analytics.js' ? 'standalone.js' : (pathname.split('/').at(-1) ?? '');
    return route.fulfill({ contentType: 'text/javascript', body: readFileSync(join(folder, file), 'utf8') });
  });
  await shop.context.route('https://api.segment.io/**', (route) => {
    segment.push(JSON.parse(route.request().postData() ?? '{}'));
    return route.fulfill({ json: { success: true }, headers: { 'access-control-allow-origin': '*' } });
  });

  const page = await shop.open();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  await page.waitForFunction('window.analytics?.initialized');
  await page.evaluate(`Promise.all([analytics.page(), analytics.identify('u1', { email: 'ada@example.com' }),
    tributary.identify({ email: 'ada@example.com' })])`);
  await page.evaluate(`Promise.all([analytics.track('Theirs'), tributary.track('Ours')])`);
  await page.evaluate(`history.pushState({}, '', '/next')`);

  await expect.poll(() => segment.map(({ type, event }) => event ?? type)).toEqual(['page', 'identify', 'Theirs']);
  await expect
    .poll(() => shop.events().map(({ name, properties }) => [name, properties.page]))
    .toEqual([
      ['Active on Site', 'https://www.shop.example/'],
      ['Ours', undefined],
      ['Active on Site', 'https://www.shop.example/next'],
    ]);
  const keys = await page.evaluate(
    `[...Object.keys(localStorage), ...document.cookie.split('; ').map((one) => one.split('=')[0])]`,
  );
  expect(keys).toEqual(expect.arrayContaining(['ajs_user_id', 'ajs_anonymous_id', '__tb_id']));
  expect(errors).toEqual([]);
  await shop.close();
});
