import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

const counts = ({ attributes }: { attributes: Record<string, unknown> }) => {
  const { total_count, created_count, updated_count, unchanged_count, duplicate_count, failed_count } = attributes;
  return { total_count, created_count, updated_count, unchanged_count, duplicate_count, failed_count };
};

test('a dropped file becomes profiles, and five notices of one upload at once make one job', async () => {
  const app = await startImports();
  await app.put(
    'profiles/people.csv',
    'Email,First Name,Phone Number,Country,Zip,Points,Tags,Newsletter\r\nAda@Example.com,Ada,030 1234567,Germany,01234,12.5,"[""a"",""b""]",true\r\nbob@example.com,,,,,,,\r\n',
  );
  const notice = await app.notice('profiles/people.csv');

  await Promise.all(Array.from({ length: 5 }, () => app.deliver(notice)));
  await app.drain();

  const { body } = await app.get('/api/import-jobs');
  expect(body.data).toHaveLength(1);
  expect(body.data[0].attributes).toMatchObject({
    key: 'profiles/people.csv',
    kind: 'profiles',
    status: 'complete',
    progress: 100,
    error: null,
    total_count: 2,
    created_count: 2,
    failed_count: 0,
  });
  expect((await app.profile('ada@example.com')).attributes).toMatchObject({
    first_name: 'Ada',
    phone_number: '+49301234567',
    location: { country: 'Germany', zip: '01234' },
    properties: { Points: 12.5, Tags: ['a', 'b'], Newsletter: true },
  });
  expect((await app.profile('bob@example.com')).attributes.properties).toEqual({});
});

test('blanks keep stored values, the last row about a person wins, and a row with nothing new is unchanged', async () => {
  const app = await startImports();
  await app.drop('profiles/a.csv', 'Email,First Name,Size\na@example.com,Ada,M\n');

  const job = await app.drop(
    'profiles/b.csv',
    'Email,First Name,Size\na@example.com,,\nb@example.com,B1,\nB@EXAMPLE.com,B2,\na@example.com,,L\n\nb@example.com,B3,\n',
  );

  expect(counts(job)).toEqual({
    total_count: 5,
    created_count: 1,
    updated_count: 3,
    unchanged_count: 1,
    duplicate_count: 0,
    failed_count: 0,
  });
  expect((await app.profile('a@example.com')).attributes).toMatchObject({
    first_name: 'Ada',
    properties: { Size: 'L' },
  });
  expect((await app.profile('b@example.com')).attributes.first_name).toBe('B3');
});

const bad = [
  'Email,Phone,Country,Note',
  'ok@example.com,,,fine',
  'not an address,030 12,DE,=1+1',
  'short@example.com',
  'long@example.com,,,a,b',
  '"stray@example.com"x,,,',
  ',,,nobody',
  'phone@example.com,+49 30 1234567,,"two',
  'lines, ""quoted"""',
  '\u{FFFD}@example.com,,,',
  '',
].join('\n');

test('a row that cannot be imported fails alone, and is reported with its number, its reason and its text', async () => {
  const app = await startImports();

  const job = await app.drop('profiles/bad.csv', `\u{FEFF}${bad}`);

  expect(counts(job)).toMatchObject({ total_count: 8, created_count: 3, failed_count: 5 });
  const { body } = await app.get(`/api/import-jobs/${job.id}/errors?page[size]=3`);
  expect(body.data.map((row: { attributes: object }) => row.attributes)).toMatchObject([
    {
      row_number: 3,
      column: 'Email',
      code: 'invalid_email',
      problems: [{ code: 'invalid_email' }, { column: 'Phone', code: 'invalid_phone_number' }],
      original_row: 'not an address,030 12,DE,=1+1',
    },
    { row_number: 5, column: null, code: 'too_many_fields' },
    { row_number: 6, code: 'broken_quotes', original_row: '"stray@example.com"x,,,' },
  ]);
  const rest = await app.get(body.links.next.replace('https://api.test', ''));
  expect(rest.body.data.map((row: { attributes: { code: string } }) => row.attributes.code)).toEqual([
    'missing_identifier',
    'invalid_encoding',
  ]);
  expect(rest.body.links.next).toBeNull();
});

