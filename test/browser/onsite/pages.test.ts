import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumPath } from '../../support/browsers/chromium-path.ts';
import { openBrowser } from '../open.ts';
import { openShop, scripts } from './shop.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const SCRIPT = '/onsite/0123456789abcdef/tracker.js';

/** A shop at `localhost` and its server at `127.0.0.1`: what a page sends as it ends can not be intercepted. */
const serveShop = async (delayMs = 0) => {
  const bodies: string[] = [];
  const config = { company: 'ABC123', path: '/onsite.js', consent: 'assumed', tracking: true, backfill: true };
  const script = scripts().standalone.text;
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === SCRIPT) {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
      return;
    }
    if (pathname === '/client/onsite') {
      response.writeHead(200, { 'access-control-allow-origin': '*' }).end(JSON.stringify(config));
      return;
    }
    if (!pathname.startsWith('/client/')) {
      const tag = `<script src="http://127.0.0.1:${port()}${SCRIPT}?company_id=ABC123"></script>`;
      const contents: Readonly<Record<string, string>> = {
        '/frame': `<iframe src="http://localhost:${port()}/"></iframe>`,
        '/sandbox': `<iframe sandbox="allow-scripts" srcdoc='${tag}'></iframe>`,
        '/away': '<script>setTimeout(() => history.back(), 500)</script>',
      };
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(`<!doctype html><title>Shop</title>${contents[pathname] ?? tag}`);
      return;
    }
    bodies.push(await text(request));
    await new Promise((resolve) => setTimeout(resolve, pathname.includes('event') ? delayMs : 0));
    const meta = pathname.includes('profiles') ? { meta: { exchange_id: 'token' } } : undefined;
    response.writeHead(202, { 'access-control-allow-origin': '*' }).end(meta && JSON.stringify(meta));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = (): string => {
    const address = server.address();
    return typeof address === 'object' ? `${address?.port}` : '';
  };
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { bodies, shop: `http://localhost:${port()}`, other: `http://127.0.0.1:${port()}`, stop };
};

test('a single-page application is active on each of its paths, once', async () => {
  const shop = await openShop(browser);
  const page = await shop.open('/?utm_medium=email');
  await page.evaluate(`tributary.identify({ email: 'ada@example.com' })`);
  await page.evaluate(
    `history.pushState({}, '', '/a'); history.pushState({}, '', '/a?page=2'); history.replaceState({}, '', '/b')`,
  );
  await page.goBack();
  await page.goBack();
  await expect
    .poll(() => shop.events().map(({ properties }) => properties.page))
    .toEqual(['/', '/a', '/b', '/a', '/'].map((path) => `https://www.shop.example${path}`));
  await shop.close();
});

test('the first and the last referrer go along', async () => {
  const shop = await openShop(browser);
  const page = await shop.context.newPage();
  await page.goto(`${shop.shop}/landing`, { referer: 'https://search.example/' });
  await page.click('a');
  await page.waitForURL('**/other', { waitUntil: 'load' });
  await page.evaluate(`tributary.identify({ email: 'ada@example.com' })`);
  await expect.poll(() => shop.events().length).toBe(2);
  expect(shop.events()[1]?.properties).toMatchObject({
    page: `${shop.shop}/other`,
    first_referrer: 'https://search.example/',
    first_page: `${shop.shop}/landing`,
    last_referrer: 'https://search.example/',
  });
  await shop.close();
});

test('it works under a strict Content Security Policy and Trusted Types, and loads only the forms', async () => {
  const policy =
    "default-src 'none'; script-src https://api.tributary.example 'nonce-abc'; connect-src https://api.tributary.example; require-trusted-types-for 'script'; trusted-types tributary";
  const forms = { path: '/onsite/1/forms.js', integrity: 'sha384-x' };
  const shop = await openShop(browser, { headers: { 'content-security-policy': policy }, config: { forms } });
  const violations: string[] = [];
  const page = await shop.context.newPage();
  page.on('console', (message) => violations.push(message.text()));
  const script = page.waitForRequest('**/forms.js');
  await page.goto(shop.shop);
  await script;
  expect(await page.evaluate(`document.querySelector('script[integrity]').src`)).toBe(
    `${shop.server}/onsite/1/forms.js`,
  );
  await page.evaluate(`tributary.identify({ email: 'ada@example.com' })`);
  await expect.poll(() => shop.events().length).toBe(1);
  expect(violations.filter((one) => /Content Security Policy|Trusted/i.test(one))).toEqual([]);
  await shop.close();
});

