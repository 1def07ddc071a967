import { expect, test } from 'vitest';
import { everythingStored } from './events.ts';
import { button, email, field, step, text, version } from './parts.ts';
import { pointersOf, startLive } from './submit.ts';

const ada = 'ada@example.com';
const FIELDS = '/data/attributes/fields';
const signUp = version([step(email({ required: true }), field('text', '$first_name'), button())]);

test.each<[string, object, object]>([
  ['fills in the honeypot', { website: 'https://spam.example' }, {}],
  ['is too fast', { elapsed_ms: 20 }, {}],
  ['says that it is one', {}, { 'user-agent': 'Googlebot/2.1 (+http://www.google.com/bot.html)' }],
])('a bot that %s gets the same answer; nothing is stored, but it is counted', async (_, attributes, headers) => {
  const app = await startLive(signUp);
  const person = await app.submit({ fields: { $email: 'bob@example.com' } });
  app.requests.length = 0;
  const answer = await app.submit({ fields: { $email: ada }, ...attributes }, { headers });
  expect([answer.status, Object.keys(answer.body.meta)]).toEqual([202, Object.keys(person.body.meta)]);
  expect(app.requests.filter((one) => !/Get|Query/.test(one))).toEqual([expect.stringContaining('Update')]);
  expect(await everythingStored(app)).not.toContain(ada);
});

test('tokens, forms and versions of another account, drafts and unpublished forms are refused or do nothing', async () => {
  const app = await startLive(signUp);
  const other = await startLive(signUp);
  const fields = { $email: ada };
  const to = { form: other.form, version: other.live };
  expect((await app.submit({ fields }, { to })).status).toBe(404);
  expect((await app.submit({ fields }, { to: { form: app.form, version: other.live } })).status).toBe(404);
  const token = (await other.submit({ fields: { $email: 'eve@example.com' } })).body.meta.exchange_id;
  await app.submit({ fields, _kx: token });
  expect(await everythingStored(app)).not.toContain('eve@example.com');

  app.at('2026-01-01T00:01:00Z');
  await app.change(app.form, { definition: { versions: [signUp] } });
  const draft = (await app.versions(app.form)).at(-1).id;
  expect((await app.submit({ fields }, { to: { form: app.form, version: draft } })).status).toBe(404);
  // A page that was open before still has the earlier version.
  await app.publish(app.form);
  expect((await app.submit({ fields })).status).toBe(202);
  await app.unpublish(app.form);
  app.at('2026-01-01T00:05:00Z');
  expect((await app.submit({ fields })).status).toBe(404);
});

test('the live forms are data without markup, cached for half a minute', async () => {
  const app = await startLive(version([step(text('<p>Hi<script>alert(1)</script></p>'), email(), button())]));
  const path = `/client/forms?company_id=${app.account}`;
  const { status, headers, body, text: raw } = await app.get(path);
  expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=30']);
  expect(body.data).toMatchObject([
    { id: app.form, version_id: app.live, type: 'popup', name: 'Welcome', proof_of_work: false },
  ]);
  const [block] = body.data[0].definition.steps[0].columns[0].rows[0].blocks;
  expect(block).toMatchObject({ type: 'html_text', tree: [{ tag: 'p', children: ['Hi'] }] });
  expect(raw).not.toMatch(/script|content/);
  expect((await app.get(path, { 'if-none-match': headers.etag ?? '' })).status).toBe(304);
});

test('an oversized, deep or endless submission is refused', async () => {
  const app = await startLive(signUp);
  expect((await app.submit({ fields: { $email: ada, $first_name: 'x'.repeat(70_000) } })).status).toBe(413);
  const long = await app.submit({ fields: { $email: ada, $first_name: 'x'.repeat(1_001) } });
  expect(pointersOf(long)).toEqual([`${FIELDS}/$first_name`]);
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`f${n}`, 'x']));
  expect((await app.submit({ fields: many })).status).toBe(400);
  expect((await app.submit({ fields: { $email: [[[ada]]] } })).status).toBe(400);
  const proto = await app.submit({ fields: JSON.parse('{"$email":"ada@example.com","__proto__":"x"}') });
  expect(pointersOf(proto)).toEqual([`${FIELDS}/__proto__`]);
});
