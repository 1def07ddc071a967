import { expect, test, vi } from 'vitest';
import { drop, imported } from '../support/deployed/bucket.ts';
import { call, profileOf } from '../support/deployed/http.ts';
import { somebody } from '../support/deployed/klaviyo.ts';

/** Paths through the product that the other files omit, each as a caller takes it. */
const patient = { timeout: 90_000, interval: 500 };

const make = async (path: string, type: string, attributes: object, more: object = {}) => {
  const { status, body } = await call('POST', path, { body: { data: { type, attributes, ...more } } });
  expect([200, 201, 202], JSON.stringify(body)).toContain(status);
  return body?.data;
};

test('suppresses all members of a list, and removes the members of a deleted list', async () => {
  const list = await make('/api/lists', 'list', { name: crypto.randomUUID() });
  const emails = [somebody(), somebody()];
  for (const email of emails) {
    const { id } = await make('/api/profiles', 'profile', { email });
    const data = [{ type: 'profile', id }];
    expect((await call('POST', `/api/lists/${list.id}/relationships/profiles`, { body: { data } })).status).toBe(204);
  }
  const jobs = '/api/profile-suppression-bulk-create-jobs';
  const relationships = { list: { data: { type: 'list', id: list.id } } };
  const job = await make(jobs, 'profile-suppression-bulk-create-job', {}, { relationships });
  await vi.waitUntil(
    async () => (await call('GET', `${jobs}/${job.id}`)).body.data.attributes.status === 'complete',
    patient,
  );
  for (const email of emails)
    expect((await profileOf(email)).attributes.subscriptions.email.marketing.can_receive_email_marketing).toBe(false);

  const { id } = await profileOf(emails[0] ?? '');
  const listsOf = async () => (await call('GET', `/api/profiles/${id}/relationships/lists`)).body.data;
  expect(await listsOf()).toHaveLength(1);
  expect((await call('DELETE', `/api/lists/${list.id}`)).status).toBe(204);
  await vi.waitUntil(async () => (await listsOf()).length === 0, patient);
});

test('creates, changes, lists and removes a saved mapping', async () => {
  const attributes = {
    name: 'Shop',
    kind: 'profiles',
    headers: [crypto.randomUUID(), 'Mail'],
    mapping: { columns: { Mail: 'Email' } },
  };
  const { id } = await make('/api/import-mappings', 'import-mapping', attributes);
  const body = { data: { type: 'import-mapping', id, attributes: { name: 'Another' } } };
  expect((await call('PATCH', `/api/import-mappings/${id}`, { body })).body.data.attributes.name).toBe('Another');
  expect((await call('GET', '/api/import-mappings')).body.data.length).toBeGreaterThan(0);
  expect((await call('DELETE', `/api/import-mappings/${id}`)).status).toBe(204);
  expect((await call('GET', `/api/import-mappings/${id}`)).status).toBe(404);
});

test('retries corrected failed rows, and cancels another upload', async () => {
  const key = `profiles/${crypto.randomUUID()}.csv`;
  await drop(key, `Email,First Name\n${somebody()},Ada\nnobody,Eve\n`);
  const job = await imported(key);
  const failed = await failedRowsOf(job.id);
  expect(failed).toContain('nobody');

  const text = failed.replace('nobody', somebody());
  const second = await uploaded('profiles', text, { retries_job_id: job.id });
  expect((await shownJob(job.id)).retried_by_job_id).toBe(second);

  const third = await make('/api/import-jobs', 'import-job', { kind: 'profiles', file_name: 'people.csv', size: 9 });
  const body = { data: { type: 'import-job', id: third.id, attributes: { status: 'cancelled' } } };
  expect((await call('PATCH', `/api/import-jobs/${third.id}`, { body })).status).toBe(200);
  expect((await shownJob(third.id)).status).toBe('cancelled');
});

