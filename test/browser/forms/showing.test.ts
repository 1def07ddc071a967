import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../open.ts';
import { button, newsletter, step, text } from './definitions.ts';
import { openShop } from './shop.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const tall = () => '<main style="height:4000px"><h1>Tea</h1></main>';
const withTriggers = (triggers: readonly object[], properties: object = {}) => ({
  ...newsletter,
  properties,
  triggers,
});

test('a form waits for all its moments, or for the first', async () => {
  const moments = [{ type: 'scroll_percentage', properties: { percentage: 50 } }, { type: 'exit_intent' }];
  for (const rule of ['all', 'any'] as const) {
    const shop = await openShop(browser, {
      forms: { Welcome: withTriggers(moments, { rule_based_trigger_evaluation: rule }) },
      html: tall,
    });
    const page = await shop.open();
    await page.waitForResponse(/client\/forms/).catch(() => undefined);
    await page.waitForTimeout(500);
    const dialog = page.getByRole('dialog');
    expect(await dialog.count()).toBe(0);
    await page.evaluate('scrollTo(0, 2500)');
    await page.waitForTimeout(200);
    expect(await dialog.count()).toBe(rule === 'any' ? 1 : 0);
    await page.evaluate(`document.dispatchEvent(new MouseEvent('mouseout', { clientY: -1 }))`);
    await dialog.waitFor();
    await shop.close();
  }
}, 30_000);

test('a form is shown on its pages, after so many pages, and on its devices', async () => {
  const shop = await openShop(browser, {
    forms: {
      Checkout: withTriggers([
        { type: 'url_patterns', properties: { allow_list: ['*/sale/*'], deny_list: ['secret'] } },
      ]),
      Phones: withTriggers([{ type: 'device', properties: { device: 'mobile' } }]),
      Third: { ...withTriggers([{ type: 'page_visits', properties: { pages: 3 } }]), type: 'flyout' },
    },
  });
  const page = await shop.open('/sale/tea');
  await page.getByRole('dialog', { name: 'Checkout' }).waitFor();
  await page.goto(`${shop.shop}/sale/secret`);
  await page.waitForTimeout(1_000);
  expect(await page.getByRole('dialog').count()).toBe(0);
  await page.goto(`${shop.shop}/`);
  await page.getByRole('region', { name: 'Third' }).waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);
  await shop.close();
});

test('a single-page application shows forms of the path that it goes to', async () => {
  const shop = await openShop(browser, {
    forms: { Sale: withTriggers([{ type: 'url_patterns', properties: { allow_list: ['*/sale*'] } }]) },
  });
  const page = await shop.open();
  await page.waitForTimeout(800);
  expect(await page.getByRole('dialog').count()).toBe(0);
  await page.evaluate(`history.pushState({}, '', '/sale')`);
  await page.getByRole('dialog', { name: 'Sale' }).waitFor();
  await shop.close();
});

test('a closed form stays away for its time and leaves a teaser, which opens it', async () => {
  const shop = await openShop(browser, {
    forms: {
      Welcome: {
        ...withTriggers([{ type: 'after_close_or_submit_timeout', properties: { timeout_days: 5 } }]),
        teasers: [{ content: 'Ten percent', display_order: 'after' }],
      },
    },
    context: { reducedMotion: 'reduce' },
  });
  const page = await shop.open();
  const dialog = page.getByRole('dialog', { name: 'Welcome' });
  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.goto(`${shop.shop}/other`);
  const teaser = page.getByRole('button', { name: 'Ten percent' });
  await teaser.click();
  await dialog.waitFor();
  await page.keyboard.press('Escape');
  await teaser.waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.goto(`${shop.shop}/`);
  await page.waitForTimeout(800);
  expect([await dialog.count(), await teaser.count()]).toEqual([0, 0]);

  await page.evaluate(`for (const key of Object.keys(localStorage)) if (key.includes('f:'))
    localStorage.setItem(key, JSON.stringify({ closed: Date.now() - 6 * 86_400_000 }))`);
  await page.goto(`${shop.shop}/`);
  await dialog.waitFor();
  await shop.close();
});

test('forms for known and for unknown visitors, and for those who did not submit', async () => {
  const shop = await openShop(browser, {
    forms: {
      Known: withTriggers([{ type: 'identified_profiles' }]),
      Unknown: withTriggers([{ type: 'unidentified_profiles' }]),
    },
  });
  const page = await shop.open();
  await page.getByRole('dialog', { name: 'Unknown' }).waitFor();
  expect(await page.evaluate(`tributary.identify({ email: 'ada@example.com' })`)).toBe(true);
  await page.goto(`${shop.shop}/`);
  await page.getByRole('dialog', { name: 'Known' }).waitFor();
  await shop.close();
});

test('the page’s script opens a form, and a form opens another', async () => {
  const never = [{ type: 'delay', properties: { seconds: 3_600 } }];
  const shop = await openShop(browser, { forms: { Second: withTriggers(never) } });
  const steps = [
    step(
      'start',
      text('hello', '<p>More?</p>'),
      button('more', 'More', { type: 'open_form', properties: { form_id_to_open: shop.ids.Second } }),
    ),
  ];
  const attributes = { name: 'First', definition: { versions: [{ type: 'popup', steps, triggers: never }] } };
  const { body } = await shop.post('/api/forms', { data: { type: 'form', attributes } });
  await shop.post('/api/form-publish-jobs', {
    data: { type: 'form-publish-job', relationships: { form: { data: { type: 'form', id: body.data.id } } } },
  });
  const page = await shop.open();
  await page.evaluate(`void tributary.openForm('${body.data.id}')`);
  const first = page.getByRole('dialog', { name: 'First' });
  await first.getByRole('button', { name: 'More' }).click();
  await page.getByRole('dialog', { name: 'Second' }).waitFor();
  expect(await first.count()).toBe(0);
  await shop.close();
});

test('a form that was sent does not come again where the definition says so, after its delay', async () => {
  const shop = await openShop(browser, {
    forms: {
      Once: withTriggers([{ type: 'previously_submitted' }, { type: 'delay', properties: { seconds: 1 } }]),
      Members: {
        ...withTriggers([{ type: 'lists_and_segments', properties: { allow_list: ['news'] } }]),
        type: 'flyout',
      },
    },
  });
  const page = await shop.open();
  const dialog = page.getByRole('dialog', { name: 'Once' });
  await page.waitForTimeout(500);
  expect(await dialog.count()).toBe(0);
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.waitForTimeout(600);
  await page.keyboard.press('Enter');
  await dialog.getByText('Thank you!').waitFor();
  expect(await page.getByRole('region', { name: 'Members' }).count()).toBe(0);
  await page.goto(`${shop.shop}/`);
  await page.getByRole('region', { name: 'Members' }).waitFor();
  await page.waitForTimeout(1_500);
  expect(await dialog.count()).toBe(0);
  await shop.close();
});
