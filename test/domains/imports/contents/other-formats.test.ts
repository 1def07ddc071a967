import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';
import { zipOf } from '../zip-file.ts';

const workbook = zipOf([
  { name: '[Content_Types].xml', text: '<Types/>' },
  { name: 'xl/workbook.xml', text: '<workbook/>' },
  { name: 'xl/worksheets/sheet1.xml', text: '<worksheet/>' },
]);

test.each([
  ['an .xlsx called .csv', 'people.csv', workbook, /Excel workbook \(\.xlsx\).*CSV UTF-8/],
  ['an .xlsx', 'people.xlsx', workbook, /Excel workbook \(\.xlsx\).*CSV UTF-8/],
  ['an .xls', 'people.XLS', Buffer.from('d0cf11e0a1b11ae1000000', 'hex'), /Excel 97-2003 workbook/],
  [
    'an .ods',
    'people.ods',
    zipOf([
      { name: 'mimetype', text: 'x' },
      { name: 'content.xml', text: 'x' },
    ]),
    /OpenDocument/,
  ],
  ['an HTML page', 'people.csv', '\ufeff\n<!DOCTYPE html><html><body>Log in</body></html>', /HTML page/],
  ['an HTML table as Excel', 'people.csv', '<table border=1><tr><td>Email</td></tr></table>', /HTML page/],
  ['XML', 'people.csv', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', /is XML/],
  ['a PDF', 'people.csv', '%PDF-1.7\n%âãÏÓ', /a PDF/],
  ['JSON', 'people.csv', '[\n {"email": "ada@example.com"}]', /is JSON/],
  ['JSON Lines', 'people.csv', '{"email": "ada@example.com"}\n{"email": "eve@example.com"}\n', /is JSON/],
  ['an image', 'people.csv', Buffer.from('89504e470d0a1a0a0000', 'hex'), /an image/],
])('%s fails with its format and what to do', async (_, name, body, reason) => {
  const app = await startImports();
  const { attributes } = await app.drop(`profiles/${name}`, body);
  expect(attributes).toMatchObject({ status: 'failed', error: expect.stringMatching(reason), total_count: 0 });
});

test('a header may begin with a bracket', async () => {
  const app = await startImports();
  const { attributes } = await app.drop('profiles/x.csv', '[id],Email\n1,ada@example.com\n');
  expect(attributes).toMatchObject({ status: 'complete', created_count: 1 });
});

const titled = 'Kundenliste 2026;;\n;;\nStand: 1.5.2026;;\nE-Mail;Vorname;Umsatz\nada@example.com;Ada;5\nkein@;x;1\n';

test('a header below a title is suggested, and used where the mapping names its row', async () => {
  const app = await startImports();
  const { attributes } = await app.drop('profiles/x.csv', titled);
  expect(attributes).toMatchObject({
    status: 'failed',
    error: expect.stringMatching(
      /^Row 1 \(Kundenliste 2026\) is not a header, but row 4 looks like one: E-Mail, Vorname, Umsatz\..*--header-row 4/,
    ),
  });
  await app.put('profiles/y.mapping.json', '{"header_row": 4}');
  const { id, attributes: read } = await app.drop('profiles/y.csv', titled);
  expect(read).toMatchObject({ status: 'complete', created_count: 1, failed_count: 1 });
  const [row] = (await app.get(`/api/import-jobs/${id}/errors`)).body.data;
  expect(row.attributes.row_number).toBe(6);
  expect((await app.profile('ada@example.com')).attributes.properties).toEqual({ Umsatz: 5 });
});

test('no header is suggested where no row looks like one', async () => {
  const app = await startImports();
  const { attributes } = await app.drop('profiles/x.csv', 'A,B\n1,2\n3,4\n');
  expect(attributes.error).toMatch(/^No column identifies the person/);
});

test.each([
  'Email,First Name\nada@example.com,Ada\n\nEmail,Phone,City\neve@example.com,+4915112345678,Bonn\n',
  'Email,First Name\nada@example.com,Ada\nFirst Name,Email\nEve,eve@example.com\n',
  'Email,First Name\nada@example.com,Ada\n,\nProduct,Price\nShirt,20\n',
])('a second table in a file is refused, with its row', async (text) => {
  const app = await startImports();
  const { attributes } = await app.drop('profiles/x.csv', text);
  expect(attributes).toMatchObject({
    status: 'failed',
    error: expect.stringMatching(/Row [34] looks like the header of another table/),
  });
});

test('a total below a table, and people without an address after a blank row, are rows', async () => {
  const app = await startImports();
  const text = 'Email,First Name,Last Name\nada@example.com,Ada,L\n\n,Grace,Hopper\neve@example.com,Eve,E\nTotal,2,\n';
  const { attributes } = await app.drop('profiles/x.csv', text);
  expect(attributes).toMatchObject({ status: 'complete', created_count: 2, failed_count: 2 });
});
