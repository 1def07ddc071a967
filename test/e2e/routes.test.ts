import { expect, test, vi } from 'vitest';
import { drop, imported } from '../support/bucket.ts';
import { call, profileOf } from '../support/http.ts';
import { somebody } from '../support/klaviyo.ts';

/** Ways through the product that the other files leave out, each as a caller goes it. */
const patient = { timeout: 90_000, interval: 500 };

const make = async (path: string, type: string, attributes: object, more: object = {}) => {
  const { status, body } = await call('POST', path, { body: { data: { type, attributes, ...more } } });
  expect([200, 201, 202], JSON.stringify(body)).toContain(status);
  return body.data;
};

test('all members of a list are suppressed, and a list that is deleted loses its members', async () => {
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

test('a saved mapping is made, changed, listed and removed', async () => {
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

test('failed rows are mended and sent again, and the upload of others is called off', async () => {
  const key = `profiles/${crypto.randomUUID()}.csv`;
  await drop(key, `Email,First Name\n${somebody()},Ada\nnobody,Eve\n`);
  const job = await imported(key);
  const rows = (await call('GET', `/api/import-jobs/${job.id}/failed-rows`)).body.data.attributes;
  const failed = await (await fetch(rows.download_url)).text();
  expect(failed).toContain('nobody');

  const text = failed.replace('nobody', somebody());
  const asked = { kind: 'profiles', file_name: 'people.csv', size: Buffer.byteLength(text), mends_job_id: job.id };
  const second = await make('/api/import-jobs', 'import-job', asked);
  const { url, method, headers } = second.attributes.upload;
  const { 'content-length': _, ...sent } = headers;
  expect((await fetch(url, { method, headers: sent, body: text })).status).toBe(200);
  const shown = async (id: string) => (await call('GET', `/api/import-jobs/${id}`)).body.data.attributes;
  await vi.waitUntil(async () => (await shown(second.id)).status === 'complete', patient);
  expect((await shown(job.id)).mended_by_job_id).toBe(second.id);

  const third = await make('/api/import-jobs', 'import-job', asked);
  const body = { data: { type: 'import-job', id: third.id, attributes: { status: 'cancelled' } } };
  expect((await call('PATCH', `/api/import-jobs/${third.id}`, { body })).status).toBe(200);
  expect((await shown(third.id)).status).toBe('cancelled');
});

test('a file of people who are known already changes them, and they are listed by when that was', async () => {
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
