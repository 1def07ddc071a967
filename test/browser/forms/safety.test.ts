import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../open.ts';
import {
  button,
  consentField,
  emailField,
  field,
  newsletter,
  step,
  submitButton,
  success,
  text,
} from './definitions.ts';
import { openShop } from './shop.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** Bots are faster than this. */
const HUMAN_MS = 600;

test('a script in any text of a form stays text, and an address that is none opens nothing', async () => {
  const evil = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>';
  const shop = await openShop(browser, {
    forms: {
      [evil]: {
        steps: [
          {
            ...step(
              'start',
              text('hello', `${evil}<a href="javascript:window.hit=1">press</a><b onclick="window.hit=1">bold</b>`),
              { id: 'email', type: 'email', properties: { label: evil, placeholder: evil, required: true } },
              field('dropdown', 'choice', { label: evil, options: [{ label: evil, value: evil }] }),
              field('checkboxes', 'many', { label: evil, options: [{ label: evil, value: evil }] }),
              consentField({ checkbox_text: evil, required: true, error_messages: { required: evil } }),
              button('send', evil, { type: 'close', submit: true }),
            ),
            name: evil,
          },
        ],
        properties: { accessible_name: evil },
        teasers: [{ content: `<b>${evil}teaser</b>`, display_order: 'after' }],
      },
    },
  });
  const page = await shop.open();
  await page.getByRole('dialog').waitFor();
  await page.getByText('press').click();
  await page.getByText('bold').click();
  await page.getByRole('button', { name: evil }).click();
  await page.getByRole('checkbox').last().hover();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'teaser' }).waitFor();
  expect(await page.evaluate('window.hit')).toBeUndefined();
  await shop.close();
});

test('the browser checks again what the server sends: no script runs and nothing is loaded', async () => {
  const redirect = { type: 'redirect', submit: false, properties: { url: 'https://www.shop.example/safe' } };
  const steps = [
    step('start', text('hello', '<p>News</p>'), emailField, submitButton, button('go', 'Go', redirect)),
    success,
  ];
  const shop = await openShop(browser, { forms: { Welcome: { steps } } });
  const { body } = await shop.get(`/client/forms?company_id=${shop.account}`);
  const evil = {
    tag: 'a',
    attrs: { href: 'javascript:window.hit=1', onclick: 'window.hit=1' },
    style: { background: 'url(https://evil.example/a)', color: 'red;}' },
    children: ['press', { tag: 'script', children: ['window.hit=1'] }, { tag: 'iframe', children: [] }],
  };
  const altered = JSON.stringify(body)
    .replace('https://www.shop.example/safe', 'javascript:window.hit=1')
    .replace('{"tag":"p","children":["News"]}', JSON.stringify(evil))
    .replace('"definition":{', '"definition":{"styles":{"background_color":"url(https://evil.example/b)"},');
  expect(altered).toContain('javascript:window.hit=1');
  await shop.context.route('**/client/forms?**', (route) =>
    route.fulfill({
      contentType: 'application/json',
      headers: { 'access-control-allow-origin': '*' },
      body: altered,
    }),
  );
  const requests: string[] = [];
  shop.context.on('request', (request) => requests.push(request.url()));
  const page = await shop.open();
  await page.getByText('press').click();
  await page.getByRole('button', { name: 'Go' }).click();
  await page.waitForTimeout(300);
  expect(await page.evaluate('window.hit')).toBeUndefined();
  expect(page.url()).toBe('https://www.shop.example/');
  expect(requests.filter((url) => url.includes('evil'))).toEqual([]);
  expect(
    await page.evaluate(`document.querySelector('[data-tributary-shown]').shadowRoot.querySelector('iframe,script')`),
  ).toBeNull();
  await shop.close();
});

test('before consent a form is sent, and nothing is kept', async () => {
  const shop = await openShop(browser, { forms: { Welcome: newsletter }, account: { trackingConsent: 'required' } });
  const page = await shop.open();
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.waitForTimeout(HUMAN_MS);
  await page.keyboard.press('Enter');
  await page.getByText('Thank you!').waitFor();
  await page.keyboard.press('Escape');
  const [submission] = shop.submissions();
  expect(submission).not.toHaveProperty('anonymous_id');
  expect(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')).toEqual([0, 0, '']);
  await shop.close();
});
