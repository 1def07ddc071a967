import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { zipOf } from '../zip-file.ts';
import { people, start, transferEvent } from './start-sftp.ts';

test("a complete upload is imported, and its reports are in its sender's folder", async () => {
  const app = await start();
  await app.put(app.key('profiles/people.csv'), people);
  await app.announce('profiles/people.csv', 'Upload Completed', { bytes: people.length });

  const { attributes } = await app.job(app.key('profiles/people.csv'));
  expect(attributes).toMatchObject({ kind: 'profiles', status: 'complete', created_count: 1, failed_count: 1 });
  expect(await app.result('people.report.json')).toMatchObject({
    file: 'profiles/people.csv',
    status: 'complete',
    total_count: 2,
    failed_rows: 'results/people.errors.csv',
  });
  expect(await app.report(app.key('results/people.errors.csv'))).toContain('nobody');
  expect(await app.report(app.key('profiles/people.errors.csv'))).toBeUndefined();
});

test.each([
  ['people.csv.gz', gzipSync(people)],
  ['people.zip', zipOf([{ name: 'export/people.csv', text: people }])],
  ['people.tsv', Buffer.from(people.replaceAll(',', '\t'))],
  ['PEOPLE.CSV.GZ', gzipSync(Buffer.from(`\u{FEFF}${people}`, 'utf16le'))],
])('%s is imported as from the bucket, and its reports are in results/', async (name, content) => {
  const app = await start();
  await app.put(app.key(`profiles/${name}`), content);
  await app.announce(`profiles/${name}`, 'Upload Completed', { bytes: content.length });

  const base = name.split('.')[0];
  expect(await app.result(`${base}.report.json`)).toMatchObject({
    file: `profiles/${name}`,
    status: 'complete',
    created_count: 1,
    failed_count: 1,
    failed_rows: `results/${base}.errors.csv`,
  });
  const mended = (await app.report(app.key(`results/${base}.errors.csv`)))?.replace('nobody', 'eve@example.com');
  await app.put(app.key(`profiles/${base}.errors.csv`), mended ?? '');
  await app.announce(`profiles/${base}.errors.csv`);
  const { id } = await app.job(app.key(`profiles/${name}`));
  expect((await app.job(app.key(`profiles/${base}.errors.csv`))).attributes).toMatchObject({
    status: 'complete',
    total_count: 1,
    created_count: 1,
    retries_job_id: id,
  });
});

