import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

type App = Awaited<ReturnType<typeof startImports>>;

const upload = async (app: App, body: string, more: object = {}, query = '') => {
  const attributes = { kind: 'profiles', file_name: 'people.csv', size: Buffer.byteLength(body), ...more };
  const made = await app.post(`/api/import-jobs${query}`, { data: { type: 'import-job', attributes } });
  if (made.status !== 201) return made.body;
  const { id, attributes: job } = made.body.data;
  const { url, headers } = job.upload;
  const { 'content-length': _, ...sent } = headers;
  expect((await fetch(url, { method: 'PUT', body, headers: sent })).status).toBe(200);
  await app.deliver(await app.notice(job.key));
  await app.drain();
  return (await app.get(`/api/import-jobs/${id}`)).body.data;
};

test('failed rows are downloaded, corrected and uploaded by the API alone, and the jobs name each other', async () => {
  const app = await startImports();
  const mapping = { columns: { Adresse: 'Email' } };
  const first = await upload(app, 'Adresse,Size\nada@example.com,1\nnobody,2\n', { mapping });

  const { status, body } = await app.get(`/api/import-jobs/${first.id}/failed-rows`);
  expect(status).toBe(200);
  const failed = await (await fetch(body.data.attributes.download_url)).text();
  expect(failed).toMatch(/^error_code,error_message,Adresse,Size\r\ninvalid_email,.*,nobody,2\r\n$/);

  const mended = failed.replace('nobody', 'eve@example.com');
  const tried = await upload(app, mended, { retries_job_id: first.id }, '?dry_run=true');
  expect(tried.attributes).toMatchObject({ created_count: 1, retries_job_id: first.id });
  expect((await app.get(`/api/import-jobs/${first.id}`)).body.data.attributes.retried_by_job_id).toBeNull();
  const second = await upload(app, mended, { retries_job_id: first.id });
  expect(second.attributes).toMatchObject({ created_count: 1, total_count: 1, retries_job_id: first.id });
  expect((await app.get(`/api/import-jobs/${first.id}`)).body.data.attributes.retried_by_job_id).toBe(second.id);
  expect((await app.get(`/api/import-jobs/${second.id}/failed-rows`)).status).toBe(404);
});

test('a retry of an unknown job, or of a file of another kind, is refused', async () => {
  const app = await startImports();
  const { id } = await upload(app, 'Email\nada@example.com\n');
  for (const more of [{ retries_job_id: 'nothing' }, { retries_job_id: id, kind: 'events' }])
    expect((await upload(app, 'Email\n', more)).errors).toMatchObject([
      { source: { pointer: '/data/attributes/retries_job_id' } },
    ]);
});
