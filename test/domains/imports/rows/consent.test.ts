import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

type App = Awaited<ReturnType<typeof startImports>>;

const consentOf = async (app: App, email = 'ada@example.com') =>
  (await app.profile(email)).attributes.subscriptions.email.marketing;
const ledgerOf = async (app: App, email = 'ada@example.com') => {
  const { id } = await app.profile(email);
  const { body } = await app.get(`/api/profiles/${id}/consent-ledger`);
  return body.data.map(({ attributes }: { attributes: object }) => attributes);
};
const dropped = '2026-02-01T00:00:00.000Z';
const start = async () => {
  const app = await startImports();
  app.at(dropped);
  return app;
};

test.each([
  ['a time', 'Email Marketing Consent Timestamp', '2025-05-01 10:00', undefined, '2025-05-01', 'people.csv', undefined],
  ['a basis', 'Consent Basis', 'the checkout', undefined, '2026-02-01', 'people.csv', 'the checkout'],
  ['a basis in the mapping', 'Size', '1', { basis: 'a form' }, '2026-02-01', 'people.csv', 'a form'],
  ['a time in the mapping', 'Size', '1', { at: '2024-03-04T05:06:07Z' }, '2024-03-04', 'people.csv', undefined],
  ['a basis and a source in the mapping', 'Size', '1', { basis: 'b', source: 'Fair' }, '2026-02-01', 'Fair', 'b'],
])('a row that says Subscribed with %s is accepted', async (_, column, cell, mapping, day, source, basis) => {
  const app = await start();
  if (mapping) await app.put('profiles/people.mapping.json', JSON.stringify({ consent: mapping }));

  const { attributes } = await app.drop(
    'profiles/people.csv',
    `Email,Email Marketing Consent,${column}\nada@example.com,Subscribed,${cell}\n`,
  );

  expect(attributes).toMatchObject({ created_count: 1, failed_count: 0 });
  expect(await consentOf(app)).toMatchObject({
    consent: 'SUBSCRIBED',
    consent_timestamp: expect.stringMatching(new RegExp(`^${day}`)),
  });
  const [entry] = await ledgerOf(app);
  expect(entry).toMatchObject({ method: 'manual_import', custom_source: source, basis: basis ?? null });
});

test.each([
  ['nothing else', '', ''],
  ['a source alone', ',Consent Source', ',Fair'],
  ['a blank time and a blank basis', ',Email Marketing Consent Timestamp,Consent Basis', ',,'],
])('a row that says Subscribed with %s is refused, and nothing of it is stored', async (_, column, cell) => {
  const app = await start();

  const { attributes } = await app.drop(
    'profiles/people.csv',
    `Email,Email Marketing Consent${column}\nada@example.com,Subscribed${cell}\nbob@example.com,Unsubscribed${cell}\n`,
  );

  expect(attributes).toMatchObject({ created_count: 1, failed_count: 1 });
  expect(await app.report('profiles/people.errors.csv')).toContain('unproved_consent');
  expect(await app.profile('ada@example.com')).toBeUndefined();
  // An opt-out needs no proof.
  expect(await consentOf(app, 'bob@example.com')).toMatchObject({ consent: 'UNSUBSCRIBED' });
});

const statuses = (...rows: readonly (readonly [string, string])[]): string =>
  `Email,Email Marketing Consent,Email Marketing Consent Timestamp\n${rows
    .map(([status, at]) => `ada@example.com,${status},${at}\n`)
    .join('')}`;

test.each([
  ['an opt-in older than an opt-out', [['Unsubscribed', '2025-06-01']], [['Subscribed', '2025-05-01']], 'UNSUBSCRIBED'],
  ['an opt-out older than an opt-in', [['Subscribed', '2025-06-01']], [['Unsubscribed', '2025-05-01']], 'SUBSCRIBED'],
  ['a newer opt-in', [['Unsubscribed', '2025-05-01']], [['Subscribed', '2025-06-01']], 'SUBSCRIBED'],
  [
    'the older of two rows, though it comes last',
    [],
    [
      ['Unsubscribed', '2025-06-01'],
      ['Subscribed', '2025-05-01'],
    ],
    'UNSUBSCRIBED',
  ],
] as const)('after %s the newest consent holds', async (_, before, then, consent) => {
  const app = await start();
  if (before.length > 0) await app.drop('profiles/before.csv', statuses(...before));
  app.at('2026-02-02T00:00:00Z');
  await app.drop('profiles/then.csv', statuses(...then));
  expect(await consentOf(app)).toMatchObject({ consent });
});

