import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, wrongIn } from '../open.ts';
import { newsletter } from './definitions.ts';
import { openShop } from './shop.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const tall = () => '<main style="height:6000px"><h1>Tea</h1></main>';
const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

/** Moves up the page in steps, as a finger does. */
const swipeUp = (page: Page, { from, px, stepMs }: { from: number; px: number; stepMs: number }): Promise<unknown> =>
  page.evaluate(`(async () => {
    for (let moved = 0; moved <= ${px}; moved += 100) {
      scrollTo(0, ${from} - moved);
      await new Promise((resolve) => setTimeout(resolve, ${stepMs}));
    }
  })()`);

test('on a phone, a quick way up counts as leaving; a slow one does not', async () => {
  const shop = await openShop(browser, {
    forms: { Welcome: { ...newsletter, triggers: [{ type: 'exit_intent' }] } },
    html: tall,
    context: phone,
  });
  const page = await shop.open();
  await page.waitForTimeout(800);
  await page.evaluate('scrollTo(0, 3000)');
  await page.waitForTimeout(300);
  const dialog = page.getByRole('dialog');
  await swipeUp(page, { from: 3_000, px: 800, stepMs: 150 });
  await page.waitForTimeout(300);
  expect(await dialog.count()).toBe(0);
  await page.waitForTimeout(300);
  await swipeUp(page, { from: 2_200, px: 600, stepMs: 20 });
  await dialog.waitFor();
  await shop.close();
});

const shapes = ['circle', 'corner', 'rectangle'];
const places = ['top_left', 'bottom_right', 'center_right'];

test.each(shapes)('a teaser in the shape of a %s lies within the window and opens the form', async (shape) => {
  for (const location of places) {
    const teasers = [{ content: '10% off', display_order: 'before', teaser_type: shape, location }];
    const triggers = [{ type: 'delay', properties: { seconds: 3_600 } }];
    const shop = await openShop(browser, { forms: { Welcome: { ...newsletter, teasers, triggers } }, context: phone });
    const page = await shop.open();
    const teaser = page.getByRole('button', { name: '10% off' });
    await teaser.waitFor();
    const { x = -1, y = -1, width = 0, height = 0 } = (await teaser.boundingBox()) ?? {};
    expect(Math.min(x, y), `${shape} ${location}`).toBeGreaterThanOrEqual(0);
    expect(x + width, `${shape} ${location}`).toBeLessThanOrEqual(phone.viewport.width);
    expect(y + height, `${shape} ${location}`).toBeLessThanOrEqual(phone.viewport.height);
    expect(await wrongIn(page), `${shape} ${location}`).toEqual([]);
    await teaser.click();
    await page.getByRole('dialog', { name: 'Welcome' }).waitFor();
    await shop.close();
  }
});

test('on a German page, what no definition has is German, also what the server says', async () => {
  const shop = await openShop(browser, { forms: { Welcome: newsletter }, root: 'lang="de-AT"' });
  const page = await shop.open();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Subscribe' }).click();
  await dialog.getByText('Bitte ausfüllen.').waitFor();
  await dialog.getByLabel('E-mail').fill('ada');
  await dialog.getByRole('button', { name: 'Subscribe' }).click();
  await dialog.getByText('Das ist keine E-Mail-Adresse.').waitFor();
  // Browsers take this for an address; the server does not.
  await dialog.getByLabel('E-mail').fill('ada@example');
  await page.waitForTimeout(500);
  await dialog.getByRole('button', { name: 'Subscribe' }).click();
  await dialog.getByText('Sie sieht aus wie ada@example.com.').waitFor();
  await dialog.getByLabel('E-mail').fill('ada@example.com');
  shop.breakNetwork(true);
  await dialog.getByRole('button', { name: 'Subscribe' }).click();
  await dialog.getByText('Das Senden ist fehlgeschlagen. Bitte noch einmal versuchen.').waitFor();
  await dialog.getByRole('button', { name: 'Schließen' }).click();
  await shop.close();
});
