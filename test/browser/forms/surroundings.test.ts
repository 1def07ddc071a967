import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, wrongIn } from '../open.ts';
import { button, emailField, newsletter, step, text } from './definitions.ts';
import { openShop } from './shop.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const SERVER = 'https://api.tributary.example';
/** A style of a part of the form that is shown. */
const styleOf = (page: Page, selector: string, name: string): Promise<unknown> =>
  page.evaluate(
    `getComputedStyle(document.querySelector('[data-tributary-shown]').shadowRoot.querySelector('${selector}')).${name}`,
  );

/** As strict as a page can be that loads the script at all. */
const policy = [
  `default-src 'none'`,
  `script-src ${SERVER}`,
  `connect-src ${SERVER}`,
  `style-src 'none'`,
  `base-uri 'none'`,
  `require-trusted-types-for 'script'`,
  'trusted-types tributary',
].join('; ');

test('forms work under a strict Content Security Policy and Trusted Types', async () => {
  const colored = {
    ...newsletter,
    styles: { background_color: '#102030', rich_text_styles: { body: { text_color: '#fafafa' } }, custom_width: 333 },
  };
  const shop = await openShop(browser, {
    forms: { Welcome: colored },
    headers: { 'content-security-policy': policy },
  });
  const page = await shop.open();
  const dialog = page.getByRole('dialog', { name: 'Welcome' });
  await dialog.waitFor();
  expect(await styleOf(page, '.card', 'backgroundColor')).toBe('rgb(16, 32, 48)');
  expect(await styleOf(page, '.card', 'width')).toBe('333px');
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.waitForTimeout(600);
  await page.keyboard.press('Enter');
  await page.getByText('Thank you!').waitFor();
  expect(shop.troubles).toEqual([]);
  await shop.close();
});

test.each(['ltr', 'rtl'])('the cross is at the side that the definition names, in a page written %s', async (dir) => {
  for (const position of ['left', 'right'] as const)
    for (const type of ['popup', 'banner'] as const) {
      const styles = { close_button: { position, stroke: 5, margin: { top: 10 } } };
      const shop = await openShop(browser, {
        forms: { Welcome: { ...newsletter, type, styles } },
        root: `lang="en" dir="${dir}"`,
        context: { reducedMotion: 'reduce' },
      });
      const page = await shop.open();
      const cross = await page.getByRole('button', { name: 'Close' }).boundingBox();
      const card = await page.locator('[data-tributary-shown] .card').boundingBox();
      if (!cross || !card) throw new Error('Not shown.');
      expect(position === 'left' ? cross.x - card.x : card.x + card.width - cross.x - cross.width).toBe(6);
      expect(cross.y - card.y).toBe(16);
      expect(await styleOf(page, '.x svg', 'strokeWidth')).toBe('5px');
      expect(await wrongIn(page)).toEqual([]);
      await shop.close();
    }
});

test('the keyboard alone: a dialog keeps the focus, closes by Escape, and gives the focus back', async () => {
  const never = [{ type: 'delay', properties: { seconds: 3_600 } }];
  const shop = await openShop(browser, {
    forms: { Welcome: { ...newsletter, triggers: never } },
    html: ({ Welcome }) =>
      `<main><h1>Tea</h1><button onclick="tributary.openForm('${Welcome}')">News</button><a href="/other">Other</a></main>`,
  });
  const page = await shop.open();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  const names: unknown[] = [];
  for (let press = 0; press < 8; press++) {
    await page.keyboard.press('Tab');
    names.push(await page.evaluate(`document.querySelector('[data-tributary-shown]').shadowRoot.activeElement?.type`));
    expect(await page.evaluate(`document.activeElement.closest('main')`)).toBeNull();
  }
  expect(names).toEqual(expect.arrayContaining(['email', 'submit', 'button']));
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(await page.evaluate('document.activeElement.textContent')).toBe('News');
  await shop.close();
});

test('a window at the side leaves the focus where it is, and a press outside closes a dialog', async () => {
  const shop = await openShop(browser, {
    forms: {
      Popup: newsletter,
      Side: { ...newsletter, type: 'flyout', triggers: [{ type: 'delay', properties: { seconds: 3_600 } }] },
    },
    html: ({ Side }) =>
      `<main><h1>Tea</h1><input id="search" aria-label="Search" oninput="tributary.openForm('${Side}')"></main>`,
  });
  const page = await shop.open();
  await page.getByRole('dialog').waitFor();
  await page.mouse.click(5, 300);
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByLabel('Search').pressSequentially('tea');
  await page.getByRole('region', { name: 'Side' }).waitFor();
  expect(await page.evaluate('document.activeElement.id')).toBe('search');
  await shop.close();
});

test('on a page from right to left the form is, too; it is usable at 320 pixels, and does not move', async () => {
  const shop = await openShop(browser, {
    forms: { Welcome: { ...newsletter, type: 'flyout' } },
    root: 'lang="ar" dir="rtl"',
    context: { viewport: { width: 320, height: 480 }, reducedMotion: 'reduce' },
  });
  const page = await shop.open();
  const side = page.getByRole('region', { name: 'Welcome' });
  await side.waitFor();
  const box = async (name: string) => {
    const found = await side.getByRole('button', { name }).boundingBox();
    if (!found) throw new Error(`There is no ${name}.`);
    return found;
  };
  expect((await box('Close')).x).toBeLessThan(60);
  expect(await styleOf(page, '.flyout', 'direction')).toBe('rtl');
  expect(await styleOf(page, '.flyout', 'animationName')).toBe('none');
  const { x, width, height } = await box('Subscribe');
  expect([x >= 0, x + width <= 320, height >= 44]).toEqual([true, true, true]);
  expect(await wrongIn(page)).toEqual([]);
  await shop.close();
});

test('styles of the page do not reach into a form, and the page can set its accent', async () => {
  const shop = await openShop(browser, {
    forms: { Welcome: newsletter },
    html: () =>
      '<style>button,input,h2{display:none!important;color:red!important}:root{--tributary-accent:rgb(0, 90, 60)}</style><main><h1>Tea</h1></main>',
  });
  const page = await shop.open();
  const send = page.getByRole('button', { name: 'Subscribe' });
  await send.waitFor();
  expect(await styleOf(page, '.button', 'backgroundColor')).toBe('rgb(0, 90, 60)');
  await shop.close();
});

test('a button leads to an address of the web, and a form in a frame of another origin works', async () => {
  const redirect = { type: 'redirect', submit: true, properties: { url: 'https://www.shop.example/thanks' } };
  const steps = [step('start', text('hello', '<p>News</p>'), emailField, button('send', 'Send', redirect))];
  const shop = await openShop(browser, {
    forms: { Welcome: { steps, type: 'embed' } },
    html: ({ Welcome }) => `<main><h1>Tea</h1><div data-tributary-form="${Welcome}"></div></main>`,
  });
  await shop.context.route('https://other.example/**', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<iframe src="${shop.shop}/framed"></iframe>` }),
  );
  const page = await shop.context.newPage();
  await page.goto('https://other.example/');
  const frame = page.frameLocator('iframe');
  await frame.getByLabel('E-mail').fill('ada@example.com');
  await page.waitForTimeout(600);
  await frame.getByRole('button', { name: 'Send' }).click();
  await expect.poll(() => page.frames().map((one) => one.url())).toContain('https://www.shop.example/thanks');
  expect(shop.submissions()).toHaveLength(1);
  await shop.close();
});