test('imports an uploaded file of products, and returns the row that names none', async () => {
  const id = crypto.randomUUID();
  const header = 'id,title,description,price,link,image_link,quantity';
  const rows = [`${id},Shirt,Cotton,"1.234,50 EUR",https://shop.example/s,,3`, ',Nameless,,9,https://shop.example/n,,'];
  const job = await uploaded('catalog', `${header}\n${rows.join('\n')}\n`);

  expect(await shownJob(job)).toMatchObject({ kind: 'catalog', total_count: 2, created_count: 1, failed_count: 1 });
  expect(await failedRowsOf(job)).toContain('Nameless');
  const item = `/api/catalog-items/$custom:::$default:::${id}`;
  expect((await call('GET', item)).body.data.attributes).toMatchObject({ title: 'Shirt', price: 1234.5 });
});

const uploaded = async (kind: string, text: string, more: object = {}) => {
  const asked = { kind, file_name: `${kind}.csv`, size: Buffer.byteLength(text), ...more };
  const job = await make('/api/import-jobs', 'import-job', asked);
  const { url, method, headers } = job.attributes.upload;
  const { 'content-length': _, ...sent } = headers;
  expect((await fetch(url, { method, headers: sent, body: text })).status).toBe(200);
  await vi.waitUntil(async () => (await shownJob(job.id)).status === 'complete', patient);
  return job.id;
};
const shownJob = async (id: string) => (await call('GET', `/api/import-jobs/${id}`)).body.data.attributes;
const failedRowsOf = async (id: string) => {
  const { download_url } = (await call('GET', `/api/import-jobs/${id}/failed-rows`)).body.data.attributes;
  return (await fetch(download_url)).text();
};

test('removes an erased person from files, failed rows and bulk imports, and keeps others', async () => {
  const [gone, other] = [somebody(), somebody()];
  const people = 'Email,Phone Number\n';
  const bad = [gone, other].map((email) => `${email},12\n`).join('');
  const files = [
    await uploaded('profiles', `${people}${bad}`),
    await uploaded('events', `Person//Email,Timestamp\n${gone},2026-05-01 10:00:00\n${gone},never\n${other},never\n`),
  ];
  const tried = `dry-run/profiles/${crypto.randomUUID()}.csv`;
  await drop(tried, `${people}${bad}`);
  files.push((await imported(tried)).id);
  const list = '/api/profile-bulk-import-jobs';
  const profiles = [gone, other].map((email) => ({ type: 'profile', attributes: { email } }));
  const bulk = await make(list, 'profile-bulk-import-job', { profiles: { data: profiles } });
  await vi.waitUntil(
    async () => (await call('GET', `${list}/${bulk.id}`)).body.data.attributes.status === 'complete',
    patient,
  );

  const jobs = '/api/data-privacy-deletion-jobs';
  const profile = { data: { type: 'profile', attributes: { email: gone } } };
  await make(jobs, 'data-privacy-deletion-job', { profile });
  const newest = async () => (await call('GET', jobs)).body.data[0];
  await vi.waitUntil(async () => (await newest()).attributes.status === 'settling', patient);
  for (const id of files) {
    const failed = await failedRowsOf(id);
    expect([failed.includes(gone), failed.includes(other)]).toEqual([false, true]);
  }
  expect((await call('GET', '/api/data-privacy-access-jobs')).status).toBe(200);

  // A file brings an erased person back only until its import is complete, which removes it.
  await uploaded('profiles', `Email,First Name\n${gone},Ada\n`);
});

test('updates existing people from a file, and lists them by the time of the change', async () => {
  const emails = [somebody(), somebody(), somebody()];
  for (const name of ['Ada', 'Grace']) {
    const key = `profiles/${crypto.randomUUID()}.csv`;
    await drop(key, `Email,First Name\n${emails.map((email) => `${email},${name}\n`).join('')}`);
    await imported(key);
  }
  const { body } = await call('GET', '/api/profiles?sort=-updated&page[size]=100');
  const found = body.data.filter(({ attributes }: { attributes: { email: string } }) =>
    emails.includes(attributes.email),
  );
  expect(found.map(({ attributes }: { attributes: { first_name: string } }) => attributes.first_name)).toEqual(
    emails.map(() => 'Grace'),
  );
  const metrics = await call('GET', `/api/metrics?filter=${encodeURIComponent('equals(integration.category,"API")')}`);
  expect(metrics.status).toBe(200);
  const jobs = await call('GET', '/api/profile-suppression-bulk-create-jobs?filter=equals(status,"complete")');
  expect(jobs.status).toBe(200);
});
