import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

const landline = '+49301234567';
type App = Awaited<ReturnType<typeof startImports>>;

const notesOf = async (app: App, key: string) => {
  const { id, attributes } = await app.job(key);
  const { body } = await app.get(`/api/import-jobs/${id}/notes`);
  return { attributes, notes: body.data.map((one: { attributes: object }) => one.attributes) };
};

const numberOf = async (app: App, email: string) => (await app.profile(email)).attributes.phone_number;

const FILE = `Email,Phone,First Name\nann@example.com,${landline},Ann\nbob@example.com,${landline},Bob\n`;

test('two people with one landline are two profiles, and the notes name the row whose number was left out', async () => {
  const app = await startImports();

  await app.drop('profiles/family.csv', FILE);

  const { attributes, notes } = await notesOf(app, 'profiles/family.csv');
  expect(attributes).toMatchObject({ status: 'complete', created_count: 2, failed_count: 0, left_out_count: 1 });
  const message = expect.stringMatching(/^phone_number belongs to another profile/);
  const problems = [{ code: 'left_out', message, column: null }];
  expect(notes).toEqual([{ row_number: 3, code: 'left_out', message, problems }]);
  expect(attributes.warnings).toEqual([{ code: 'left_out', message, column: null, count: 1, rows: [3] }]);
  expect(await numberOf(app, 'ann@example.com')).toBe(landline);
  expect(await numberOf(app, 'bob@example.com')).toBeNull();
  expect((await app.profile('bob@example.com')).attributes.first_name).toBe('Bob');
});

test('importing the same file under another name changes nothing, and gives the same notes', async () => {
  const app = await startImports();
  await app.drop('profiles/family.csv', FILE);

  await app.drop('profiles/again.csv', FILE);

  const { attributes, notes } = await notesOf(app, 'profiles/again.csv');
  expect(attributes).toMatchObject({ unchanged_count: 2, failed_count: 0, left_out_count: 1 });
  expect(notes).toMatchObject([{ row_number: 3 }]);
});

test('a number stays with its owner when a row names a profile by another address', async () => {
  const app = await startImports();
  await app.drop('profiles/a.csv', `Email,Phone\nann@example.com,${landline}\nbob@example.com,\n`);

  await app.drop('profiles/b.csv', `Email,Phone,First Name\nbob@example.com,${landline},Bob\n`);

  const { attributes } = await notesOf(app, 'profiles/b.csv');
  expect(attributes).toMatchObject({ updated_count: 1, failed_count: 0, left_out_count: 1 });
  expect(await numberOf(app, 'ann@example.com')).toBe(landline);
});

test('events of two people with one landline belong to two people', async () => {
  const app = await startImports();
  const header = 'Person//Email,Person//Phone,Timestamp';
  await app.drop(
    'events/Visited.csv',
    `${header}\nann@example.com,${landline},2025-12-01\nbob@example.com,${landline},2025-12-02\nbob@example.com,${landline},2025-12-03\n`,
  );

  const { attributes, notes } = await notesOf(app, 'events/Visited.csv');
  expect(attributes).toMatchObject({ created_count: 3, failed_count: 0, left_out_count: 2 });
  expect(notes.map(({ row_number }: { row_number: number }) => row_number)).toEqual([3, 4]);
  const { id } = await app.profile('bob@example.com');
  expect((await app.get(`/api/events?filter=equals(profile_id,"${id}")`)).body.data).toHaveLength(2);
  expect(await numberOf(app, 'ann@example.com')).toBe(landline);
});

test('a dry run shows what would be left out', async () => {
  const app = await startImports();
  await app.drop('dry-run/profiles/family.csv', FILE);
  const { attributes, notes } = await notesOf(app, 'dry-run/profiles/family.csv');
  expect(attributes).toMatchObject({ created_count: 2, left_out_count: 1 });
  expect(notes).toMatchObject([{ row_number: 3 }]);
});

test("the consent of a row belongs to the owner of its channel's address", async () => {
  const app = await startImports();
  await app.drop('profiles/a.csv', `Email,Phone\nann@example.com,${landline}\nbob@example.com,+49307654321\n`);
  await app.put('profiles/b.mapping.json', '{"consent":{"basis":"asked at the fair"}}');

  await app.drop(
    'profiles/b.csv',
    `Email,Phone,Email Marketing Consent,SMS Marketing Consent\nbob@example.com,${landline},Subscribed,Unsubscribed\n`,
  );

  const consentOf = async (email: string) => {
    const { email: mail, sms } = (await app.profile(email)).attributes.subscriptions;
    return [mail.marketing.consent, sms.marketing.consent];
  };
  expect(await consentOf('bob@example.com')).toEqual(['SUBSCRIBED', 'NEVER_SUBSCRIBED']);
  expect(await consentOf('ann@example.com')).toEqual(['NEVER_SUBSCRIBED', 'UNSUBSCRIBED']);
});
