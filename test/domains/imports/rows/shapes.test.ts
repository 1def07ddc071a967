import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

test('rows are read as spreadsheets write them', async () => {
  const app = await startImports();
  const lines = [
    'Email,First Name,Last Name,Zip,External ID',
    'short@example.com,Ada',
    'long@example.com,Bob,B,,,,, ,',
    ',,,,',
    '  ,\t,,',
    '   ',
    'text@example.com,Eve,E,"=""00123""","=""0042"""',
    "guard@example.com,Gus,'t Hooft,'EC1A 1BB,'0x7F",
    `${'\0'.repeat(40)}`,
  ];
  const { attributes } = await app.drop('profiles/x.csv', `${lines.join('\n')}\n`);
  expect(attributes).toMatchObject({ status: 'complete', total_count: 4, created_count: 4, failed_count: 0 });
  expect((await app.profile('short@example.com')).attributes).toMatchObject({ first_name: 'Ada', last_name: null });
  expect((await app.profile('long@example.com')).attributes).toMatchObject({ first_name: 'Bob', last_name: 'B' });
  expect((await app.profile('text@example.com')).attributes).toMatchObject({
    external_id: '0042',
    location: { zip: '00123' },
  });
  expect((await app.profile('guard@example.com')).attributes).toMatchObject({
    last_name: "'t Hooft",
    external_id: '0x7F',
    location: { zip: 'EC1A 1BB' },
  });
});

test('a value beyond the header, and a zero byte, fail their rows', async () => {
  const app = await startImports();
  const { id, attributes } = await app.drop('profiles/x.csv', 'Email,Note\na@example.com,x,y\nb@example.com,a\0b\n');
  expect(attributes).toMatchObject({ created_count: 0, failed_count: 2 });
  const { body } = await app.get(`/api/import-jobs/${id}/errors`);
  expect(body.data.map((row: { attributes: { code: string } }) => row.attributes.code)).toEqual([
    'too_many_fields',
    'zero_byte',
  ]);
});

test('blank headers at the end are ignored', async () => {
  const app = await startImports();
  const { attributes } = await app.drop(
    'profiles/x.csv',
    `Email${','.repeat(500)}\nada@example.com${','.repeat(500)}\n`,
  );
  expect(attributes).toMatchObject({ status: 'complete', created_count: 1 });
});

test('a column without a header fails its rows, unless the mapping leaves it out or names it', async () => {
  const text = ',Email\n7,ada@example.com\n';
  const app = await startImports();
  const failed = await app.drop('profiles/index.csv', text);
  expect(failed.attributes).toMatchObject({ failed_count: 1 });
  expect(await app.report('profiles/index.errors.csv')).toContain('"":');

  await app.put('profiles/without.mapping.json', '{"columns":{"":null}}');
  expect((await app.drop('profiles/without.csv', text)).attributes).toMatchObject({ created_count: 1 });
  expect((await app.profile('ada@example.com')).attributes.properties).toEqual({});

  await app.put('profiles/named.mapping.json', '{"columns":{"":"Row"}}');
  expect((await app.drop('profiles/named.csv', text)).attributes).toMatchObject({ updated_count: 1 });
  expect((await app.profile('ada@example.com')).attributes.properties).toEqual({ Row: 7 });
});

test('rows of events are read in the same way', async () => {
  const app = await startImports();
  const text = 'Email,Timestamp,Note\nada@example.com,2026-01-01\n,,\nbob@example.com,2026-01-01,"=""007""",,\n';
  const { attributes } = await app.drop('events/Seen.csv', text);
  expect(attributes).toMatchObject({ total_count: 2, created_count: 2 });
});