test.each([
  ['bomb.csv.gz', gzipSync(Buffer.alloc(80 * 1024 * 1024, people)), /more than 200 times its size/],
  ['path.zip', zipOf([{ name: '../../people.csv', text: people }]), /relative path/],
  ['cut.csv.gz', gzipSync(people).subarray(0, -9), /can't be unpacked/],
])('%s by SFTP imports nothing, and its sender gets the reason', async (name, content, reason) => {
  const app = await start();
  await app.put(app.key(`profiles/${name}`), content);
  await app.announce(`profiles/${name}`);

  expect(await app.result(`${name.split('.')[0]}.report.json`)).toMatchObject({
    status: 'failed',
    error: expect.stringMatching(reason),
    total_count: 0,
  });
});

const foreign = 'Adresse,Größe\nada@example.com,1\n';
const mapping = '{"columns":{"Adresse":"Email"},"types":{"Größe":"string"}}';

test.each([
  ['before its file', ['mapping', 'file']],
  ['right after it', ['file', 'mapping']],
  ['after the import failed without it', ['file', 'wait', 'mapping']],
])('a mapping that arrives %s applies to the file', async (_, order) => {
  const app = await start();
  for (const what of order) {
    const [path, text] =
      what === 'mapping' ? ['profiles/leute.mapping.json', mapping] : ['profiles/leute.csv.gz', gzipSync(foreign)];
    if (what === 'wait') {
      await app.workQueued();
      expect(await app.result('leute.report.json')).toMatchObject({ status: 'failed', mapping: null });
      continue;
    }
    await app.put(app.key(String(path)), text);
    await app.deliver(transferEvent(app.bucket, app.key(String(path))));
  }
  await app.workQueued();

  expect(await app.result('leute.report.json')).toMatchObject({
    status: 'complete',
    created_count: 1,
    mapping: 'profiles/leute.mapping.json',
  });
  expect((await app.profile('ada@example.com')).attributes.properties).toEqual({ Größe: '1' });
});

test('a mapping that arrives after the import changes nothing, and the report says so', async () => {
  const app = await start();
  await app.put(app.key('profiles/people.csv'), people);
  await app.announce('profiles/people.csv');
  expect(await app.result('people.report.json')).not.toHaveProperty('note');

  await app.put(app.key('profiles/people.mapping.json'), '{"constants":{"Shop":"Berlin"}}');
  await app.announce('profiles/people.mapping.json');
  expect(await app.result('people.report.json')).toMatchObject({
    status: 'complete',
    note: expect.stringContaining('Send the file again'),
  });
  expect((await app.get('/api/import-jobs')).body.data).toHaveLength(1);

  await app.put(app.key('profiles/people.csv'), people);
  await app.announce('profiles/people.csv');
  expect(await app.result('people.report.json')).toMatchObject({ updated_count: 1, failed_count: 1 });
  expect(await app.result('people.report.json')).not.toHaveProperty('note');
});

test('a file without a transfer event is imported later, by the notice of S3', async () => {
  const app = await start();
  const key = app.key('events/Placed Order.csv');
  const version = await app.put(key, 'Email,Timestamp\nada@example.com,2025-12-01 10:00:00\n');
  await app.deliver(await app.notice(key));
  expect(await app.drain()).toBe(0);
  expect(await app.job(key)).toBeUndefined();

  const { detail } = JSON.parse(await app.notice(key));
  const { size, etag } = detail.object;
  const later = { kind: 'sent-by-sftp', bucket: app.bucket, key, size, etag, versionId: version };
  await app.deliver(JSON.stringify(later));
  await app.drain();
  expect((await app.job(key)).attributes).toMatchObject({ kind: 'events', status: 'complete', created_count: 1 });
});

test('a file is imported under its final name, not under an earlier one', async () => {
  const app = await start();
  await app.put(app.key('profiles/.people.csv'), people);
  await app.announce('profiles/.people.csv');
  expect(await app.job(app.key('profiles/.people.csv'))).toBeUndefined();

  await app.put(app.key('profiles/people.csv'), people);
  const rename = {
    'file-path': undefined,
    'original-file-path': `/${app.bucket}/${app.key('profiles/.people.csv')}`,
    'renamed-file-path': `/${app.bucket}/${app.key('profiles/people.csv')}`,
  };
  await app.announce('profiles/people.csv', 'Rename Completed', rename);
  await app.announce('profiles/people.csv', 'Upload Completed', { bytes: people.length });
  expect(await app.result('people.report.json')).toMatchObject({ status: 'complete', created_count: 1 });
});

test('no job is made by a late event, in another folder or for an unknown account', async () => {
  const app = await start();
  await app.put(app.key('profiles/people.csv'), people);
  await app.announce('profiles/people.csv', 'Upload Failed', { bytes: 3 });
  await app.announce('profiles/gone.csv');
  await app.put(app.key('results/people.csv'), people);
  await app.announce('results/people.csv');
  await app.put(app.key('dry-run/people.csv'), people);
  await app.announce('dry-run/people.csv');
  await app.put('sftp/zzzzzz/zzzzzz_ada/profiles/people.csv', people);
  await app.deliver(transferEvent(app.bucket, 'sftp/zzzzzz/zzzzzz_ada/profiles/people.csv'));
  await app.drain();

  expect((await app.get('/api/import-jobs')).body.data).toEqual([]);
});
