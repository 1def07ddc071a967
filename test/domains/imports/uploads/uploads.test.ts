import { expect, test } from 'vitest';
import { createAccount } from '../../../../functions/domains/accounts/actions.ts';
import { createKey } from '../../../../functions/domains/accounts/keys/actions.ts';
import { removeVersions } from '../../../../functions/platform/storage/files.ts';
import { startImports } from '../start-imports.ts';

const csv = 'Email,Size\nada@example.com,1\n';
const creation = (attributes: object = {}) => ({
  data: {
    type: 'import-job',
    attributes: { kind: 'profiles', file_name: 'people.csv', size: csv.length, ...attributes },
  },
});

/** The request of the answer. The client that sends it counts the bytes. */
const send = (
  {
    url,
    method,
    headers: { 'content-length': _, ...headers },
  }: { url: string; method: string; headers: Record<string, string> },
  body: string,
  changed: Record<string, string> = {},
) => fetch(url, { method, body, headers: { ...headers, ...changed } });

test('a job answers where to upload its file, and is found by its id before and after that', async () => {
  const app = await startImports();

  const { status, body } = await app.post('/api/import-jobs', creation());

  const { id, attributes } = body.data;
  expect(status).toBe(201);
  expect(attributes).toMatchObject({
    kind: 'profiles',
    status: 'waiting_for_upload',
    dry_run: false,
    key: `profiles/${app.account}/uploads/${id}/people.csv`,
    upload: {
      method: 'PUT',
      headers: { 'content-type': 'text/csv', 'content-length': `${csv.length}`, 'if-none-match': '*' },
      expires_at: '2026-01-01T01:00:00.000Z',
    },
  });
  expect((await app.get(`/api/import-jobs/${id}`)).body.data.attributes).toMatchObject({
    status: 'waiting_for_upload',
  });
  expect((await send(attributes.upload, csv)).status).toBe(200);
  const notice = await app.notice(attributes.key);
  for (let times = 0; times < 3; times++) await app.deliver(notice);
  await app.drain();

  const { data } = (await app.get('/api/import-jobs')).body;
  expect(data).toHaveLength(1);
  expect(data[0]).toMatchObject({ id, attributes: { status: 'complete', total_count: 1, created_count: 1 } });
  // A later file at that key is not imported again.
  await app.put(attributes.key, 'Email\neve@example.com\n');
  await app.deliver(await app.notice(attributes.key));
  await app.drain();
  expect((await app.get('/api/import-jobs')).body.data).toEqual(data);
});

test('S3 accepts the named file and no other, and only once', async () => {
  const app = await startImports();
  const { upload } = (await app.post('/api/import-jobs', creation())).body.data.attributes;

  expect((await send(upload, `${csv}x`)).status).toBe(403);
  expect((await send(upload, csv.slice(1))).status).toBe(403);
  expect((await send(upload, csv, { 'content-type': 'text/html' })).status).toBe(403);
  expect((await send({ ...upload, url: upload.url.replace('people', 'others') }, csv)).status).toBe(403);
  expect((await send({ ...upload, url: upload.url.replace(`/${app.account}/`, '/Other1/') }, csv)).status).toBe(403);
  expect((await send({ ...upload, url: upload.url.replace('/profiles/', '/events/') }, csv)).status).toBe(403);
  expect(await app.files.list('profiles/')).toEqual([]);
  expect((await send(upload, csv)).status).toBe(200);
  expect((await send(upload, csv.replace('ada', 'eve'))).status).toBe(412);
});

