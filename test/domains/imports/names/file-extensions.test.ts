import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { people, start } from '../sftp/start-sftp.ts';
import { startImports } from '../start-imports.ts';
import { zipOf } from '../zip-file.ts';

const tabs = people.replaceAll(',', '\t');
const files: [string, string | Buffer][] = [
  ['People.Csv', people],
  ['people.TSV', tabs],
  ['people.csv.Gz', gzipSync(people)],
  ['People.Zip', zipOf([{ name: 'People.CSV', text: people }])],
];

test.each(files)('%s is imported from the bucket', async (name, content) => {
  const app = await startImports();
  const { attributes } = await app.drop(`profiles/${name}`, content);
  expect(attributes).toMatchObject({ status: 'complete', created_count: 1, failed_count: 1 });
});

test.each(files)('%s works in a dry run and as an upload of the API', async (name, content) => {
  const app = await startImports();
  const attributes = { kind: 'profiles', file_name: name, size: Buffer.byteLength(content) };
  const { status, body } = await app.post('/api/import-jobs?dry_run=true', {
    data: { type: 'import-job', attributes },
  });
  expect(status).toBe(201);
  await app.drop(body.data.attributes.key, content);
  expect((await app.get(`/api/import-jobs/${body.data.id}`)).body.data.attributes).toMatchObject({
    status: 'complete',
    dry_run: true,
    created_count: 1,
  });
});

test.each(files)('%s is imported by SFTP', async (name, content) => {
  const app = await start();
  await app.put(app.key(`profiles/${name}`), content);
  await app.announce(`profiles/${name}`, 'Upload Completed', { bytes: Buffer.byteLength(content) });
  expect(await app.result(`${name.split('.')[0]}.report.json`)).toMatchObject({ status: 'complete', created_count: 1 });
});

const foreign = 'Adresse\nada@example.com\n';
const mapping = '{"columns":{"Adresse":"Email"}}';

test.each(['leute.Mapping.JSON', 'leute.MAPPING.json'])('%s beside a file is its mapping', async (name) => {
  const before = await startImports();
  await before.put(`profiles/${name}`, mapping);
  const { attributes } = await before.drop('profiles/leute.CSV', foreign);
  expect(attributes).toMatchObject({ status: 'complete', mapping: { source: 'file', id: `profiles/${name}` } });

  const after = await startImports();
  expect((await after.drop('profiles/leute.CSV', foreign)).attributes).toMatchObject({ status: 'failed' });
  await after.drop(`profiles/${name}`, mapping);
  expect((await after.job('profiles/leute.CSV')).attributes).toMatchObject({ status: 'complete', created_count: 1 });
});

test('an import by SFTP waits for a mapping whose name is in capitals', async () => {
  const app = await start();
  await app.put(app.key('profiles/leute.MAPPING.JSON'), mapping);
  await app.put(app.key('profiles/leute.csv'), foreign);
  await app.announce('profiles/leute.csv');
  expect(await app.result('leute.report.json')).toMatchObject({
    status: 'complete',
    mapping: 'profiles/leute.MAPPING.JSON',
  });
});

test('corrected failed rows retry their import, also in a file whose name is in capitals', async () => {
  const app = await startImports();
  const { id } = await app.drop('profiles/People.Csv', people);
  const rows = (await app.report('profiles/People.errors.csv'))?.replace('nobody', 'eve@example.com') ?? '';
  const { attributes } = await app.drop('profiles/People.Errors.CSV', rows);
  expect(attributes).toMatchObject({ status: 'complete', created_count: 1, retries_job_id: id });
});

test.each([
  'profiles/people.docx',
  'profiles/people.csv.part',
  'profiles/',
  'profiles/Abc123/people.csv.error.txt',
  'sftp/Abc123/Abc123_ada/results/people.report.json',
  'reports/Abc123/job/errors-000000000001.jsonl',
])('%s reaches the queue and is ignored before anything is read', async (key) => {
  const app = await startImports();
  await app.put(key, 'Email\nada@example.com\n');
  const body = await app.notice(key);
  app.requests.length = 0;

  expect(await app.deliver(body)).toEqual({ batchItemFailures: [] });
  expect(app.requests).toEqual([]);
  expect(await app.drain()).toBe(0);
  expect((await app.get('/api/import-jobs')).body.data).toEqual([]);
});
