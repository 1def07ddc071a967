import { expect, test } from 'vitest';
import { readLedgerPage, readSubscriptions } from '../../../functions/domains/consent/actions.ts';
import { isMember } from '../../../functions/domains/lists/actions.ts';
import { upsertProfile } from '../../../functions/domains/profiles/actions.ts';
import { personWith } from '../consent/people.ts';
import { readAllEvents } from './events.ts';
import { button, email, field, options, phone, step, text, version } from './parts.ts';
import { pointersOf, startLive } from './submit.ts';

const ada = 'ada@example.com';
const FIELDS = '/data/attributes/fields';
const SID = '0b9f5c1e-6a2d-4c3b-9f7e-2d1c8b4a6e50';

const signUp = version([
  step(
    text('<p>Ten percent off. By signing up I agree to <b>mails</b>.</p>'),
    email({ required: true }),
    field('text', '$first_name'),
    field('text', '$city'),
    field('checkboxes', 'Interests', { options: options('hats', 'shoes') }),
    field('date', 'Birthday', { date_format: 'DD.MM.' }),
    button('close', {
      properties: { list_id: 'news' },
      hidden: { $source: 'Popup', Campaign: 'Spring' },
      label: 'Join',
    }),
  ),
]);

test('a submission makes profile, consent with evidence, membership and both events', async () => {
  const app = await startLive(signUp);
  const answer = await app.submit({
    fields: {
      $email: ' ADA@example.com ',
      $first_name: 'Ada',
      $city: 'Berlin',
      Interests: ['hats'],
      Birthday: '10.12.',
    },
    hidden: { Campaign: 'Summer' },
    page: 'https://shop.example/hats?email=ada@example.com#top',
    device: 'mobile',
    submission_id: SID,
  });
  expect([answer.status, answer.body]).toEqual([
    202,
    { meta: { exchange_id: expect.any(String), should_clear_cookie: false } },
  ]);
  const context = app.context();
  const person = await personWith({ email: ada }, context);
  expect(person).toMatchObject({
    first_name: 'Ada',
    location: { city: 'Berlin' },
    properties: { Interests: ['hats'], Birthday: '12-10', $source: 'Popup', Campaign: 'Summer' },
  });
  const { email: mail, sms } = await readSubscriptions(person, context);
  expect([mail.marketing.consent, sms.marketing.consent]).toEqual(['SUBSCRIBED', 'NEVER_SUBSCRIBED']);
  expect(await isMember({ listId: 'news', profileId: person.id }, context)).toBe(true);
  const { items } = await readLedgerPage({ profileId: person.id, channel: 'email', size: 10 }, context);
  expect(items).toMatchObject([
    {
      entry: {
        evidence: {
          method: 'form',
          formId: app.form,
          formVersion: app.live,
          wording: 'Ten percent off. By signing up I agree to mails.\n[Join]',
          page: 'https://shop.example/hats',
        },
      },
    },
  ]);
  const properties = {
    form_id: app.form,
    form_version_id: app.live,
    page: 'https://shop.example/hats',
    device_type: 'mobile',
  };
  const events = await readAllEvents(app, person.id);
  expect(events.map(({ name }) => name).toSorted()).toEqual(['Form completed by profile', 'Form submitted by profile']);
  for (const one of events) expect(one.properties).toMatchObject(properties);
});

test('a repeated submission changes nothing and is counted once', async () => {
  const app = await startLive(signUp);
  for (let n = 0; n < 3; n++)
    expect((await app.submit({ fields: { $email: ada }, submission_id: SID })).status).toBe(202);
  const person = await personWith({ email: ada }, app.context());
  expect(await readAllEvents(app, person.id)).toHaveLength(2);
  const { items } = await readLedgerPage({ profileId: person.id, channel: 'email', size: 10 }, app.context());
  expect(items).toHaveLength(1);
});

test.each([
  [undefined, 'Not one of the options.', 'You have to be at least 18 years old.'],
  ['de-AT', 'Bitte wähle eine der Möglichkeiten.', 'Du musst mindestens 18 Jahre alt sein.'],
  ['fr', 'Please choose one of the options.', 'You have to be at least 18 years old.'],
])('with the language %s of a page, problems are in its words', async (language, option, age) => {
  const size = field('radio_buttons', 'Size', { options: options('s') });
  const app = await startLive(version([step(email(), size, { type: 'age_gate', properties: {} }, button('close'))]));
  const fields = { $email: ada, Size: 'xl', $age_gated_date_of_birth: '01/01/2020' };
  const { status, body } = await app.submit({ language, fields });
  expect([status, body.errors.map(({ detail }: { detail: string }) => detail)]).toEqual([400, [option, age]]);
});

