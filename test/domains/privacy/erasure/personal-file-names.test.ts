import { expect, test } from 'vitest';
import { createAccount } from '../../../../functions/domains/accounts/actions.ts';
import { fileNameMatcher, redactPersons } from '../../../../functions/domains/imports/names/file-name.ts';
import { countsIn, profileOf } from '../people.ts';
import { startShop } from '../shop.ts';

const email = 'ada@example.com';
const rows = `Email,First Name,Phone Number\n${email},Ada,wrong\neve@example.com,Eve,wrong\n`;
const timeout = { timeout: 60_000 };

test('removes a file outside of the folders, even if a second account exists', timeout, async () => {
  const shop = await startShop();
  await shop.importFile('profiles/root.csv', rows);
  await shop.importFile('dry-run/profiles/sub/root.csv', rows);
  const other = await createAccount({ name: 'Other shop' }, shop.services);
  await shop.importFile(`profiles/${other.id}/theirs.csv`, rows);
  shop.wait(61);

  const certificate = await shop.erase({ email });

  expect(certificate).toMatchObject({ status: 'complete', waiting_files: 0 });
  expect(countsIn(certificate)).toMatchObject({ 'imports/upload': 2, 'imports/reported-row': 2 });
  const naming = (await shop.files()).flatMap(([key, text]) => (text.includes(email) ? [key] : []));
  expect(naming.filter((key) => !key.includes(other.id))).toEqual([]);
  expect(naming).toContain(`profiles/${other.id}/theirs.csv`);
  expect((await shop.files()).map(([key]) => key)).toContain('profiles/root.errors.csv');
});

test('keeps the counts of jobs whose files are named after the person, but not the name', timeout, async () => {
  const shop = await startShop();
  await shop.importFile(`profiles/${shop.account}/${email}.csv`, rows);
  await shop.importFile(`profiles/${shop.account}/people.csv`, rows);

  const certificate = await shop.erase({ email });

  expect(countsIn(certificate)).toMatchObject({ 'table/file-name': 1 });
  const { data } = (await shop.get('/api/import-jobs')).body;
  const shown = data.map(({ id, attributes }: { id: string; attributes: { key: string; failed_count: number } }) => [
    attributes.key.replace(id, '<id>'),
    attributes.failed_count,
  ]);
  expect(shown.toSorted()).toEqual([
    [`profiles/${shop.account}/<id>.csv`, 2],
    [`profiles/${shop.account}/people.csv`, 2],
  ]);
  expect(`${await shop.table()}${JSON.stringify(await shop.files())}`).not.toContain(email);
});

test('does not name events after a person, and removes such file names from ledgers of others', timeout, async () => {
  const shop = await startShop();
  const orders = `Person//Email,Timestamp\neve@example.com,2025-12-01\n`;
  await shop.importFile(`events/${email}.csv`, orders);
  await shop.importFile('events/customer-4711.csv', orders);
  await shop.importFile(`profiles/of ${email}.csv`, 'Email,Email Marketing Consent\neve@example.com,TRUE\n');
  const jobs = (await shop.get('/api/import-jobs')).body.data.map(
    ({ attributes: { key, status, error } }: { attributes: Record<string, string> }) => [key, status, error],
  );
  expect(jobs).toContainEqual([
    `events/${email}.csv`,
    'failed',
    expect.stringContaining('name of the file contains a person'),
  ]);
  await shop.post('/api/profiles', profileOf({ email, external_id: 'customer-4711' }));

  await shop.erase({ email });

  expect(`${await shop.table()}${JSON.stringify(await shop.files())}`).not.toMatch(/ada@|customer-4711/);
  expect((await shop.events()).length).toBe(1);
});

test.each([
  [{ kind: 'email', value: email }, 'profiles/Ab12Cd/Ada@Example.com.csv', true],
  [{ kind: 'email', value: email }, 'profiles/ada%40example.com again.csv.gz', true],
  [{ kind: 'email', value: 'ada@xn--mller-kva.example' }, 'profiles/Ada@MÜLLER.example.csv', true],
  [{ kind: 'email', value: email }, 'profiles/nada@example.com.csv', false],
  [{ kind: 'phone_number', value: '+4930123456' }, 'events/4930123456-orders.csv', true],
  [{ kind: 'phone_number', value: '+4930123456' }, 'events/14930123456.csv', false],
  [{ kind: 'external_id', value: 'customer-7' }, 'profiles/about CUSTOMER-7.csv', true],
  [{ kind: 'external_id', value: 'customer-7' }, 'profiles/customer-71.csv', false],
  [{ kind: 'external_id', value: '7' }, 'profiles/week 7.csv', false],
] as const)('%j: %s names the person: %s', (identifier, key, expected) => {
  expect(fileNameMatcher([identifier])(key)).toBe(expected);
});

test.each([
  ['people 2025-12-01', 'people 2025-12-01'],
  [`of ${email} again`, 'of … again'],
  ['+4930123456', '…'],
])('masks %s as %s', (name, expected) => {
  expect(redactPersons(name)).toBe(expected);
});
