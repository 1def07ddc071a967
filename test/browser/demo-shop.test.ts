import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consent } from '../../functions/services/consent.ts';
import { events } from '../../functions/services/events.ts';
import { forms } from '../../functions/services/forms.ts';
import { lists } from '../../functions/services/lists.ts';
import { onsite } from '../../functions/services/onsite.ts';
import { profiles } from '../../functions/services/profiles.ts';
import { serveShop } from '../../lib/demo/shop/serve.ts';
import { startApp } from '../support/app.ts';
import { openBrowser, serveApp, wrongIn } from './open.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const service = {
  ...forms,
  routes: {
    ...profiles.routes,
    ...lists.routes,
    ...events.routes,
    ...consent.routes,
    ...onsite.routes,
    ...forms.routes,
  },
};
const person = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

test('the demo shop: consent, a popup that is closed, an embedded form that is sent, a product in the cart', async () => {
  const app = await startApp(service);
  const api = await serveApp({
    ...app,
    // As the gateway answers calls of other origins.
    send: async (method, path, body, headers = {}) => {
      const answer = await app.send(method, path, body, { authorization: '', ...headers, 'accept-encoding': '' });
      return { ...answer, headers: { ...answer.headers, 'access-control-allow-origin': '*' } };
    },
  });
  const stack = {
    apiUrl: api.origin,
    companyId: app.account,
    apiKey: app.key,
    importsBucket: '',
    tableName: '',
    awsEndpoint: '',
    region: '',
  };
  const shop = await serveShop(stack, 0);
  const context = await browser.newContext({ userAgent: person, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', ({ message }) => troubles.push(message));
  await page.goto(shop.url);
  await page.getByRole('button', { name: 'Yes' }).click();
  const popup = page.getByRole('dialog', { name: 'Tea popup' });
  await popup.waitFor();
  expect(await wrongIn(page)).toEqual([]);
  await popup.getByRole('button', { name: 'No, thank you' }).click();
  await page.getByRole('button', { name: '10% off' }).waitFor();

  const footer = page.getByRole('region', { name: 'Tea footer' });
  await footer.getByRole('textbox').fill('ada@example.com');
  await footer.getByRole('checkbox').check();
  await footer.getByRole('button', { name: 'Subscribe' }).click();
  await footer.getByText('Thank you!').waitFor();
  const { body } = await app.get('/api/profiles?filter=equals(email,"ada@example.com")');
  expect(body.data).toHaveLength(1);

  await page.getByRole('link', { name: 'First flush' }).click();
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.getByText('1 × First flush').waitFor();
  const metricsOf = async () => {
    const events = await app.get(`/api/events?filter=equals(profile_id,"${body.data[0].id}")&include=metric`);
    return events.body.included?.map(({ attributes }: { attributes: { name: string } }) => attributes.name) ?? [];
  };
  await expect
    .poll(metricsOf)
    .toEqual(expect.arrayContaining(['Form submitted by profile', 'Viewed Product', 'Added to Cart']));
  expect(await serveShop(stack, 0).then((again) => again.close())).toBeUndefined();
  expect((await app.get('/api/forms')).body.data).toHaveLength(2);
  expect(troubles).toEqual([]);
  await context.close();
  shop.close();
  api.stop();
});
