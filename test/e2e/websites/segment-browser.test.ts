import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { installedBrowsers, useBrowser } from '../../support/browsers/installed.ts';
import { profileOf } from '../../support/deployed/http.ts';
import { timeline } from '../../support/deployed/segment/matrix.ts';
import { seenOf } from '../../support/deployed/segment/seen.ts';

const require = createRequire(import.meta.url);
const script = join(dirname(require.resolve('@segment/analytics-next/package.json')), 'dist/umd/index.js');

/** A shop with Segment's script, unmodified, at an origin of its own. */
const serveShop = async () => {
  const server = createServer((request, response) => {
    const isScript = request.url === '/analytics.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html; charset=utf-8' });
    response.end(
      isScript ? readFileSync(script) : '<!doctype html><title>Shop</title><script src="/analytics.js"></script>',
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    origin: `http://localhost:${typeof address === 'object' ? address?.port : ''}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

let shop: Awaited<ReturnType<typeof serveShop>>;
beforeAll(async () => {
  shop = await serveShop();
});
afterAll(() => shop.stop());

/** How the page loads the script: by default it sends each call alone. */
const strategies = {
  'call by call': '{}',
  'in batches': `{ integrations: { 'Segment.io': { deliveryStrategy: { strategy: 'batching', config: { size: 5, timeout: 500 } } } } }`,
};

describe.each(installedBrowsers)('$name', ({ start }) => {
  const browser = useBrowser(start);

  test.each(Object.entries(strategies))("Segment's script sends each of its calls, %s", async (_, options) => {
    const { apiUrl, companyId } = inject('stack');
    const user = crypto.randomUUID();
    const email = `${user}@example.com`;
    const profile = await browser.newProfile();
    const page = await profile.newPage();
    await page.goto(`${shop.origin}/?utm_source=mail&utm_campaign=summer`);
    await page.evaluate(`(async () => {
      const { AnalyticsBrowser } = AnalyticsNext;
      window.analytics = AnalyticsBrowser.load({ writeKey: '${companyId}', cdnURL: '${apiUrl}' }, ${options});
      await analytics.identify('${user}', { email: '${email}', firstName: 'Ada' });
      await analytics.track('Product Viewed', { product_id: 'p-1', name: 'Tea' });
      await analytics.track('Order Completed', { order_id: 'o-1', total: 12.5, currency: 'EUR' });
      await analytics.page('Shop', 'Home');
      await analytics.screen('Shop', 'Cart');
      await analytics.group('g-1', { name: 'Engines' });
      await analytics.alias('${user}');
    })()`);
    const { events } = await seenOf(email, timeline.length);
    expect(events.map(({ metric }) => metric).toSorted()).toEqual(timeline);
    expect(events.find(({ metric }) => metric === 'Placed Order')?.properties).toMatchObject({
      $value: 12.5,
      utm_source: 'mail',
      utm_campaign: 'summer',
      context: { library: { name: 'analytics.js' }, page: { title: 'Shop' } },
    });
    await vi.waitUntil(async () => (await profileOf(email)).attributes.first_name === 'Ada', { timeout: 20_000 });
    // A page claims no user id.
    expect((await profileOf(email)).attributes.external_id).toBeNull();
    await profile.close();
  });
});

test('a preflight allows the headers of the script by name', async () => {
  const { apiUrl } = inject('stack');
  const answer = await fetch(`${apiUrl}/v1/t`, {
    method: 'OPTIONS',
    headers: {
      origin: 'http://localhost:1',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,x-retry-count',
    },
  });
  expect(answer.status).toBeLessThan(300);
  const allowed = answer.headers.get('access-control-allow-headers')?.toLowerCase() ?? '';
  expect(allowed).toMatch(/\bauthorization\b/);
  expect(allowed).toMatch(/\bx-retry-count\b/);
});
