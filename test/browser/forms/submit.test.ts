import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildScripts } from '../../../lib/onsite/build-scripts.ts';
import { openBrowser, wrongIn } from '../open.ts';
import { button, consentField, emailField, field, newsletter, step, submitButton, success } from './definitions.ts';
import { formsTag, openShop } from './shop.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** Bots are faster than this. */
const HUMAN_MS = 600;
const announced = `addEventListener('tributaryForms', ({ detail }) => (window.seen ??= []).push(detail))`;
const record = `<script>${announced}</script>`;

test('a popup takes an address, sends it and thanks', async () => {
  const shop = await openShop(browser, {
    forms: { Welcome: newsletter },
    html: () => `${record}<main><h1>Tea</h1></main>`,
  });
  const page = await shop.open('/?utm_source=news');
  const dialog = page.getByRole('dialog', { name: 'Welcome' });
  await dialog.waitFor();
  await page.waitForTimeout(HUMAN_MS);
  await page.keyboard.press('Tab');
  await page.keyboard.type('ada@example.com');
  await page.keyboard.press('Enter');
  await dialog.getByText('Thank you!').waitFor();
  expect(await wrongIn(page)).toEqual([]);
  expect(shop.submissions()).toEqual([
    {
      step: 'start',
      language: 'en',
      button: 'send',
      submission_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      is_last: true,
      is_unique: true,
      fields: { $email: 'ada@example.com' },
      page: 'https://www.shop.example/?utm_source=news',
      device: 'desktop',
      elapsed_ms: expect.any(Number),
      website: '',
      anonymous_id: expect.any(String),
      signals: {},
    },
  ]);
  const { body } = await shop.get('/api/profiles?filter=equals(email,"ada@example.com")');
  expect(body.data).toHaveLength(1);
  await expect.poll(() => page.evaluate('tributary.isIdentified()')).toBe(true);

  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  const about = { formId: shop.ids.Welcome, companyId: shop.account };
  const filled = { $step_name: 'start', $list_id: 'news', $email: 'ada@example.com' };
  expect(await page.evaluate('seen')).toEqual([
    { type: 'open', ...about, metaData: {} },
    { type: 'stepSubmit', ...about, metaData: filled },
    { type: 'submit', ...about, metaData: filled },
    { type: 'close', ...about, metaData: {} },
  ]);
  // In one request, or on a slow machine in several.
  const counts = () => shop.sent.filter(({ path, status }) => path === 'form-statistics' && status === 202);
  await expect
    .poll(() => counts().flatMap(({ attributes }) => attributes.events.map(({ name }: { name: string }) => name)))
    .toEqual(['qualified', 'viewed_step', 'viewed', 'viewed_step', 'closed']);
  expect(shop.troubles).toEqual([]);
  await shop.close();
});

const profileForm = {
  properties: { record_utm_params_on_submit: true },
  steps: [
    step('start', emailField, button('next', 'Next', { type: 'next_step' })),
    step(
      'more',
      field('text', '$first_name', { label: 'First name', required: true, error_messages: { required: 'Name?' } }),
      { id: 'phone', type: 'phone_number', properties: { label: 'Phone' } },
      button(
        'send',
        'Send',
        { type: 'next_step', submit: true },
        {
          additional_fields: [
            { name: 'campaign', value: 'none' },
            { name: '$source', value: 'popup' },
          ],
        },
      ),
    ),
    step('last', field('text', 'tea', { label: 'Tea' }), button('end', 'Finish', { type: 'close', submit: true })),
  ],
};

