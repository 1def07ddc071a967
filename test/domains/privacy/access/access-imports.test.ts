import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { pendingOptIns } from '../../../../functions/domains/consent/opt-in/store.ts';
import type { Job } from '../../../../functions/domains/imports/jobs/job.ts';
import { jobs } from '../../../../functions/domains/imports/jobs/store.ts';
import { noCounts } from '../../../../functions/domains/imports/outcomes/counts.ts';
import { imports } from '../../../../functions/domains/imports/personal-data/sections.ts';
import { findPerson } from '../../../../functions/domains/privacy/subjects/find-person.ts';
import type { Page } from '../../../../functions/model/personal-data/section.ts';
import { create } from '../../../../functions/platform/table/write.ts';
import { type Faulty, startFaulty } from '../../../faults/harness.ts';
import { profileOf } from '../people.ts';
import { readAccessFile } from './access-file.ts';
import { jsonIn, linesIn } from './unzip.ts';

const ADA = { email: 'ada@example.com', external_id: '7', phone_number: '+4930901820' };

const start = async (): Promise<Faulty> => {
  const app = await startFaulty({});
  await app.post('/api/profiles', profileOf(ADA));
  await app.post('/api/profiles', profileOf({ email: 'eve@example.com', external_id: '70' }));
  return app;
};

const rowsIn = (files: Readonly<Record<string, string>>) =>
  linesIn(files, 'imports.jsonl').map(({ file, row, line, problems, report }) => ({
    file,
    row,
    line,
    ...(problems.length > 0 && { problems }),
    ...(report && { report }),
  }));

test('finds the rows of a person in every file, by any identifier, and no rows of others', async () => {
  const app = await start();
  await app.importFile(
    'profiles/people.csv',
    'Email,External ID,Phone Number,Country,Seats\r\nADA@example.com,,,,7\r\neve@example.com,70,,,7\r\n,7,,,1\r\n,,(030) 90 18 20,Germany,2\r\n,,030 901821,Germany,2\r\nlada@example.com,,,,7\r\n',
  );
  await app.importFile(
    'profiles/packed.csv.gz',
    gzipSync('Email,Note\nada@example.com,"two\nlines"\nmada@example.com,ada@example.com\n'),
  );
  await app.importFile(
    'profiles/excel.csv',
    Buffer.from('\uFEFFE-Mail;Ort\r\nada@example.com;Köln\r\neve@example.com;Köln\r\n', 'utf16le'),
  );
  await app.services
    .imports()
    .write('profiles/told.mapping.json', '{"columns":{"Почта":"Email"},"encoding":"utf-16be"}', 'application/json');
  await app.importFile(
    'profiles/told.csv',
    Buffer.from('Почта;Город\nada@example.com;Санкт-Петербург, Россия\n', 'utf16le').swap16(),
  );
  const files = await readAccessFile(app, { email: ADA.email });
  expect(rowsIn(files)).toEqual(
    expect.arrayContaining([
      { file: 'profiles/told.csv', row: 2, line: 'ada@example.com;Санкт-Петербург, Россия' },
      { file: 'profiles/people.csv', row: 2, line: 'ADA@example.com,,,,7' },
      { file: 'profiles/people.csv', row: 4, line: ',7,,,1' },
      { file: 'profiles/people.csv', row: 5, line: ',,(030) 90 18 20,Germany,2' },
      { file: 'profiles/packed.csv.gz', row: 2, line: 'ada@example.com,"two\nlines"' },
      { file: 'profiles/excel.csv', row: 2, line: 'ada@example.com;Köln' },
    ]),
  );
  expect(rowsIn(files)).toHaveLength(6);
  expect(linesIn(files, 'imports.jsonl')[0].columns.length).toBeGreaterThan(1);
});

test('includes all lines of an order, a failed row with its reason, and the text of a refused file', async () => {
  const app = await start();
  await app.importFile(
    'events/orders.csv',
    'Name,Email,Financial Status,Paid at,Created at,Lineitem name,Lineitem quantity,Lineitem price,Total,Currency\n' +
      '#1,ada@example.com,paid,2026-01-01 10:00:00 +0000,2025-12-01 10:00:00 +0000,Tea,1,5,9,EUR\n#1,,,,,Pot,1,4,,\n' +
      '#2,eve@example.com,paid,2026-01-01 10:00:00 +0000,2025-12-01 10:00:00 +0000,Tea,1,5,5,EUR\n',
  );
  await app.importFile('profiles/wrong.csv', 'Email,Phone Number\nada@example.com,call me\neve@example.com,call me\n');
  await app.importFile('profiles/other.csv', 'Whom,What\nada@example.com,x\nmy.ada@example.com,y\n');
  const rows = rowsIn(await readAccessFile(app, { phone_number: ADA.phone_number }));
  const inFile = (file: string) =>
    rows.filter((row) => row.file === file).map(({ row, problems = [] }) => [row, problems.length]);
  expect(inFile('events/orders.csv')).toEqual([
    [2, 0],
    [3, 0],
  ]);
  const wrong = rows.filter((row) => row.file === 'profiles/wrong.csv');
  expect(wrong.map(({ row }) => row)).toEqual([2]);
  expect(wrong[0]).toMatchObject({
    problems: [expect.stringContaining('Not a phone number')],
    report: 'profiles/wrong.errors.csv',
  });
  expect(inFile('profiles/other.csv')).toEqual([[2, 0]]);
});

