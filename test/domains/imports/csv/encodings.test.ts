import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';
import { zipOf } from '../zip-file.ts';

const text = 'Email;Name;Notiz\r\nada@example.com;Müller;"zwei\r\nZeilen – ""ß"""\r\nkein@;x;\r\n';
const mark = '\u{FEFF}';

/** A dash is a byte of Windows-1252 that Latin 1 does not have. */
const windows1252 = (given: string): Buffer => Buffer.from(given.replaceAll('–', '\u0096'), 'latin1');

test.each([
  ['UTF-8', 'x.csv', Buffer.from(text)],
  ['UTF-8 with a byte order mark', 'x.csv', Buffer.from(mark + text)],
  ['Windows-1252', 'x.csv', windows1252(text)],
  ['UTF-16, little end first', 'x.csv', Buffer.from(mark + text, 'utf16le')],
  ['UTF-16, big end first', 'x.csv', Buffer.from(mark + text, 'utf16le').swap16()],
  ['separated by tabs', 'x.tsv', Buffer.from(text.replaceAll(';', '\t'))],
  ['separated by pipes', 'x.csv', Buffer.from(text.replaceAll(';', '|'))],
  ['with a line that names the separator', 'x.csv', Buffer.from(`sep=;\r\n${text}`)],
  ['gzip', 'x.csv.gz', gzipSync(text)],
  ['gzip of UTF-16', 'x.csv.gz', gzipSync(Buffer.from(mark + text, 'utf16le'))],
  [
    'ZIP',
    'x.zip',
    zipOf([
      { name: '__MACOSX/._x.csv', text: '' },
      { name: 'export/x.csv', text },
    ]),
  ],
  ['ZIP of Windows-1252', 'x.zip', zipOf([{ name: 'x.csv', text: windows1252(text) }])],
])('a file in %s is imported, and its failed rows are reported', async (_, name, content) => {
  const app = await startImports();

  const job = await app.drop(`profiles/${name}`, content);

  expect(job.attributes).toMatchObject({
    status: 'complete',
    error: null,
    created_count: 1,
    failed_count: 1,
    progress: 100,
  });
  expect((await app.profile('ada@example.com')).attributes.properties).toEqual({
    Name: 'Müller',
    Notiz: 'zwei\r\nZeilen – "ß"',
  });
  const first = name === 'x.csv' && content.toString().startsWith('sep=') ? 5 : 4;
  const { data } = (await app.get(`/api/import-jobs/${job.id}/errors`)).body;
  expect(data[0].attributes).toMatchObject({ row_number: first - 1, column: 'Email', code: 'invalid_email' });
  expect(await app.report('profiles/x.errors.csv')).toMatch(/kein@/);
  expect(await app.files.list('work/')).toEqual([]);
});

test('a small file is unpacked even with little time left', async () => {
  const app = await startImports();
  await app.put('profiles/x.csv.gz', gzipSync(text));
  await app.deliver(await app.notice('profiles/x.csv.gz'));
  await app.drain(() => 10_000);
  expect((await app.job('profiles/x.csv.gz')).attributes).toMatchObject({ status: 'complete', created_count: 1 });
});

test('an unpacked file is imported in chunks', async () => {
  const app = await startImports({ chunkBytes: 300, lanes: 2 });
  const rows = Array.from({ length: 60 }, (_, i) => `p${i}@example.com,2026-01-01,ü${i}\n`).join('');

  const job = await app.drop('events/Seen.csv.gz', gzipSync(Buffer.from(`Email,Timestamp,Wörd\n${rows}`, 'latin1')));

  expect(job.attributes).toMatchObject({ status: 'complete', created_count: 60 });
  expect(job.attributes.chunk_count).toBeGreaterThan(5);
});

test('a file in an unknown encoding is refused, and nothing of it is stored', async () => {
  const app = await startImports();
  // Chinese in GBK.
  const content = Buffer.concat([
    Buffer.from('Email,Last Name\nada@example.com,'),
    Buffer.from('cdf5d0a1c3f720c4e3bac3', 'hex'),
  ]);
  const { attributes } = await app.drop('profiles/x.csv', content);
  expect(attributes).toMatchObject({ status: 'failed', error: expect.stringContaining("Save it as 'CSV UTF-8'") });
  expect(await app.profile('ada@example.com')).toBeUndefined();
});

/** One changed byte in the packed file, as by a bad disk: only the checksum shows it. */
const corrupted = (zip: Buffer): Buffer => Buffer.from(zip.toString('latin1').replace('ada@', 'adb@'), 'latin1');

const bomb = Buffer.alloc(80 * 1024 * 1024, 'Email\na@example.com\n');

test.each([
  ['gzip that is cut off', 'x.csv.gz', gzipSync(text).subarray(0, -12), /can't be unpacked/],
  ['a gzip bomb', 'x.csv.gz', gzipSync(bomb), /more than 200 times its size/],
  ['a ZIP bomb', 'x.zip', zipOf([{ name: 'x.csv', text: bomb }]), /more than 200 times its size/],
  [
    'a ZIP that lies about its size',
    'x.zip',
    zipOf([{ name: 'x.csv', text: 'Email\n'.repeat(500_000), claimedSize: 30 }]),
    /can't be read/,
  ],
  [
    'a ZIP with a path out of it',
    'x.zip',
    zipOf([{ name: '../x.csv', text }]),
    /can't be read \(invalid relative path/,
  ],
  ['a ZIP with an absolute path', 'x.zip', zipOf([{ name: '/etc/x.csv', text }]), /can't be read \(absolute path/],
  [
    'a ZIP of two files',
    'x.zip',
    zipOf([
      { name: 'a.csv', text },
      { name: 'b.csv', text },
    ]),
    /contains 'a.csv', 'b.csv'/,
  ],
  [
    'a ZIP within a ZIP',
    'x.zip',
    zipOf([{ name: 'x.zip', text: zipOf([{ name: 'x.csv', text }]) }]),
    /contains 'x.zip'/,
  ],
  ['an empty ZIP', 'x.zip', zipOf([]), /contains nothing/],
  [
    'a ZIP of which a bit fell over',
    'x.zip',
    corrupted(zipOf([{ name: 'x.csv', text, isStored: true }])),
    /is damaged/,
  ],
  ['a ZIP that is cut off', 'x.zip', zipOf([{ name: 'x.csv', text }]).subarray(0, -30), /can't be read/],
])('%s fails the job with its reason, and imports nothing', async (_, name, content, reason) => {
  const app = await startImports();

  const job = await app.drop(`profiles/${name}`, content);

  expect(job.attributes).toMatchObject({ status: 'failed', error: expect.stringMatching(reason), total_count: 0 });
});