test('several steps: what the server finds wrong is shown at its field, and hidden values go along', async () => {
  const shop = await openShop(browser, { forms: { Profile: profileForm } });
  const page = await shop.open('/?utm_source=news&other=1');
  await page.getByLabel('E-mail').fill('grace@example.com');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Next' }).click();
  expect(shop.submissions()).toEqual([]);
  await page.evaluate(`tributary.setHiddenFields('${shop.ids.Profile}', { campaign: 'autumn', ignored: 1 })`);
  await page.getByLabel('Phone').fill('12345');
  await page.getByRole('button', { name: 'Send' }).click();
  const name = page.getByLabel('First name');
  expect(await name.getAttribute('aria-invalid')).toBe('true');
  await page.getByText('Name?').waitFor();
  await name.fill('Grace');
  await page.waitForTimeout(HUMAN_MS);
  await page.keyboard.press('Enter');

  const phone = page.getByLabel('Phone');
  await expect.poll(() => phone.getAttribute('aria-invalid')).toBe('true');
  expect(await page.evaluate(`document.querySelector('[data-tributary-shown]').shadowRoot.activeElement.name`)).toBe(
    '$phone_number',
  );
  expect(await wrongIn(page)).toEqual([]);
  await phone.fill('+493012345678');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByLabel('Tea').fill('Oolong');
  await page.getByRole('button', { name: 'Finish' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const [, first, last] = shop.submissions();
  expect(first).toMatchObject({
    fields: { $email: 'grace@example.com', $first_name: 'Grace', $phone_number: '+493012345678' },
    hidden: { campaign: 'autumn', $source: 'popup' },
    utm: { utm_source: 'news' },
    is_last: false,
  });
  expect(last).toMatchObject({ fields: { tea: 'Oolong' }, _kx: expect.any(String), is_last: true });
  expect(last.submission_id).toBe(first.submission_id);
  const { body } = await shop.get('/api/profiles?filter=equals(email,"grace@example.com")');
  expect(body.data[0].attributes).toMatchObject({
    first_name: 'Grace',
    phone_number: '+493012345678',
    properties: { campaign: 'autumn', tea: 'Oolong' },
  });
  await shop.close();
});

test('an interrupted network says so, and the second press is taken', async () => {
  const shop = await openShop(browser, { forms: { Welcome: newsletter } });
  const page = await shop.open();
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.waitForTimeout(HUMAN_MS);
  shop.breakNetwork(true);
  await page.getByRole('button', { name: 'Subscribe' }).click();
  await page.getByRole('alert').filter({ hasText: 'could not be sent' }).waitFor();
  shop.breakNetwork(false);
  await page.getByRole('button', { name: 'Subscribe' }).click();
  await page.getByText('Thank you!').waitFor();
  expect(shop.submissions()).toHaveLength(1);
  await shop.close();
});

test('a proof of work is done while the visitor types', async () => {
  const shop = await openShop(browser, { forms: { Welcome: newsletter }, account: { proofOfWork: 'everywhere' } });
  const page = await shop.open();
  await page.getByLabel('E-mail').pressSequentially('ada@example.com', { delay: 50 });
  await page.getByRole('button', { name: 'Subscribe' }).click();
  await page.getByText('Thank you!').waitFor();
  expect(shop.submissions()).toMatchObject([{ altcha: expect.any(String) }]);
  await shop.close();
});

test('without the tracker an embedded form is sent, and nothing is kept', async () => {
  const version = buildScripts().forms?.version ?? '';
  const steps = [step('start', emailField, consentField(), submitButton), success];
  const shop = await openShop(browser, {
    forms: { Embedded: { type: 'embed', steps } },
    tag: formsTag(version),
    html: ({ Embedded }) =>
      `<h1>Tea</h1><div class="klaviyo-form-${Embedded}"></div><div data-tributary-form="${Embedded}"></div>`,
  });
  const page = await shop.open();
  const forms = page.getByRole('region', { name: 'Embedded' });
  await expect.poll(() => forms.count()).toBe(2);
  const second = forms.nth(1);
  await second.getByRole('textbox').fill('ada@example.com');
  await second.getByRole('checkbox').check();
  await page.waitForTimeout(HUMAN_MS);
  await second.getByRole('button', { name: 'Subscribe' }).click();
  await second.getByText('Thank you!').waitFor();
  expect(await forms.nth(0).getByRole('textbox').inputValue()).toBe('');
  expect(shop.submissions()).toMatchObject([{ fields: { $email: 'ada@example.com', opt_in_promotional_email: true } }]);
  expect(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')).toEqual([0, 0, '']);
  expect((await shop.context.cookies()).length).toBe(0);
  await shop.close();
});
