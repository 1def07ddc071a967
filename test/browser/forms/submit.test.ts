import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, wrongIn } from '../open.ts';
import { newsletter } from './definitions.ts';
import { openShop } from './shop.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test('a popup takes an address, sends it and thanks', async () => {
  const shop = await openShop(browser, { forms: { welcome: { ...newsletter, type: 'popup' } } });
  const page = await shop.open('/?utm_source=news');
  const dialog = page.getByRole('dialog', { name: 'welcome' });
  await dialog.waitFor();
  expect(await wrongIn(page)).toEqual([]);

  await page.keyboard.press('Tab');
  await page.keyboard.type('ada@example');
  await page.keyboard.press('Enter');
  await dialog.getByText('Thank you!').waitFor();
  expect(await wrongIn(page)).toEqual([]);
  const [submission, ...others] = shop.submissions();
  expect(others).toEqual([]);
  expect(submission).toEqual({
    step: 'start',
    button: 'send',
    submission_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    is_last: true,
    is_unique: true,
    fields: { $email: 'ada@example' },
    page: 'http://shop.localhost/?utm_source=news',
    device: 'desktop',
    elapsed_ms: expect.any(Number),
    website: '',
    anonymous_id: expect.any(String),
    signals: {},
  });
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await shop.close();
});
