import { expect, test } from 'vitest';
import { readSubscriptions } from '../../../functions/domains/consent/actions.ts';
import { personWith } from '../../domains/consent/people.ts';
import { everythingStored, readAllEvents } from '../../domains/forms/events.ts';
import { button, email, field, options, step, text, version } from '../../domains/forms/parts.ts';
import { CHROME, startLive } from '../../domains/forms/submit.ts';

const ada = 'ada@example.com';
const BAD = '"><script>alert(1)</script>';

const start = async (steps: readonly object[]) => {
  const app = await startLive(version(steps));
  const path = `/pages/forms/${app.account}/${app.form}`;
  const post = (fields: Readonly<Record<string, string>>, headers = {}) =>
    app.send('POST', path, `${new URLSearchParams({ version: app.live, ...fields })}`, {
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': CHROME,
      ...headers,
    });
  return { ...app, path, show: () => app.get(path, { 'user-agent': CHROME }), post };
};

const hiddenIn = (page: string): Record<string, string> =>
  Object.fromEntries(
    [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );

test('a form is shown and sent without a script, with errors beside the fields', async () => {
  const app = await start([
    step(
      text('<h1>Ten percent</h1><p>I agree.</p>'),
      email({ required: true }),
      field('dropdown', 'Size', { options: options('s', 'm'), required: true }),
      field('checkboxes', 'Interests', { options: options('hats', 'shoes') }),
      button('close', { properties: { list_id: 'news' }, label: 'Join' }),
    ),
  ]);
  const page = await app.show();
  expect(page.status).toBe(200);
  expect(page.headers['content-security-policy']).not.toContain('script-src');
  expect(page.text).toContain('<h2>Ten percent</h2>');
  const hidden = hiddenIn(page.text);
  const wrong = await app.post({ ...hidden, 'field:$email': 'nonsense', 'field:Interests': 'hats' });
  expect(wrong.status).toBe(400);
  expect(wrong.text).toMatch(/aria-invalid="true" aria-describedby="block-2-error"/);
  expect(wrong.text).toMatch(/<p id="block-3-error" class="wrong">This field is required/);
  expect(wrong.text).toMatch(/value="hats" checked/);
  const done = await app.post({ ...hidden, 'field:$email': ada, 'field:Size': 'm', 'field:Interests': 'hats' });
  expect([done.status, done.text]).toEqual([200, expect.stringContaining('Thank you')]);
  const person = await personWith({ email: ada }, app.context());
  expect(person.properties).toEqual({ Size: 'm', Interests: ['hats'] });
  expect((await readSubscriptions(person, app.context())).email.marketing.consent).toBe('SUBSCRIBED');
  expect(await readAllEvents(app, person.id)).toHaveLength(2);
});

test('several steps are of one person, and what was not sent is carried along', async () => {
  const app = await start([
    step(field('text', 'Quiz'), button('next_step', { submit: false })),
    step(email({ required: true }), button('next_step')),
    step(field('text', '$first_name'), button('next_step')),
    step(text('<p>Welcome!</p>'), button('redirect', { properties: { url: 'https://shop.example/' }, submit: false })),
  ]);
  const second = await app.post({ ...hiddenIn((await app.show()).text), 'field:Quiz': 'blue' });
  expect(second.text).toContain('type="email"');
  const third = await app.post({ ...hiddenIn(second.text), 'field:$email': ada });
  const last = await app.post({ ...hiddenIn(third.text), 'field:$first_name': 'Ada' });
  expect(last.text).toMatch(/Welcome!.*href="https:\/\/shop.example\/"/s);
  expect(last.text).not.toContain('<form');
  const person = await personWith({ email: ada }, app.context());
  expect(person).toMatchObject({ first_name: 'Ada', properties: { Quiz: 'blue' } });
  expect((await readAllEvents(app, person.id)).map(({ name }) => name).toSorted()).toEqual([
    'Form completed by profile',
    'Form submitted by profile',
  ]);
});

test('problems of fields are shown in the language of the visitor', async () => {
  const app = await start([
    step(
      email(),
      field('text', 'City', { required: true }),
      field('text', 'Note'),
      field('date', 'Birthday', { date_format: 'DD.MM.' }),
      field('dropdown', 'Size', { options: options('s', 'm') }),
      field('text', 'Own', { required: true, error_messages: { required: 'We need this.' } }),
      { type: 'age_gate', properties: { date_format: 'DD.MM.YYYY', sms_country_code: 'DE' } },
      button(),
    ),
  ]);
  const hidden = hiddenIn((await app.show()).text);
  const values = {
    'field:$email': 'nonsense',
    'field:Note': 'x'.repeat(1_001),
    'field:Birthday': '31.02.',
    'field:Size': 'xl',
    'field:$age_gated_date_of_birth': '01.01.2020',
  };
  const errorsIn = async (language: string) => {
    const { text } = await app.post({ ...hidden, ...values }, { 'accept-language': language });
    return [...text.matchAll(/class="wrong">([^<]*)</g)].map(([, one]) => one);
  };
  expect(await errorsIn('de-AT')).toEqual([
    'Das ist keine E-Mail-Adresse. Sie sieht aus wie ada@example.com.',
    'Bitte fülle dieses Feld aus.',
    'Bitte gib höchstens 1000 Zeichen ein.',
    'Das ist kein Datum der Form DD.MM..',
    'Bitte wähle eine der Möglichkeiten.',
    'We need this.',
    'Du musst mindestens 18 Jahre alt sein.',
  ]);
  expect(await errorsIn('fr')).toContain('This field is required.');
  const { text } = await app.post(
    { ...hidden, 'field:City': 'x', 'field:Own': 'x', 'field:$age_gated_date_of_birth': '01.01.1990' },
    { 'accept-language': 'de' },
  );
  expect(text).toContain('Bitte gib eine E-Mail-Adresse oder eine Telefonnummer ein.');
});

test('no text of a form or a visitor becomes markup', async () => {
  const app = await start([
    step(
      text(BAD),
      email({ label: BAD, placeholder: BAD, error_messages: { invalid: BAD } }),
      field('text', BAD, { label: BAD }),
      field('radio_buttons', 'Size', { label: BAD, options: [{ label: BAD, value: BAD }] }),
      { type: 'promotional_email_checkbox', properties: { checkbox_text: BAD } },
      button('close', { label: BAD }),
    ),
  ]);
  await app.change(app.form, { name: BAD });
  const hidden = hiddenIn((await app.show()).text);
  const wrong = await app.post({
    ...hidden,
    'field:$email': BAD,
    [`field:${BAD}`]: BAD,
    submission_id: BAD,
    token: BAD,
  });
  expect(wrong.status).toBe(400);
  for (const page of [(await app.show()).text, wrong.text]) expect(page).not.toMatch(/<script|alert\(1\)<\/script>/);
});

test('bots, unknown forms and forms of another account', async () => {
  const app = await start([step(email(), button())]);
  const hidden = hiddenIn((await app.show()).text);
  expect((await app.post({ ...hidden, 'field:$email': ada, website: 'x' })).text).toContain('Thank you');
  expect(await everythingStored(app)).not.toContain(ada);
  const other = await start([step(email(), button())]);
  expect((await app.get(`/pages/forms/${app.account}/${other.form}`)).status).toBe(404);
  expect((await app.get(`/pages/forms/${app.account}/nothing`)).status).toBe(404);
  expect((await app.post({ ...hidden, step: 'nowhere' })).status).toBe(404);
  await app.unpublish(app.form);
  app.at('2026-01-01T00:05:00Z');
  expect((await app.show()).status).toBe(404);
});
