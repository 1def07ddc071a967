import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { DrivenPage } from '../../support/browsers/browser.ts';
import { installedBrowsers, useBrowser } from '../../support/browsers/installed.ts';
import { call, makeList, profileOf, timelineOf } from '../../support/deployed/http.ts';
import { somebody } from '../../support/deployed/klaviyo.ts';
import { redeploy } from '../../support/deployed/redeploy.ts';
import { serveShop } from '../../support/deployed/shop-site.ts';

const patient = { timeout: 60_000, interval: 200 };
const WORDING = 'I would like to get news about tea by e-mail.';

const version = (type: 'embed' | 'popup', listId: string) => ({
  type,
  triggers: [{ type: 'url_patterns', properties: { allow_list: ['*/forms*'] } }],
  steps: [
    {
      columns: [
        {
          rows: [
            { blocks: [{ type: 'email', properties: { label: 'E-mail', required: true } }] },
            {
              blocks: [{ type: 'promotional_email_checkbox', properties: { checkbox_text: WORDING, required: true } }],
            },
            {
              blocks: [
                {
                  type: 'button',
                  properties: { label: 'Subscribe', additional_fields: [{ name: 'Source page', value: 'Tea' }] },
                  action: { type: 'next_step', submit: true, properties: { list_id: listId } },
                },
              ],
            },
          ],
        },
      ],
    },
    { columns: [{ rows: [{ blocks: [{ type: 'html_text', properties: { content: '<h2>Thank you!</h2>' } }] }] }] },
  ],
});

const publish = async (name: string, definition: object): Promise<string> => {
  const attributes = { name, definition: { versions: [definition] } };
  const created = await call('POST', '/api/forms', { body: { data: { type: 'form', attributes } } });
  expect(created.body).toMatchObject({ data: { type: 'form' } });
  const { id } = created.body.data;
  await call('POST', '/api/form-publish-jobs', { body: job('form-publish-job', id) });
  return id;
};
const job = (type: string, id: string) => ({
  data: { type, relationships: { form: { data: { type: 'form', id } } } },
});

let list: string;
let forms: { readonly embed: string; readonly popup: string };
let shop: Awaited<ReturnType<typeof serveShop>>;
beforeAll(async () => {
  list = await makeList();
  forms = {
    embed: await publish('Footer', version('embed', list)),
    popup: await publish('Popup', version('popup', list)),
  };
  shop = await serveShop({ html: `<div data-tributary-form="${forms.embed}"></div>` });
  // They read the live forms again.
  await redeploy('onsite');
  await redeploy('forms');
});
afterAll(async () => {
  shop.stop();
  for (const id of Object.values(forms))
    await call('POST', '/api/form-unpublish-jobs', { body: job('form-unpublish-job', id) });
});

/** An expression for an element of a shown form. */
const inForm = (form: string, selector: string): string =>
  `document.querySelector('[data-tributary-shown="${form}"]')?.shadowRoot.querySelector(${JSON.stringify(selector)})`;

const fill = async (page: DrivenPage, form: string, email: string): Promise<void> => {
  await vi.waitUntil(() => page.evaluate(`Boolean(${inForm(form, 'input[type=email]')})`), patient);
  await page.evaluate(
    `(() => {
      const input = ${inForm(form, 'input[type=email]')};
      input.value = ${JSON.stringify(email)};
      input.dispatchEvent(new Event('input', { bubbles: true }));
      ${inForm(form, 'input[type=checkbox]')}.click();
    })()`,
  );
  // Bots are quicker.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await page.evaluate(`${inForm(form, 'button[type=submit], .button')}.click()`);
};

describe.each(installedBrowsers)('$name', ({ start }) => {
  const browser = useBrowser(start);

  test.each(['embed', 'popup'] as const)(
    'a %s subscribes a visitor, with proof of what they agreed to',
    async (type) => {
      const email = somebody();
      const profile = await browser.newProfile();
      const page = await profile.newPage();
      await page.goto(`${shop.origin}/forms`);
      await page.evaluate("addEventListener('tributaryForms', ({ detail }) => (window.seen ??= []).push(detail.type))");
      await fill(page, forms[type], email);
      await vi.waitUntil(
        () => page.evaluate(`Boolean(${inForm(forms[type], '.root')}?.textContent.includes('Thank you'))`),
        patient,
      );
      expect(await page.evaluate('window.seen')).toContain('submit');

      const stored = await vi.waitUntil(() => profileOf(email), patient);
      await vi.waitUntil(async () => (await timelineOf(stored.id)).length === 2, patient);
      const ledger = await call('GET', `/api/profiles/${stored.id}/consent-ledger`);
      expect(ledger.body.data[0].attributes).toMatchObject({
        channel: 'email',
        to: 'SUBSCRIBED',
        form_id: forms[type],
        wording: WORDING,
        page: `${shop.origin}/forms`,
      });
      const members = await call('GET', `/api/lists/${list}/profiles`);
      expect(JSON.stringify(members.body)).toContain(email);
      expect((await profileOf(email)).attributes.properties).toMatchObject({ 'Source page': 'Tea' });
      await profile.close();
    },
  );

  test('a form says what is wrong beside the field, and sends nothing', async () => {
    const profile = await browser.newProfile();
    const page = await profile.newPage();
    await page.goto(`${shop.origin}/forms`);
    await fill(page, forms.embed, 'nobody@');
    await vi.waitUntil(
      () => page.evaluate(`${inForm(forms.embed, 'input[type=email]')}?.getAttribute('aria-invalid') === 'true'`),
      patient,
    );
    await profile.close();
  });
});

test('the reports count views and submissions', async () => {
  const body = {
    data: {
      type: 'form-values-report',
      attributes: { statistics: ['viewed_form', 'submits'], timeframe: { key: 'today' }, group_by: ['form_id'] },
    },
  };
  const { results } = (await call('POST', '/api/form-values-reports', { body })).body.data.attributes;
  const of = results.find(({ groupings }: { groupings: { form_id: string } }) => groupings.form_id === forms.embed);
  expect(of?.statistics.submits).toBe(installedBrowsers.length);
  expect(of?.statistics.viewed_form).toBeGreaterThanOrEqual(installedBrowsers.length);
});
