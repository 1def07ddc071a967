import { expect, test } from 'vitest';
import { changeAccount } from '../../../functions/domains/accounts/actions.ts';
import { findLists } from '../../../functions/domains/lists/actions.ts';
import { AT, action, at, button, email, field, options, phone, step, text, version } from './parts.ts';
import { startForms } from './start.ts';

const signUp = (...blocks: readonly object[]) => step(email(), ...blocks, button());

test('a form with every kind of part is answered as it was sent, with ids', async () => {
  const app = await startForms();
  const consent = {
    type: 'promotional_sms_checkbox',
    properties: { checkbox_text: 'Send me texts.', channels: ['sms'] },
  };
  const sent = version(
    [
      step(
        text('<h2>Hello</h2>'),
        { type: 'image', properties: { image: { src: 'https://example.com/a.png', alt_text: 'A hat' } } },
        email({ required: true, error_messages: { required: 'We need it.' } }),
        phone({ sms_consent_type: ['promotional'] }),
        field('text', '$first_name'),
        field('date', 'Birthday', { date_format: 'DD.MM.' }),
        field('checkboxes', 'Interests', { options: options('hats', 'shoes') }),
        field('radio_buttons', 'Size', { options: options('s', 'm') }),
        field('dropdown', 'Country', { options: options('de', 'at') }),
        { type: 'age_gate', properties: { date_format: 'DD.MM.YYYY', sms_country_code: 'DE' } },
        consent,
        { type: 'promotional_email_checkbox', properties: { checkbox_text: 'Send me mails.', required: true } },
        button('next_step', { properties: { list_id: 'news' }, hidden: { $source: 'Popup' } }),
      ),
      step(text('Thank you'), button('redirect', { properties: { url: 'https://example.com/shop' }, submit: false })),
    ],
    {
      name: 'A',
      location: 'bottom_right',
      triggers: [
        { type: 'delay', properties: { seconds: 3 } },
        { type: 'url_patterns', properties: { allow_list: ['/sale/*'] } },
        { type: 'lists_and_segments', properties: { deny_list: ['news'] } },
        { type: 'exit_intent' },
      ],
      teasers: [{ content: '<b>10 %</b>', display_order: 'before' }],
      styles: {
        background_color: '#FFFFFF',
        overlay_color: 'rgba(20,20,20,0.6)',
        rich_text_styles: { h2: { font_family: "Arial, 'Helvetica Neue', sans-serif", font_size: 20 } },
        custom_css: { enabled: false, css: '' },
      },
      properties: { click_outside_to_close: ['desktop'], accessible_name: 'Newsletter' },
    },
  );
  const { status, body } = await app.create(sent);
  expect([status, body.errors]).toEqual([201, undefined]);
  const [shown] = body.data.attributes.definition.versions;
  expect(shown).toMatchObject({ ...sent, ab_test: false, status: 'draft', id: expect.any(Number) });
  expect(JSON.stringify(shown)).not.toContain('"tree"');
  expect(shown.steps.map(({ id }: { id: string }) => id)).toEqual(['step-1', 'step-2']);
  // What is answered can be sent back.
  expect((await app.change(body.data.id, { definition: { versions: [shown] } })).status).toBe(200);
});

test.each([
  ['blocks', { type: 'coupon', properties: {} }, `${at(0, 0)}`],
  ['blocks', { type: 'spin_to_win', properties: { slices: [] } }, `${at(0, 0)}`],
  ['blocks', { type: 'custom_html', properties: { content: '<script>' } }, `${at(0, 0)}`],
  ['blocks', { ...button(), action: action('subscribe_via_sms') }, `${at(0, 0)}/action`],
  ['triggers', { type: 'cart_value' }, `${AT}/triggers/0`],
  ['triggers', { type: 'custom_javascript' }, `${AT}/triggers/0`],
  ['triggers', { type: 'location', properties: { allow_list: ['DE'] } }, `${AT}/triggers/0`],
  ['triggers', { type: 'back_in_stock' }, `${AT}/triggers/0`],
])('%s that have no meaning here are refused, with what to use: %j', async (where, part, pointer) => {
  const app = await startForms();
  const sent =
    where === 'blocks' ? version([step(part, email(), button())]) : version([signUp()], { triggers: [part] });
  const problems = await app.problemsOf(sent);
  expect(problems[pointer]).toMatch(/is not supported\. (Use|There|Write|A form|Call)/);
});

test('all problems are reported at once, each at its place', async () => {
  const app = await startForms();
  const problems = await app.problemsOf(
    version(
      [
        step(
          email(),
          email(),
          field('text', 'Size'),
          field('dropdown', 'Size', { options: [] }),
          field('text', '$email'),
          field('checkboxes', 'Interests', { options: [...options('a'), ...options('a')] }),
          button('close', { hidden: { Size: 'M', $id: '1' } }),
        ),
        step(button('next_step'), button('redirect', { properties: { url: 'javascript:alert(1)' } })),
      ],
      {
        type: 'window',
        triggers: [
          { type: 'delay' },
          { type: 'delay' },
          { type: 'identified_profiles' },
          { type: 'unidentified_profiles' },
        ],
        styles: { background_color: 'red;}body{display:none', custom_css: { enabled: true, css: 'p{}' } },
      },
    ),
  );
  expect(Object.keys(problems).toSorted()).toEqual(
    [
      `${AT}/type`,
      `${AT}/steps/1`,
      `${AT}/styles/background_color`,
      `${AT}/styles/custom_css`,
      `${AT}/triggers/1/type`,
      `${AT}/triggers/3/type`,
      `${at(0, 1)}/type`,
      `${at(0, 3)}/properties/options`,
      `${at(0, 3)}/properties/property_name`,
      `${at(0, 4)}/properties/property_name`,
      `${at(0, 5)}/properties/options`,
      `${at(0, 6)}/properties/additional_fields/0/name`,
      `${at(0, 6)}/properties/additional_fields/1/name`,
      `${at(1, 0)}/action/type`,
      `${at(1, 1)}/action/properties/url`,
    ].toSorted(),
  );
});

