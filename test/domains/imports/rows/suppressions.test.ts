import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

type App = Awaited<ReturnType<typeof startImports>>;

const marketing = async (app: App, email = 'ada@example.com') =>
  (await app.profile(email)).attributes.subscriptions.email.marketing;
const drop = (app: App, text: string, name = 'people.csv') => app.drop(`profiles/${name}`, text);

test.each([
  ['Email Suppressions', '"[""SPAM_COMPLAINT""]"', ['SPAM_COMPLAINT']],
  ['Email Suppressions', 'BOUNCED', ['HARD_BOUNCE']],
  ['Email Suppressions', '"Hard bounce; User suppressed"', ['HARD_BOUNCE', 'USER_SUPPRESSED']],
  ['email_suppressions', 'UNSUBSCRIBE', ['UNSUBSCRIBE']],
  ['Email hard bounce reason', 'UNKNOWN_USER', ['HARD_BOUNCE']],
  ['Invalid email address', 'WAHR', ['INVALID_EMAIL']],
  ['CLEAN_TIME', '2025-01-01 00:00:00', ['HARD_BOUNCE']],
])('%s with %s suppresses, whatever the consent of the row', async (column, cell, reasons) => {
  const app = await startImports();
  const { attributes } = await drop(
    app,
    `Email,Email Marketing Consent,Consent Basis,${column}\nada@example.com,Subscribed,the checkout,${cell}\n`,
  );
  expect(attributes).toMatchObject({ created_count: 1, failed_count: 0 });
  const { can_receive_email_marketing: mayReceive, suppression } = await marketing(app);
  expect(mayReceive).toBe(false);
  expect(suppression.map(({ reason }: { reason: string }) => reason).toSorted()).toEqual(reasons.toSorted());
});

test.each(['Email Suppressions', 'Email hard bounce reason', 'Invalid email address'])(
  'a blank %s suppresses no one',
  async (column) => {
    const app = await startImports();
    await drop(app, `Email,First Name,${column}\nada@example.com,Ada,\n`);
    expect((await marketing(app)).suppression).toEqual([]);
  },
);

test('an unknown suppression, and one without an address, fail their rows', async () => {
  const app = await startImports();
  const { attributes } = await drop(
    app,
    'Email,External ID,Email Suppressions\nada@example.com,1,Gone fishing\n,2,BOUNCED\nbob@example.com,3,BOUNCED\n',
  );
  expect(attributes).toMatchObject({ created_count: 1, failed_count: 2 });
  const report = await app.report('profiles/people.errors.csv');
  expect(report).toContain("'Gone fishing' is not a known reason");
  expect(report).toContain('Add the column Email');
});

test('importing the same file again changes nothing, and adds nothing to the ledger', async () => {
  const app = await startImports();
  const text = 'Email,Email Suppressions,Email Suppressions Timestamp\nada@example.com,BOUNCED,2025-05-01 10:00\n';
  await drop(app, text);
  app.at('2026-03-01T00:00:00Z');
  const { attributes } = await drop(app, text, 'again.csv');
  expect(attributes).toMatchObject({ unchanged_count: 1, updated_count: 0 });
  expect((await marketing(app)).suppression).toMatchObject([
    { reason: 'HARD_BOUNCE', timestamp: expect.stringMatching(/^2025-05-01T10:00/) },
  ]);
});

test('a mapping gives the format of suppression times', async () => {
  const app = await startImports();
  await app.put(
    'profiles/people.mapping.json',
    JSON.stringify({ types: { 'Email Suppressions Timestamp': { type: 'date', format: 'D.M.YYYY' } } }),
  );
  const text = 'Email,Email Suppressions,Email Suppressions Timestamp\nada@example.com,BOUNCED,1.5.2025\n';
  expect((await drop(app, text)).attributes).toMatchObject({ error: null, created_count: 1 });
  expect((await marketing(app)).suppression).toMatchObject([{ timestamp: expect.stringMatching(/^2025-05-01/) }]);
});
