import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

type App = Awaited<ReturnType<typeof startImports>>;

const swapped = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const cyrillic = 'Почта;Город\nada@example.com;Санкт-Петербург, Ленинградская область, Россия\nникто;Москва\n';
/** In Windows-1252 it has two letters that would be one in UTF-8. */
const doubled = 'Adresse;Amt\nada@example.com;SÃ£o Müller\nkeine;x\n';
/** Its first column is the address. */
const columnsOf = (text: string) => ({ columns: { [text.split(';')[0] ?? '']: 'Email' } });

/** A dry run and an import, which have to count the same. */
const tryAndImport = async (app: App, { body, mapping }: { readonly body: Buffer; readonly mapping: object }) => {
  for (const folder of ['dry-run/profiles', 'profiles'])
    await app.put(`${folder}/x.mapping.json`, JSON.stringify(mapping));
  const tried = await app.drop('dry-run/profiles/x.csv', body);
  const done = await app.drop('profiles/x.csv', body);
  const counts = ({ attributes: { status, created_count, failed_count, encoding, delimiter } }: typeof done) => ({
    status,
    created_count,
    failed_count,
    encoding,
    delimiter,
  });
  expect(counts(tried)).toEqual(counts(done));
  return { ...counts(done), error: done.attributes.error };
};

test.each([
  ['utf-16le', Buffer.from(cyrillic, 'utf16le'), 'Город', 'Санкт-Петербург, Ленинградская область, Россия'],
  ['utf-16be', swapped(cyrillic), 'Город', 'Санкт-Петербург, Ленинградская область, Россия'],
  ['windows-1252', Buffer.from(doubled, 'latin1'), 'Amt', 'SÃ£o Müller'],
] as const)(
  'a file in %s that looks like another encoding is read as its mapping says',
  async (encoding, body, name, value) => {
    const app = await startImports();
    const mapping = columnsOf(name === 'Amt' ? doubled : cyrillic);
    await app.put('profiles/y.mapping.json', JSON.stringify(mapping));
    const guessed = (await app.drop('profiles/y.csv', body)).attributes;
    // UTF-16 is recognized by its line breaks and separators.
    expect(guessed.encoding === encoding).toBe(encoding !== 'windows-1252');

    const imported = await tryAndImport(app, { body, mapping: { ...mapping, encoding } });

    expect(imported).toMatchObject({ status: 'complete', error: null, failed_count: 1, encoding, delimiter: ';' });
    expect((await app.profile('ada@example.com')).attributes.properties).toMatchObject({ [name]: value });
  },
);

test('bytes that are not UTF-8 fail their rows in a file whose mapping says UTF-8', async () => {
  const app = await startImports();
  const body = Buffer.from('Email,Name\nada@example.com,Ada\nmax@example.com,M\u00fcller\n', 'latin1');

  expect(await tryAndImport(app, { body, mapping: { encoding: 'utf-8' } })).toMatchObject({
    created_count: 1,
    failed_count: 1,
  });

  const { id } = await app.job('profiles/x.csv');
  const { data } = (await app.get(`/api/import-jobs/${id}/errors`)).body;
  expect(data[0].attributes).toMatchObject({ code: 'invalid_encoding', message: expect.stringContaining('mapping') });
});

test.each([
  [',', ';'],
  [';', ','],
  ['\t', ','],
  ['|', ';'],
])('%j separates fields where the mapping says so, whatever else looks like a separator', async (delimiter, other) => {
  const app = await startImports();
  const header = `Email${delimiter}a${other} b${other} c`;
  const body = Buffer.from(`${header}\nada@example.com${delimiter}1${other} 2${other} 3\n`);
  expect((await app.drop('profiles/y.csv', body)).attributes).toMatchObject({ status: 'failed' });

  expect(await tryAndImport(app, { body, mapping: { delimiter } })).toMatchObject({ created_count: 1, delimiter });

  const { properties } = (await app.profile('ada@example.com')).attributes;
  expect(properties).toEqual({ [`a${other} b${other} c`]: `1${other} 2${other} 3` });
});

test.each([
  ['a byte order mark of UTF-8', Buffer.from('\u{FEFF}Email,Name\nada@example.com,Müller\n'), 'windows-1252', 'utf-8'],
  [
    'a byte order mark of UTF-16',
    Buffer.from('\u{FEFF}Email,Name\nada@example.com,Müller\n', 'utf16le'),
    'utf-8',
    'utf-16le',
  ],
  ['its other one', swapped('\u{FEFF}Email,Name\nada@example.com,Müller\n'), 'utf-16le', 'utf-16be'],
])('%s overrides the mapping', async (_, body, encoding, read) => {
  const app = await startImports();

  expect(await tryAndImport(app, { body, mapping: { encoding } })).toMatchObject({ created_count: 1, encoding: read });

  expect((await app.profile('ada@example.com')).attributes.properties).toEqual({ Name: 'Müller' });
});

test('a line that names the separator overrides it too', async () => {
  const app = await startImports();
  const body = Buffer.from('sep=;\nEmail;Name\nada@example.com;Ada\n');
  expect(await tryAndImport(app, { body, mapping: { delimiter: ',' } })).toMatchObject({
    created_count: 1,
    delimiter: ';',
  });
});

test('failed rows can be uploaded as we wrote them, or as a spreadsheet saved them', async () => {
  const app = await startImports();
  const mapping = { ...columnsOf(cyrillic), encoding: 'utf-16le', delimiter: ';' };
  await tryAndImport(app, { body: Buffer.from(cyrillic, 'utf16le'), mapping });
  const report = (await app.report('profiles/x.errors.csv'))?.replace('никто', 'eve@example.com') ?? '';
  expect(report).toContain('Москва');

  // Saved by a spreadsheet, without a mark.
  const again = await app.drop('profiles/x.errors.csv', report.replace('\u{FEFF}', ''));

  expect(again.attributes).toMatchObject({ status: 'complete', created_count: 1, encoding: 'utf-8' });
  expect((await app.profile('eve@example.com')).attributes.properties).toEqual({ Город: 'Москва' });
});

test('the encoding of a saved mapping applies to all files with its headers, and is an error where it changes them', async () => {
  const app = await startImports();
  const save = (mapping: object, headers = ['Adresse', 'Amt']) =>
    app.post('/api/import-mappings', {
      data: { type: 'import-mapping', attributes: { name: 'Till', kind: 'profiles', headers, mapping } },
    });
  const { id } = (await save({ columns: { Adresse: 'Email' }, encoding: 'windows-1252', delimiter: ';' })).body.data;
  await save({ encoding: 'utf-16le' }, ['Email', 'Amt']);

  const job = await app.drop('profiles/a.csv', Buffer.from('Adresse;Amt\nada@example.com;SÃ£o Müller\n', 'latin1'));
  expect(job.attributes).toMatchObject({
    created_count: 1,
    encoding: 'windows-1252',
    mapping: { source: 'saved', id },
  });
  expect((await app.profile('ada@example.com')).attributes.properties).toEqual({ Amt: 'SÃ£o Müller' });

  const other = await app.drop('profiles/b.csv', 'Email;Amt\nada@example.com;x\n');
  expect(other.attributes).toMatchObject({
    status: 'failed',
    error: expect.stringMatching(/saved mapping.*gives other headers/),
  });

  const { status, body } = await save({ encoding: 'latin1', delimiter: '::' });
  expect([status, body.errors.map(({ source }: { source: { pointer: string } }) => source.pointer)]).toEqual([
    400,
    ['/data/attributes/mapping/encoding', '/data/attributes/mapping/delimiter'],
  ]);
});
