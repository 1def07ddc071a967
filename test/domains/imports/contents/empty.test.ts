import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';
import { zipOf } from '../zip-file.ts';

const nothing = Buffer.alloc(0);
const mark = Buffer.from([0xef, 0xbb, 0xbf]);
const utf16 = Buffer.from([0xff, 0xfe]);

const files: readonly (readonly [name: string, body: Buffer])[] = [
  ['a CSV of no bytes', nothing],
  ['a UTF-8 byte order mark alone', mark],
  ['a UTF-16 byte order mark alone', utf16],
  ['blank lines alone', Buffer.from('\n\r\n\n')],
];

test.each(files)('%s fails as empty, in an import and in a dry run', async (_, body) => {
  for (const key of ['profiles/people.csv', 'events/Placed Order.csv', 'dry-run/profiles/people.csv']) {
    const app = await startImports();
    const { attributes } = await app.drop(key, body);
    expect(attributes, key).toMatchObject({ status: 'failed', error: 'The file is empty.', total_count: 0 });
  }
});

test.each(files)('%s fails as empty when it is compressed', async (_, body) => {
  for (const [key, packed] of [
    ['profiles/people.csv.gz', gzipSync(body)],
    ['profiles/people.zip', zipOf([{ name: 'people.csv', text: body }])],
  ] as const) {
    const app = await startImports();
    const { attributes } = await app.drop(key, packed);
    expect(attributes, key).toMatchObject({ status: 'failed', error: 'The file is empty.' });
  }
});

test('a file of zero bytes fails as empty in every format', async () => {
  for (const key of ['profiles/people.csv.gz', 'profiles/people.zip', 'profiles/people.tsv']) {
    const app = await startImports();
    expect((await app.drop(key, nothing)).attributes).toMatchObject({ status: 'failed', error: 'The file is empty.' });
  }
});

test('a header alone is an import of no rows, not a failure', async () => {
  for (const body of ['Email', 'Email\n', 'Email\n\n']) {
    const app = await startImports();
    const { attributes } = await app.drop('profiles/people.csv', body);
    expect(attributes).toMatchObject({ status: 'complete', total_count: 0, error: null });
  }
});

test('an empty report of failed rows fails as an import', async () => {
  const app = await startImports();
  const { attributes } = await app.drop('profiles/people.errors.csv', nothing);
  expect(attributes).toMatchObject({ status: 'failed', error: 'The file is empty.' });
});

test('an empty file by SFTP fails, and the sender gets the reason', async () => {
  const app = await startImports();
  const key = `sftp/${app.account}/shop/profiles/people.csv`;
  await app.put(key, nothing);
  const detail = { 'file-path': `/${app.bucket}/${key}`, bytes: 0 };
  await app.deliver(JSON.stringify({ 'detail-type': 'SFTP Server File Upload Completed', detail }));
  app.advance(60_000);
  // The job waits ten seconds for a mapping.
  await app.deliver(JSON.stringify({ kind: 'import', account: app.account, job: (await app.job(key)).id }));
  expect((await app.job(key)).attributes).toMatchObject({ status: 'failed', error: 'The file is empty.' });
  const report = await app.report(`sftp/${app.account}/shop/results/people.report.json`);
  expect(JSON.parse(report ?? '{}')).toMatchObject({ status: 'failed', error: 'The file is empty.' });
});
