import { createHash } from 'node:crypto';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { expect, inject, test } from 'vitest';
import { clientConfig } from '../../../lib/process/environment.ts';
import { admin } from '../../support/deployed/admin.ts';
import { drop, imported, jobsOf } from '../../support/deployed/bucket.ts';
import { deadLetterOf, giveUp } from '../../support/deployed/exhausted.ts';
import { call } from '../../support/deployed/http.ts';
import { somebody } from '../../support/deployed/klaviyo.ts';

test('fails an empty file with that reason', async () => {
  for (const key of [`profiles/${crypto.randomUUID()}.csv`, `dry-run/events/${crypto.randomUUID()}.csv.gz`]) {
    await drop(key, '');
    expect((await imported(key)).attributes).toMatchObject({ status: 'failed', error: 'The file is empty.' });
  }
});

test('fails the job of a dead message, keeps the message, and completes the job on retry', async () => {
  const [key, text] = [`profiles/${crypto.randomUUID()}.csv`, `Email\n${somebody()}\n`];
  // Notified before it exists, so that only this message creates its job.
  const etag = createHash('md5').update(text).digest('hex');
  const object = { key, size: text.length, etag };
  const detail = { bucket: { name: inject('stack').importsBucket }, object };
  const message = JSON.stringify({ source: 'aws.s3', 'detail-type': 'Object Created', detail });
  await giveUp('Imports', message);

  const { id, attributes } = await imported(key);
  expect(attributes).toMatchObject({ status: 'failed', error: expect.stringContaining('failed 5 times') });
  const letter = await deadLetterOf('Imports', key);
  expect(letter.Body).toBe(message);
  expect(letter.MessageAttributes?.Fate?.StringValue).toBe('failed');

  // An import of its own, which leaves nothing to change for the one retried after it.
  await drop(key, text);
  await expect
    .poll(async () => (await jobsOf(key)).map((one: { attributes: object }) => one.attributes), { timeout: 60_000 })
    .toContainEqual(expect.objectContaining({ status: 'complete', created_count: 1, error: null }));
  expect(JSON.parse(await admin('jobs', 'failed'))).toContainEqual({ kind: 'import', id, error: attributes.error });
  await admin('jobs', 'retry', id, '--as', 'import');
  await expect
    .poll(async () => (await call('GET', `/api/import-jobs/${id}`)).body.data.attributes, { timeout: 60_000 })
    .toMatchObject({ status: 'complete', total_count: 1, unchanged_count: 1, error: null });
});

test('ends a job that waits for its upload by a schedule', async () => {
  const attributes = { kind: 'profiles', file_name: 'people.csv', size: 10 };
  const asked = { data: { type: 'import-job', attributes } };
  const { status, body } = await call('POST', '/api/import-jobs', { body: asked });
  expect(status).toBe(201);
  const scheduler = new SchedulerClient(clientConfig(inject('stack').awsEndpoint));
  const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({ GroupName: 'Tributary' }));
  expect(Schedules.length).toBeGreaterThan(0);
  expect(body.data.attributes.status).toBe('waiting_for_upload');
});
