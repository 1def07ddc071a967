import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { event } from '../../domains/events/event-bodies.ts';
import { admin } from '../../support/deployed/admin.ts';
import { call, profileOf } from '../../support/deployed/http.ts';
import { somebody } from '../../support/deployed/klaviyo.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-admin-'));

test('accepts a key from the command line within its scopes, until it is revoked', async () => {
  const made = JSON.parse(await admin('keys', 'create', '--name', 'reader', '--scope', 'profiles:read'));
  const headers = { authorization: `Klaviyo-API-Key ${made.key}` };
  expect((await call('GET', '/api/profiles', { headers })).status).toBe(200);
  expect((await call('GET', '/api/events', { headers })).status).toBe(403);

  await admin('keys', 'revoke', made.id);
  const keys: { readonly id: string; readonly revokedAt?: string }[] = JSON.parse(await admin('keys', 'list'));
  expect(keys.find(({ id }) => id === made.id)?.revokedAt).toBeDefined();
});

test('imports a file dropped by the command line, with the mapping beside it', async () => {
  const email = somebody();
  const file = join(folder, 'People.Csv');
  writeFileSync(file, `Adresse,First Name\n${email},Ada\n`);
  writeFileSync(join(folder, 'People.Mapping.JSON'), '{"columns":{"Adresse":"Email"}}');

  const lines = (await admin('imports', 'drop', file, '--as', 'profiles')).trim().split('\n');

  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ status: 'complete', created_count: 1, failed_count: 0 });
  expect((await profileOf(email)).attributes.first_name).toBe('Ada');
});

test('imports a file without a mapping by the options of the command line, and fetches its failed rows', async () => {
  const [email, other] = [somebody(), somebody()];
  const file = join(folder, 'Kunden.csv');
  const lines = [
    'Adresse,Vorname,Mobil,Seit,Accepts Email Marketing',
    `${email},Ada,0171 2345678,05/06/2025,yes`,
    `${other},Bob,ask Bob,05/06/2025,no`,
  ];
  writeFileSync(file, lines.join('\n'));
  const said = ['--country', 'DE', '--dates', 'day-first', '--consent-basis', 'the checkout'];
  const maps = ['--map', 'Adresse=Email', '--map', 'Vorname=First Name', '--map', 'Mobil=Phone Number'];

  const told = (await admin('imports', 'drop', file, '--as', 'profiles', ...said, ...maps)).trim().split('\n');

  const { id, ...counts } = JSON.parse(told.at(-1) ?? '');
  expect(counts).toMatchObject({ created_count: 1, failed_count: 1 });
  expect((await profileOf(email)).attributes).toMatchObject({ first_name: 'Ada', phone_number: '+491712345678' });
  expect(await admin('imports', 'rows', id)).toContain(other);
  const out = join(folder, 'failed.csv');
  await admin('imports', 'rows', id, '--out', out);
  expect(readFileSync(out, 'utf8')).toContain('invalid_phone_number');
});

test('imports a file that is dropped again, after a dry run or not, also with the option its error named', async () => {
  const email = somebody();
  const file = join(folder, 'again.csv');
  writeFileSync(file, `Email,Accepts Email Marketing\n${email},yes\n`);
  const drop = async (...said: readonly string[]) => {
    const lines = (await admin('imports', 'drop', file, '--as', 'profiles', ...said)).trim().split('\n');
    return JSON.parse(lines.at(-1) ?? '');
  };
  for (const said of [['--dry-run'], ['--dry-run'], []]) expect(await drop(...said)).toMatchObject({ failed_count: 1 });
  const basis = ['--consent-basis', 'the checkout'];
  expect(await drop('--dry-run', ...basis)).toMatchObject({ created_count: 1, failed_count: 0 });
  expect(await drop(...basis)).toMatchObject({ created_count: 1, failed_count: 0 });
  expect(await drop(...basis)).toMatchObject({ unchanged_count: 1 });
});

test('changes nothing in a dry run by the command line until it is applied', async () => {
  const email = somebody();
  const file = join(folder, 'tried.csv');
  writeFileSync(file, `Email,First Name\n${email},Ada\n`);

  const lines = (await admin('imports', 'drop', file, '--as', 'profiles', '--dry-run')).trim().split('\n');

  const { id, ...job } = JSON.parse(lines.at(-1) ?? '');
  expect(job).toMatchObject({ status: 'complete', dry_run: true, created_count: 1 });
  expect(JSON.parse(await admin('imports', 'show', id)).changes).toMatchObject([
    {
      row_number: 2,
      outcome: 'created',
      email,
      fields: [{ after: email }, { field: 'first_name', after: 'Ada' }],
    },
  ]);
  expect(await profileOf(email)).toBeUndefined();
  await admin('imports', 'apply', id);
  expect((await profileOf(email)).attributes.first_name).toBe('Ada');
});

test('exports an archived event by the command line, which finds the bucket itself', async () => {
  const email = somebody();
  expect((await call('POST', '/api/events', { body: event({ person: { email }, name: 'Exported' }) })).status).toBe(
    202,
  );
  const { id } = await profileOf(email);
  const line = await vi.waitUntil(
    async () => (await admin('events', 'export')).split('\n').find((one) => one.includes(id)),
    { timeout: 60_000, interval: 1_000 },
  );
  expect(JSON.parse(line)).toMatchObject({ profile_id: id, metric: 'Exported' });
});