test("includes the person's profiles of bulk calls, also refused ones", async () => {
  const app = await start();
  const rows = [
    { email: ADA.email, first_name: 'Ada' },
    { phone_number: '+4915112345678' },
    // This number may be hers or somebody else's.
    { email: ADA.email, phone_number: '+4915112345678' },
  ];
  const data = rows.map((attributes) => ({ type: 'profile', attributes }));
  const body = { type: 'profile-bulk-import-job', attributes: { profiles: { data } } };
  await app.post('/api/profile-bulk-import-jobs', { data: body });
  const files = await readAccessFile(app, { external_id: ADA.external_id });
  expect(jsonIn(files, 'bulk-imports.json')).toMatchObject([
    { row: 1, content: { attributes: { first_name: 'Ada' } }, refused: null },
    { row: 3, refused: expect.stringContaining('already exists') },
  ]);
});

test('includes unconfirmed subscriptions, with the mail that was sent', async () => {
  const app = await start();
  const pending = (id: string, email: string) => ({
    account: app.account,
    id,
    email,
    topics: [{ channel: 'email' as const, type: 'marketing' as const }],
    evidence: { method: 'form', ip: '192.0.2.7' },
    language: 'en' as const,
    origin: 'https://api.test',
    requestedAt: '2025-12-31T00:00:00.000Z',
    mailedAt: '2025-12-31T00:00:01.000Z',
    status: 'pending' as const,
    person: { first_name: 'A.' },
    expiresAt: 1_800_000_000,
  });
  await app.table.write(create(pendingOptIns, pending('1', ADA.email)));
  await app.table.write(create(pendingOptIns, pending('2', 'eve@example.com')));
  const found = jsonIn(await readAccessFile(app, { email: ADA.email }), 'confirmations.json');
  expect(found).toMatchObject([
    { id: '1', email: ADA.email, mailed_at: '2025-12-31T00:00:01.000Z', said: { first_name: 'A.' } },
  ]);
});

test("includes the person's changes of dry runs, and none of others", async () => {
  const app = await start();
  await app.importFile('dry-run/profiles/try.csv', `Email,First Name\n${ADA.email},Ada\neve@example.com,Eve\n`);
  const found = jsonIn(await readAccessFile(app, { email: ADA.email }), 'dry-runs.json');
  expect(found).toMatchObject([{ file: 'dry-run/profiles/try.csv', row: 2, profile: { email: ADA.email } }]);
});

test('finds rows after many others, and continues from its checkpoint', async () => {
  const app = await start();
  const others = Array.from({ length: 30_000 }, (_, i) => `p${i}@example.com,${'x'.repeat(300)}\n`);
  const text = `Email,Note\n${ADA.email},first\n${others.join('')}${ADA.email},last\n`;
  await app.services.imports().write('profiles/long.csv', text, 'text/csv');
  const { etag } = (await app.services.imports().head('profiles/long.csv')) ?? {};
  const job = {
    account: app.account,
    id: 'a'.repeat(32),
    key: 'profiles/long.csv',
    kind: 'profiles',
    status: 'complete',
  };
  const told = {
    etag,
    size: text.length,
    createdAt: '2025-12-01T00:00:00.000Z',
    starts: 0,
    expiresAt: 1_800_000_000,
  };
  const layout = { delimiter: ',', headers: ['Email', 'Note'] };
  await app.table.write(create(jobs, { ...told, ...job, layout, counts: noCounts } as Job));
  const held = await findPerson({ kind: 'email', value: ADA.email }, app.context());
  const read = async (behind?: string) => {
    const pages: Page[] = [];
    for await (const page of imports.read(held, behind, app.context())) pages.push(page);
    return pages;
  };
  const all = await read();
  expect(all.flatMap(({ records }) => records.map(({ row }) => row))).toEqual([2, 30_003]);
  for (const [i, { place }] of all.entries()) expect(await read(place)).toEqual(all.slice(i + 1));
});
