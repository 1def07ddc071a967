import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allServices } from '../../functions/services.ts';
import { openapi } from '../../lib/openapi/openapi.ts';
import { policy } from '../../lib/reference/page.ts';
import { serveReference } from '../../lib/reference/serve.ts';
import { writeReference } from '../../lib/reference/write.ts';
import { serveLocally } from '../support/servers/serve-locally.ts';
import { openBrowser, openTab } from './open.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const document = openapi(allServices);
const operationsOf = (services: typeof allServices): number =>
  services.flatMap(({ routes }) => Object.keys(routes)).length;

/** As `npm start` serves it: the page beside the API. */
const serve = (): Promise<string> =>
  serveLocally((request, response) => {
    if (serveReference(request, response)) return;
    const isDocument = request.url === '/openapi.json';
    response.writeHead(isDocument ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isDocument ? document : {}));
  });

/** Shows this number of operations, and the example of the opened one. */
const read = async (page: Page, operations: number): Promise<void> => {
  await page.getByText('/api/events', { exact: true }).first().waitFor();
  expect(await page.locator('.opblock').count()).toBe(operations);
  await page.locator('#operations-events-createEvent').getByRole('button').first().click();
  await page.getByText('"Placed Order"').first().waitFor();
};

test('the reference shows every operation with its example, requests nothing else, and obeys its content policy', async () => {
  const origin = await serve();
  const { page, troubles, close } = await openTab(browser, { origin });
  const answer = await page.goto('/docs');
  expect(page.url()).toBe(`${origin}/docs/`);
  expect(answer?.headers()['content-security-policy']).toBe(policy);
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
  await read(page, operationsOf(allServices));
  const shots = process.env.SCREENSHOTS;
  if (shots) await page.screenshot({ path: join(shots, 'reference.png') });
  expect(troubles).toEqual([]);
  await close();
});

test('works without a server when written into a folder', async () => {
  const out = mkdtempSync(join(tmpdir(), 'reference-'));
  // Swagger UI takes seconds for the whole document.
  const some = allServices.filter(({ name }) => name === 'events');
  writeReference(openapi(some), { out, server: 'https://api.shop.example' });
  const { page, troubles, close } = await openTab(browser, { origin: 'file://' });
  await page.goto(pathToFileURL(join(out, 'index.html')).href);
  await read(page, operationsOf(some));
  expect(await page.getByText('https://api.shop.example').count()).toBeGreaterThan(0);
  expect(troubles).toEqual([]);
  await close();
});

test('paths outside of the reference belong to the API', async () => {
  const origin = await serve();
  for (const path of ['/docs/nothing', '/docs/__proto__', '/docs/../package.json', '/docsx', '/api/events'])
    expect((await fetch(origin + path)).status).toBe(404);
  expect((await fetch(`${origin}/docs/`, { method: 'POST' })).status).toBe(404);
  expect((await fetch(`${origin}/docs/`, { method: 'HEAD' })).status).toBe(200);
});