test('an opt-in with a basis and without a time undoes no opt-out, in one file or by another', async () => {
  const app = await start();
  await app.put('profiles/people.mapping.json', '{"consent":{"basis":"a form"}}');
  const file = (...rows: readonly string[]) => `Email,Email Marketing Consent\n${rows.join('')}`;
  const [opt_in, opt_out] = ['ada@example.com,Subscribed\n', 'ada@example.com,Unsubscribed\n'];
  await app.drop('profiles/people.csv', file(opt_in));
  expect(await consentOf(app)).toMatchObject({ consent: 'SUBSCRIBED' });

  app.at('2026-02-02T00:00:00Z');
  await app.drop('profiles/people.csv', file(opt_out, opt_in));
  expect(await consentOf(app)).toMatchObject({ consent: 'UNSUBSCRIBED' });
  app.at('2026-02-03T00:00:00Z');
  expect((await app.drop('profiles/people.csv', file(opt_in))).attributes).toMatchObject({ unchanged_count: 1 });
  expect(await consentOf(app)).toMatchObject({ consent: 'UNSUBSCRIBED', can_receive_email_marketing: false });
});

test('a suppressed address stays suppressed, whatever a file says', async () => {
  const app = await start();
  await app.drop('profiles/known.csv', statuses(['Subscribed', '2025-05-01']));
  const profiles = { data: [{ type: 'profile', attributes: { email: 'ada@example.com' } }] };
  const data = { type: 'profile-suppression-bulk-create-job', attributes: { profiles } };
  expect((await app.post('/api/profile-suppression-bulk-create-jobs', { data })).status).toBe(202);
  expect(await consentOf(app)).toMatchObject({ can_receive_email_marketing: false });

  app.at('2026-03-01T00:00:00Z');
  const { attributes } = await app.drop('profiles/again.csv', statuses(['Subscribed', '2026-02-15']));

  expect(attributes).toMatchObject({ status: 'complete', failed_count: 0 });
  expect(await consentOf(app)).toMatchObject({
    can_receive_email_marketing: false,
    suppression: [expect.objectContaining({ reason: 'USER_SUPPRESSED' })],
  });
  const { id } = await app.profile('ada@example.com');
  const at = (time: string) => app.get(`/api/profiles/${id}/consent?channel=email&at=${time}`);
  expect((await at('2026-02-20T00:00:00Z')).body.data.attributes).toMatchObject({ allowed: false });
});

test('a source that looks like a formula to a spreadsheet survives the report of failed rows', async () => {
  const app = await start();
  const headers = 'Email,Email Marketing Consent,Consent Source,Consent Basis';
  await app.drop('profiles/people.csv', `${headers}\nada@,Subscribed,@insta,+1 at the fair\n`);
  const failed = (await app.report('profiles/people.errors.csv')) ?? '';
  expect(failed).toContain("ada@,Subscribed,'@insta,'+1 at the fair");

  await app.drop('profiles/people.errors.csv', failed.replace('ada@,', 'ada@example.com,'));

  const [entry] = await ledgerOf(app);
  expect(entry).toMatchObject({ custom_source: '@insta', basis: '+1 at the fair' });
});

test('a consent in the future fails its row: it would outlast every opt-out until then', async () => {
  const app = await start();
  await app.put('profiles/b.mapping.json', '{"consent":{"at":"2026-02-01T00:00:01Z"}}');
  const headers = 'Email,Email Marketing Consent';

  const a = await app.drop(
    'profiles/a.csv',
    `${headers},Email Marketing Consent Timestamp\nada@example.com,Subscribed,2062-05-01\neve@example.com,Subscribed,2026-01-31\n`,
  );
  const b = await app.drop('profiles/b.csv', `${headers}\nada@example.com,Subscribed\n`);

  expect(a.attributes).toMatchObject({ created_count: 1, failed_count: 1 });
  expect(b.attributes).toMatchObject({ created_count: 0, failed_count: 1 });
  expect(await app.profile('ada@example.com')).toBeUndefined();
  expect(await app.report('profiles/a.errors.csv')).toContain(
    'invalid_time,Email Marketing Consent Timestamp: 2062-05-01T00:00:00.000Z is not in the past',
  );
});

test("the ledgers of others do not contain a file name with a person's name", async () => {
  const app = await start();
  await app.drop(
    'profiles/for ada@example.com.csv',
    'Email,Email Marketing Consent,Consent Basis\nbob@example.com,Subscribed,the checkout\n',
  );
  expect(await ledgerOf(app, 'bob@example.com')).toMatchObject([{ custom_source: 'for …' }]);
});