test.each([
  [{ kind: 'people' }, 'kind'],
  [{ file_name: '../people.csv' }, 'file_name'],
  [{ file_name: 'a/b.csv' }, 'file_name'],
  [{ file_name: 'a\\b.csv' }, 'file_name'],
  [{ file_name: '.csv' }, 'file_name'],
  [{ file_name: ' a.csv' }, 'file_name'],
  [{ file_name: 'a\u202evsc.csv' }, 'file_name'],
  [{ file_name: 'a\n.csv' }, 'file_name'],
  [{ file_name: 'people.xlsx' }, 'file_name'],
  [{ file_name: `${'a'.repeat(200)}.csv` }, 'file_name'],
  [{ size: 0 }, 'size'],
  [{ size: 1.5 }, 'size'],
  [{ size: 5 * 1024 ** 3 + 1 }, 'size'],
  [{ content_type: 'text/html' }, 'content_type'],
  [{ file_name: 'people.zip', content_type: 'text/csv' }, 'content_type'],
  [{ mapping: { colums: {} } }, 'mapping/colums'],
  [{ mapping: { metric: 'Placed Order' } }, 'mapping/metric'],
  [{ kind: 'events', mapping: { consent: {} } }, 'mapping/consent'],
  [{ something: 1 }, 'something'],
])('%j is refused', async (attributes, place) => {
  const app = await startImports();

  const { status, body } = await app.post('/api/import-jobs', creation(attributes));

  expect(status).toBe(400);
  expect(body.errors.map(({ source }: { source: object }) => source)).toEqual([
    { pointer: `/data/attributes/${place}` },
  ]);
});

test('all errors are reported at once', async () => {
  const app = await startImports();

  const { body } = await app.post(
    '/api/import-jobs?dry_run=perhaps',
    creation({ kind: 'x', file_name: 'a.exe', size: -1, mapping: { dates: 'never' } }),
  );

  expect(body.errors).toHaveLength(5);
});

test('the mapping of an upload applies to it', async () => {
  const app = await startImports();
  const text = 'Adresse;Größe\nada@example.com;9\n';
  const mapping = { columns: { Adresse: 'Email', Größe: 'Size' } };
  const { data } = (await app.post('/api/import-jobs', creation({ mapping, size: Buffer.byteLength(text) }))).body;
  await send(data.attributes.upload, text);
  await app.deliver(await app.notice(data.attributes.key));
  await app.drain();

  expect((await app.profile('ada@example.com')).attributes.properties).toEqual({ Size: 9 });
});

test('a job without its file expires, and is imported if the file comes after all', async () => {
  const app = await startImports();
  const { id, attributes } = (await app.post('/api/import-jobs', creation())).body.data;
  const { attributes: of } = (await app.post('/api/import-jobs', creation())).body.data;
  const move = (status: string) =>
    app.patch(`/api/import-jobs/${id}`, { data: { type: 'import-job', id, attributes: { status } } });
  expect((await move('queued')).status).toBe(409);
  expect((await move('paused')).status).toBe(409);
  const due = (job: string) => JSON.stringify({ kind: 'upload-is-due', account: app.account, job });

  await app.deliver(due(id));
  expect((await app.get(`/api/import-jobs/${id}`)).body.data.attributes.status).toBe('waiting_for_upload');
  app.advance(3_600_000);
  await app.deliver(due(id));

  expect((await app.get(`/api/import-jobs/${id}`)).body.data.attributes).toMatchObject({
    status: 'expired',
    upload_until: null,
    completed_at: '2026-01-01T01:00:00.000Z',
  });
  const { body } = await app.get('/api/import-jobs?filter=equals(status,"expired")');
  expect(body.data.map((job: { id: string }) => job.id)).toEqual([id]);
  expect((await app.get(`/api/import-jobs?filter=equals(key,"${of.key}")`)).status).toBe(400);
  await app.put(attributes.key, csv);
  await app.deliver(await app.notice(attributes.key));
  await app.drain();
  expect((await app.get(`/api/import-jobs/${id}`)).body.data.attributes).toMatchObject({
    status: 'complete',
    created_count: 1,
  });
});