test('the report is beside the file and safe from formulas; it is no upload itself, but a corrected one is', async () => {
  const app = await startImports();
  await app.drop('profiles/bad.csv', 'Email,Phone,Note\nnobody,\'+49301234567,=1+1\nada@example.com,+1,"-5"\n');
  const report = (await app.report('profiles/bad.errors.csv')) ?? '';

  expect(report.split('\r\n')).toEqual([
    '\u{FEFF}error_code,error_message,Email,Phone,Note',
    'invalid_email,"Email: Not an e-mail address, such as ada@example.com.",nobody,\'+49301234567,\'=1+1',
    "invalid_phone_number,Phone: Not a phone number that exists in this country.,ada@example.com,'+1,-5",
    '',
  ]);
  await app.deliver(await app.notice('profiles/bad.errors.csv'));
  await app.drain();
  expect((await app.get('/api/import-jobs')).body.data).toHaveLength(1);

  app.at('2026-01-02T00:00:00Z');
  const mended = report.replace('nobody', 'bob@example.com');
  const job = await app.drop('profiles/bad.errors.csv', mended);

  expect(counts(job)).toMatchObject({ total_count: 2, created_count: 1, failed_count: 1 });
  expect((await app.profile('bob@example.com')).attributes).toMatchObject({
    phone_number: '+49301234567',
    properties: { Note: '=1+1' },
  });
  const second = (await app.report('profiles/bad.errors.2.csv')) ?? '';
  expect(second.split('\r\n')).toEqual([report.split('\r\n')[0], report.split('\r\n')[2], '']);
});

test.each([
  ['an empty file', '', /empty/],
  ['a file of line ends', '\n\n', /empty/],
  ['no identifier', 'Name,City\nAda,Paris\n', /Email, Phone Number or External ID/],
  ['a header twice', 'Email,Name,name\na@b.cc,A,B\n', /'name' occurs twice/],
])('%s fails the whole job with its reason', async (_, content, reason) => {
  const app = await startImports();

  const job = await app.drop('profiles/x.csv', content);

  expect(job.attributes.status).toBe('failed');
  expect(job.attributes.error).toMatch(reason);
  expect(counts(job).total_count).toBe(0);
});

test('a header alone is a complete import of no rows', async () => {
  const app = await startImports();

  const job = await app.drop('profiles/x.csv', 'Email,Name');

  expect(job.attributes).toMatchObject({ status: 'complete', total_count: 0, progress: 100 });
});

test('an identifier of another profile that may be the same person fails the row, with a reason', async () => {
  const app = await startImports();

  const job = await app.drop(
    'profiles/x.csv',
    'Email,Phone\n,+49301234567\nb@example.com,\nb@example.com,+49301234567\n',
  );

  expect(counts(job)).toMatchObject({ total_count: 3, created_count: 2, failed_count: 1 });
});

test('consent has the time of the file, an older one changes nothing, and the ledger names the file', async () => {
  const app = await startImports();
  const header = 'Email,Email Marketing Consent,Email Marketing Consent Timestamp';
  await app.put('profiles/new.mapping.json', '{"consent":{"basis":"asked at the fair"}}');
  await app.drop('profiles/new.csv', `${header}\na@example.com,Unsubscribed,2025-06-01\nb@example.com,Subscribed,\n`);

  await app.drop(
    'profiles/old.csv',
    `${header}\na@example.com,Subscribed,2025-01-01\nb@example.com,Never subscribed,\n`,
  );

  const a = (await app.profile('a@example.com')).attributes.subscriptions.email.marketing;
  expect(a).toMatchObject({ consent: 'UNSUBSCRIBED', consent_timestamp: expect.stringMatching(/^2025-06-01/) });
  const b = (await app.profile('b@example.com')).attributes.subscriptions.email.marketing;
  expect(b).toMatchObject({ consent: 'SUBSCRIBED', method: expect.stringMatching(/manual_import/i) });
});

test("of two consents without a time the later row wins, and Shopify's yes undoes no opt-out", async () => {
  const app = await startImports();
  const rows = Array.from({ length: 8 }, (_, i) => `p${i}@example.com,Subscribed\np${i}@example.com,Unsubscribed\n`);
  const mapping = '{"consent":{"basis":"asked at the fair"}}';
  await app.put('profiles/both.mapping.json', mapping);
  await app.put('profiles/shopify.mapping.json', mapping);
  await app.drop('profiles/both.csv', `Email,Email Marketing Consent\n${rows.join('')}`);
  app.at('2026-02-01T00:00:00Z');

  await app.drop(
    'profiles/shopify.csv',
    'Email,Accepts Email Marketing\np1@example.com,yes\nnew@example.com,yes\nno@example.com,no\n',
  );

  for (let i = 0; i < 8; i++) {
    const { subscriptions } = (await app.profile(`p${i}@example.com`)).attributes;
    expect(subscriptions.email.marketing.consent).toBe('UNSUBSCRIBED');
  }
  expect((await app.profile('new@example.com')).attributes.subscriptions.email.marketing.consent).toBe('SUBSCRIBED');
  expect((await app.profile('no@example.com')).attributes.subscriptions.email.marketing.consent).toBe(
    'NEVER_SUBSCRIBED',
  );
});
