import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeAccount } from '../../../functions/domains/accounts/actions.ts';
import { events } from '../../../functions/services/events.ts';
import { onsite } from '../../../functions/services/onsite.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { startApp } from '../../support/app.ts';
import { openBrowser } from '../open.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const API = 'https://api.tributary.example';
const SHOP = 'https://www.shop.example';

/** The real routes of the scripts, of profiles and of events, behind the browser's network. */
const openShop = async () => {
  const service = { ...onsite, routes: { ...onsite.routes, ...profiles.routes, ...events.routes } };
  const app = await startApp(service, { now: new Date() });
  await changeAccount(app.account, { trackingConsent: 'assumed', anonymousBackfill: 'on' }, app.services);
  const context = await browser.newContext({
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  });
  await context.route(`${SHOP}/**`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><title>Shop</title><script async src="${API}/onsite.js?company_id=${app.account}"></script>`,
    }),
  );
  const refused: string[] = [];
  await context.route(`${API}/**`, async (route) => {
    const request = route.request();
    const url = request.url().slice(API.length);
    const headers = { ...(await request.allHeaders()), authorization: '', 'accept-encoding': 'identity' };
    const answer = await app.send(request.method(), url, request.postData() ?? undefined, headers);
    if (answer.status >= 300) refused.push(url.split('?')[0] ?? '');
    await route.fulfill({ status: answer.status, headers: answer.headers, body: answer.text });
  });
  const page = await context.newPage();
  await page.goto(SHOP);
  await page.waitForFunction('window.tributary && tributary._');
  return { app, page, refused, close: () => context.close() };
};

test('the server stores whom a visitor claims to be, and what they did before and after, once', async () => {
  const { app, page, refused, close } = await openShop();
  await page.evaluate(`tributary.track('Viewed Page')`);
  expect(await page.evaluate(`tributary.identify({ $email: 'ada@example.com', first_name: 'Ada' })`)).toBe(true);
  expect(await page.evaluate('tributary.isIdentified()')).toBe(true);
  expect(await page.evaluate(`tributary.track('Signed Up', { $value: 5 })`)).toBe(true);

  const { body } = await app.send('GET', `/api/events?include=profile,metric&sort=datetime`);
  const document = JSON.parse(JSON.stringify(body));
  const names = document.included.filter(({ type }: { type: string }) => type === 'metric');
  expect(names.map(({ attributes }: { attributes: { name: string } }) => attributes.name).sort()).toEqual([
    'Active on Site',
    'Signed Up',
    'Viewed Page',
  ]);
  expect(document.data).toHaveLength(3);
  const people = document.included.filter(({ type }: { type: string }) => type === 'profile');
  expect(people.map(({ attributes }: { attributes: { email: string } }) => attributes.email)).toEqual([
    'ada@example.com',
  ]);
  // The forms are another service.
  expect(refused.filter((path) => path !== '/client/forms')).toEqual([]);
  await close();
});