test('a cancelled job accepts no file', async () => {
  const app = await startImports();
  const { id, attributes } = (await app.post('/api/import-jobs', creation())).body.data;
  const path = `/api/import-jobs/${id}`;
  await app.patch(path, { data: { type: 'import-job', id, attributes: { status: 'cancelled' } } });

  await send(attributes.upload, csv);
  await app.deliver(await app.notice(attributes.key));
  await app.drain();

  expect((await app.get(path)).body.data.attributes).toMatchObject({ status: 'cancelled', total_count: 0 });
  expect(await app.profile('ada@example.com')).toBeUndefined();
});

test('a file at the place of another account is not that of a waiting job', async () => {
  const app = await startImports();
  const other = await createAccount({ name: 'Other shop' }, app.services);
  const { key } = await createKey({ account: other.id, name: 'test', scopes: ['*'] }, app.services);
  const { id } = (await app.post('/api/import-jobs', creation())).body.data;

  const headers = { authorization: `Klaviyo-API-Key ${key}` };
  expect((await app.get(`/api/import-jobs/${id}`, headers)).status).toBe(404);
  await app.put(`profiles/${other.id}/uploads/${id}/people.csv`, csv);
  await app.deliver(await app.notice(`profiles/${other.id}/uploads/${id}/people.csv`));
  await app.drain();

  expect((await app.get(`/api/import-jobs/${id}`)).body.data.attributes.status).toBe('waiting_for_upload');
  expect((await app.get('/api/import-jobs', headers)).body.data).toMatchObject([{ attributes: { created_count: 1 } }]);
});

test('an uploaded dry run is imported by one more call, with its mapping', async () => {
  const app = await startImports();
  const text = 'Adresse\nada@example.com\nada@example.com\n';
  const mapping = { columns: { Adresse: 'Email' }, constants: { Shop: 'Berlin' } };
  const { body } = await app.post('/api/import-jobs?dry_run=true', creation({ mapping, size: text.length }));
  const { id, attributes } = body.data;
  expect(attributes).toMatchObject({ dry_run: true, key: expect.stringMatching(/^dry-run\/profiles\//) });
  expect((await app.post(`/api/import-jobs/${id}/apply`, undefined)).status).toBe(409);
  await send(attributes.upload, text);
  await app.deliver(await app.notice(attributes.key));
  await app.drain();
  const tried = (await app.get(`/api/import-jobs/${id}`)).body.data;
  expect(tried.attributes).toMatchObject({ status: 'complete', created_count: 1, unchanged_count: 1 });
  expect(await app.profile('ada@example.com')).toBeUndefined();

  const { status, body: answer } = await app.post(`/api/import-jobs/${id}/apply`, undefined);

  expect(status).toBe(201);
  const real = answer.data;
  expect(real.attributes).toMatchObject({ dry_run: false, dry_run_job_id: id });
  await app.drain();
  await app.deliver(await app.notice(real.attributes.key));
  await app.drain();
  expect((await app.get(`/api/import-jobs/${real.id}`)).body.data.attributes).toMatchObject({
    status: 'complete',
    created_count: 1,
    unchanged_count: 1,
  });
  expect((await app.profile('ada@example.com')).attributes.properties).toEqual({ Shop: 'Berlin' });
  expect((await app.post(`/api/import-jobs/${real.id}/apply`, undefined)).status).toBe(409);
});

test('if the file is gone before it is copied, its import keeps waiting, and nothing fails', async () => {
  const app = await startImports();
  const text = 'Email\nada@example.com\n';
  const { body } = await app.post('/api/import-jobs?dry_run=true', creation({ size: text.length }));
  const { id, attributes } = body.data;
  await send(attributes.upload, text);
  await app.deliver(await app.notice(attributes.key));
  await app.drain();
  const { data: real } = (await app.post(`/api/import-jobs/${id}/apply`, undefined)).body;
  const { versions } = await app.files.versions(attributes.key);
  await removeVersions(versions, app.files);

  await app.drain();

  expect(await app.files.head(real.attributes.key)).toBeUndefined();
  expect((await app.get(`/api/import-jobs/${real.id}`)).body.data.attributes.status).toBe('waiting_for_upload');
});