test.each<[string, readonly object[], string, object?]>([
  ['fields without a button that sends them', [step(email(), button('close', { submit: false }))], `${AT}/steps/0`],
  [
    'a field behind the last button that sends',
    [step(email(), button('next_step')), step(field('text', 'Size'), button('close', { submit: false }))],
    at(1, 0),
  ],
  [
    'a button that sends no address',
    [step(field('text', 'Size'), button('next_step')), step(email(), button())],
    `${at(0, 1)}/action/submit`,
  ],
  [
    'consent by text without a number',
    [step(email(), { type: 'promotional_sms_checkbox', properties: { checkbox_text: 'Yes' } }, button())],
    `${at(0, 1)}/type`,
  ],
  [
    'two parts with one id',
    [
      { ...step(email(), button()), id: 'a' },
      { ...step(text('x')), id: 'a' },
    ],
    `${AT}/steps/1/id`,
  ],
  [
    'a pattern with many stars',
    [signUp()],
    `${AT}/triggers/0/properties/allow_list/0`,
    { triggers: [{ type: 'url_patterns', properties: { allow_list: ['*a'.repeat(9)] } }] },
  ],
  ['steps in steps', [{ ...signUp(), steps: [signUp()] }], `${AT}/steps/0/steps`],
  ['an A/B test', [signUp()], `${AT}/ab_test`, { ab_test: true }],
  [
    'a font that closes the style',
    [signUp()],
    `${AT}/styles/input_styles/text_styles/font_family`,
    { styles: { input_styles: { text_styles: { font_family: 'Arial;}*{color:red' } } } },
  ],
  [
    'an image that is a script',
    [step(email(), button(), { type: 'image', properties: { image: { src: 'javascript:alert(1)' } } })],
    `${at(0, 2)}/properties/image/src`,
  ],
])('%s is refused', async (_, steps, pointer, more = {}) => {
  const app = await startForms();
  expect(Object.keys(await app.problemsOf(version(steps, more)))).toContain(pointer);
});

test('unknown lists and forms are refused at their places', async () => {
  const app = await startForms();
  const problems = await app.problemsOf(
    version(
      [
        step(
          email(),
          button('close', { properties: { list_id: 'nowhere' } }),
          button('open_form', { properties: { form_id_to_open: 'nothing' } }),
        ),
      ],
      { triggers: [{ type: 'lists_and_segments', properties: { allow_list: ['news', 'elsewhere'] } }] },
    ),
  );
  expect(Object.keys(problems)).toEqual([
    `${at(0, 1)}/action/properties/list_id`,
    `${AT}/triggers/0/properties/allow_list/1`,
    `${at(0, 2)}/action/properties/form_id_to_open`,
  ]);
});

test('they are reported beside what else is wrong, and no list is created', async () => {
  const app = await startForms();
  await changeAccount(app.account, { unknownLists: 'create' }, app.services);
  const sent = version(
    [
      step(
        email(),
        button('close', { properties: { list_id: 'new' } }),
        button('open_form', { properties: { form_id_to_open: 'nothing' } }),
        button('open_form', { properties: { form_id_to_open: '' } }),
        button('close', { properties: { list_id: 'x'.repeat(3_000) } }),
      ),
    ],
    { type: 'window', triggers: [{ type: 'lists_and_segments', properties: { deny_list: [1] } }, null] },
  );
  expect(Object.keys(await app.problemsOf(sent)).toSorted()).toEqual(
    [
      `${AT}/type`,
      `${AT}/triggers/0/properties/deny_list/0`,
      `${AT}/triggers/1`,
      `${at(0, 2)}/action/properties/form_id_to_open`,
      `${at(0, 3)}/action/properties/form_id_to_open`,
      `${at(0, 4)}/action/properties/list_id`,
    ].toSorted(),
  );
  expect(await findLists(['new'], { account: app.account, table: app.services.table })).toEqual([]);
});

test('a definition that is too large, too long or too deep is refused, and costs little', async () => {
  const app = await startForms();
  const many = Array.from({ length: 14 }, () => text('é'.repeat(10_000)));
  expect(Object.values(await app.problemsOf(version([step(...many)])))).toEqual([
    expect.stringContaining('at most 262144'),
  ]);
  const tooMany = { columns: [{ rows: Array.from({ length: 51 }, () => ({ blocks: [text('x')] })) }] };
  expect(await app.problemsOf(version([tooMany]))).toEqual({
    [`${AT}/steps/0/columns/0/rows`]: '51 rows; at most 50 are allowed.',
  });
  const deep = `${'{"steps":['.repeat(5_000)}${']}'.repeat(5_000)}`;
  const body = `{"data":{"type":"form","attributes":{"name":"x","definition":{"versions":[{"steps":[${deep}]}]}}}}`;
  const refused = await app.post('/api/forms', body);
  expect(refused.status).toBe(400);
  expect(refused.text).toContain(`${AT}/steps/0/steps`);
  expect((await app.create(version([signUp()], { name: 'x'.repeat(1_100_000) }))).status).toBe(413);
  expect((await app.get('/api/forms')).body.data).toEqual([]);
});