test('all problems are reported at once, each at its field, in the words of the form', async () => {
  const app = await startLive(
    version([
      step(
        email({ required: true, error_messages: { required: 'We need it.' } }),
        phone({ error_messages: { invalid: 'No number.' } }),
        field('radio_buttons', 'Size', { options: options('s', 'm'), required: true }),
        field('checkboxes', 'a/b', { options: options('x') }),
        field('date', 'Day', { date_format: 'YYYY-MM-DD' }),
        { type: 'age_gate', properties: { sms_country_code: 'DE' } },
        { type: 'promotional_sms_checkbox', properties: { checkbox_text: 'Yes.', required: true } },
        button('close', { hidden: { a: '1' } }),
      ),
    ]),
  );
  const answer = await app.submit({
    fields: {
      $phone_number: '123',
      'a/b': ['y'],
      Day: '2025-02-30',
      $age_gated_date_of_birth: '01/01/2020',
      other: 'x',
    },
    hidden: { b: '2' },
  });
  expect(answer.status).toBe(400);
  expect(pointersOf(answer).toSorted()).toEqual(
    [
      `${FIELDS}/$email`,
      `${FIELDS}/$phone_number`,
      `${FIELDS}/Size`,
      `${FIELDS}/a~1b`,
      `${FIELDS}/Day`,
      `${FIELDS}/$age_gated_date_of_birth`,
      `${FIELDS}/opt_in_promotional_sms`,
      `${FIELDS}/other`,
      '/data/attributes/hidden/b',
    ].toSorted(),
  );
  expect(answer.text).toContain('We need it.');
  expect(answer.text).toContain('No number.');
});

test('the steps of a form are of one person, and each event is stored once', async () => {
  const app = await startLive(
    version([
      step(field('text', 'Quiz'), button('next_step', { submit: false })),
      step(email({ required: true }), button('next_step', { properties: { list_id: 'news' } })),
      step(phone({ sms_consent_type: ['promotional'], required: true }), button('next_step')),
      step(text('Thanks'), button('close', { submit: false })),
    ]),
  );
  const first = await app.submit({ step: 'step-2', fields: { Quiz: 'blue', $email: ada }, submission_id: SID });
  const context = app.context();
  const person = await personWith({ email: ada }, context);
  expect((await readAllEvents(app, person.id)).map(({ name }) => name)).toEqual(['Form submitted by profile']);
  const second = await app.submit({
    step: 'step-3',
    fields: { $phone_number: '+4930123456' },
    submission_id: SID,
    _kx: first.body.meta.exchange_id,
  });
  expect(second.body.meta.should_clear_cookie).toBe(false);
  expect(await personWith({ email: ada }, context)).toMatchObject({ id: person.id, properties: { Quiz: 'blue' } });
  expect((await readAllEvents(app, person.id)).map(({ name }) => name).toSorted()).toEqual([
    'Form completed by profile',
    'Form submitted by profile',
  ]);
  // As of every public call: the number of a known person does not change, and its consent is of its own owner.
  const owner = await personWith({ phone_number: '+4930123456' }, context);
  expect((await readSubscriptions(owner, context)).sms.marketing.consent).toBe('SUBSCRIBED');
  expect((await app.submit({ step: 'step-1', fields: {} })).status).toBe(400);
});

test('a checkbox decides on consent and list', async () => {
  const app = await startLive(
    version([
      step(
        email(),
        phone(),
        { type: 'promotional_email_checkbox', properties: { checkbox_text: 'Mail me.' } },
        { type: 'promotional_sms_checkbox', properties: { checkbox_text: 'Text me.', channels: ['sms', 'whatsapp'] } },
        button('close', { properties: { list_id: 'news' } }),
      ),
    ]),
  );
  const context = app.context();
  await app.submit({ fields: { $email: ada, opt_in_promotional_email: false } });
  const person = await personWith({ email: ada }, context);
  expect((await readSubscriptions(person, context)).email.marketing.consent).toBe('NEVER_SUBSCRIBED');
  expect(await isMember({ listId: 'news', profileId: person.id }, context)).toBe(false);

  await app.submit({
    fields: { $email: 'bob@example.com', $phone_number: '+4930123456', opt_in_promotional_sms: true },
  });
  const bob = await personWith({ email: 'bob@example.com' }, context);
  const consents = await readSubscriptions(bob, context);
  expect([consents.email.marketing.consent, consents.sms.marketing.consent]).toEqual([
    'NEVER_SUBSCRIBED',
    'SUBSCRIBED',
  ]);
  const { items } = await readLedgerPage({ profileId: bob.id, channel: 'sms', size: 10 }, context);
  expect(items[0]?.entry).toMatchObject({ evidence: { wording: 'Text me.' } });
});

test('a known person is not overwritten, and the answer does not show who is known', async () => {
  const app = await startLive(signUp);
  const context = app.context();
  await upsertProfile(
    { identifiers: { email: ada }, fields: { first_name: 'Ada' } },
    { onConflict: 'refuse', caller: 'trusted' },
    context,
  );
  const known = await app.submit({ fields: { $email: ada, $first_name: 'Mallory' } });
  const unknown = await app.submit({ fields: { $email: 'new@example.com', $first_name: 'Mallory' } });
  expect([known.status, Object.keys(known.body.meta)]).toEqual([unknown.status, Object.keys(unknown.body.meta)]);
  expect(await personWith({ email: ada }, context)).toMatchObject({ first_name: 'Ada' });
});