test('a version with integrity reads its config from the server', async () => {
  const { integrity } = scripts().standalone;
  const tag = `<script async crossorigin integrity="${integrity}" data-company-id="ABC123" src="https://api.tributary.example/onsite/1/tracker.js"></script>`;
  const shop = await openShop(browser, { tag });
  const page = await shop.open();
  await page.waitForFunction('window.tributary && tributary._');
  expect(await page.evaluate('[tributary._.base, Object.isFrozen(tributary._)]')).toEqual([shop.server, true]);
  expect(await page.evaluate(`tributary.identify({ email: 'ada@example.com' })`)).toBe(true);
  await shop.close();
});

test('what is still waiting goes as the page ends, in a request that outlives it', async () => {
  const site = await serveShop(1_000);
  const page = await browser.newPage();
  await page.goto(site.shop);
  await page.evaluate(`tributary.identify({ email: 'ada@example.com' })`);
  // The first is on its way for a second; the second waits for it as the page ends.
  await page.evaluate(`void tributary.track('First'); void tributary.track('Last', { text: 'x'.repeat(10000) })`);
  await page.waitForTimeout(100);
  await page.goto('about:blank');
  await expect.poll(() => site.bodies.some((body) => body.includes('"Last"'))).toBe(true);
  expect(Math.max(...site.bodies.map((body) => body.length))).toBeLessThan(65_536);
  await page.close();
  site.stop();
});

test('a page of the back/forward cache is active again', async () => {
  const site = await serveShop();
  const own = await chromium.launch({
    executablePath: chromiumPath() ?? '',
    args: ['--no-sandbox'],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  const page = await own.newPage();
  await page.goto(site.shop);
  await page.evaluate(`tributary.identify({ email: 'ada@example.com' })`);
  const activities = () => site.bodies.filter((body) => body.includes('Active on Site')).length;
  await expect.poll(activities).toBe(1);
  // Playwright loses sight of pages that come back: the pages go and come back by themselves.
  await page.evaluate(`addEventListener('pageshow', ({ persisted }) => persisted && tributary.track('Came back'));
    setTimeout(() => { location.href = '${site.other}/away'; })`);
  await expect.poll(() => site.bodies.some((body) => body.includes('Came back'))).toBe(true);
  expect(activities()).toBe(2);
  await own.close();
  site.stop();
});

test('in a frame of another site, without cookies, it works as long as the page', async () => {
  const site = await serveShop();
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${site.other}/frame`);
  const frame = page.frames()[1] ?? page.mainFrame();
  await frame.waitForFunction('window.tributary');
  expect(await frame.evaluate(`tributary.identify({ email: 'ada@example.com' })`)).toBe(true);
  expect(await frame.evaluate(`tributary.track('Framed')`)).toBe(true);
  expect(await context.cookies()).toEqual([]);
  await context.close();
  site.stop();
});

test('in a sandboxed frame, where storage, cookies and locks throw, it works as long as the page', async () => {
  const site = await serveShop();
  const page = await browser.newPage();
  await page.goto(`${site.shop}/sandbox`);
  const frame = page.frames()[1] ?? page.mainFrame();
  await frame.waitForFunction('window.tributary');
  expect(await frame.evaluate(`tributary.identify({ email: 'ada@example.com' })`)).toBe(true);
  expect(await frame.evaluate(`tributary.track('Sandboxed')`)).toBe(true);
  await page.close();
  site.stop();
});
