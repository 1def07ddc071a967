import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { personWith } from '../domains/consent/people.ts';
import { button, email, field, options, phone, step, text, version } from '../domains/forms/parts.ts';
import { CHROME, startLive } from '../domains/forms/submit.ts';
import { openBrowser, openTab, serveApp, wrongIn } from './open.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const signUp = version([
  step(
    text('<h1>Ten percent off</h1><p>I agree to mails. <a href="https://shop.example/privacy">Privacy</a></p>'),
    email({ required: true }),
    phone({ label: 'Phone' }),
    field('dropdown', 'Size', { options: options('s', 'm') }),
    field('radio_buttons', 'Color', { options: options('red', 'blue') }),
    field('checkboxes', 'Interests', { options: options('hats', 'shoes') }),
    field('date', 'Birthday', { date_format: 'DD.MM.' }),
    { type: 'promotional_email_checkbox', properties: { checkbox_text: 'Send me mails.' } },
    button('next_step', { label: 'Join' }),
  ),
  step(text('<h2>Welcome</h2>'), button('redirect', { properties: { url: 'https://shop.example/' }, submit: false })),
]);

test.each([
  { colorScheme: 'light', viewport: { width: 360, height: 740 } },
  { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
] as const)('a form without scripts has no problem of accessibility, $colorScheme, and is sent', async (look) => {
  const site = await serveApp(await startLive(signUp));
  const { page } = await openTab(browser, site, { ...look, userAgent: CHROME });
  const check = async () => {
    expect(await wrongIn(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  };
  await page.goto(`/pages/forms/${site.account}/${site.form}`);
  await check();
  await page.getByLabel('E-mail').fill('ada@example');
  await page.getByLabel('Phone').fill('123');
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('alert').waitFor();
  await check();
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByLabel('Phone').fill('');
  await page.getByLabel('BLUE').check();
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('heading', { name: 'Welcome', level: 2 }).waitFor();
  await check();
  const person = await personWith({ email: 'ada@example.com' }, site.context());
  expect(person.properties).toEqual({ Color: 'blue' });
  site.stop();
});
