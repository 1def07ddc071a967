import { expect, test } from 'vitest';
import { people, start } from './start-sftp.ts';

test('a partial upload is not imported, not even later, and its sender gets the reason; the whole file is imported', async () => {
  const app = await start();
  const part = people.slice(0, 30);
  await app.put(app.key('profiles/people.csv'), part);
  const notice = await app.notice(app.key('profiles/people.csv'));
  await app.announce('profiles/people.csv', 'Upload Failed', { bytes: part.length, 'failure-code': 'PARTIAL_UPLOAD' });

  expect(await app.result('people.report.json')).toMatchObject({
    status: 'failed',
    error: expect.stringContaining('30 bytes'),
    total_count: 0,
  });
  const { detail } = JSON.parse(notice);
  const { key, size, etag } = detail.object;
  const delayed = {
    kind: 'sent-by-sftp',
    bucket: app.bucket,
    key,
    size,
    etag,
    versionId: detail.object['version-id'],
  };
  await app.deliver(JSON.stringify(delayed));
  await app.drain();
  expect((await app.job(key)).attributes).toMatchObject({ status: 'failed', total_count: 0 });

  await app.put(app.key('profiles/people.csv'), people);
  await app.announce('profiles/people.csv');
  expect(await app.result('people.report.json')).toMatchObject({ status: 'complete', created_count: 1 });
});

test('a mapping does not import a partial upload', async () => {
  const app = await start();
  const part = 'Adresse,Größe\nada@example.com,1\n';
  await app.put(app.key('profiles/leute.csv'), part);
  await app.announce('profiles/leute.csv', 'Upload Failed', { bytes: Buffer.byteLength(part) });
  await app.put(app.key('profiles/leute.mapping.json'), '{"columns":{"Adresse":"Email"}}');
  await app.announce('profiles/leute.mapping.json');
  expect(await app.result('leute.report.json')).toMatchObject({ status: 'failed', total_count: 0 });
});

test('a retry does not import a partial upload either, and says what to do', async () => {
  const app = await start();
  const key = app.key('profiles/people.csv');
  const part = people.slice(0, 30);
  await app.put(key, part);
  await app.announce('profiles/people.csv', 'Upload Failed', { bytes: part.length });

  const { id } = await app.job(key);
  const { status, body } = await app.patch(`/api/import-jobs/${id}`, {
    data: { type: 'import-job', attributes: { status: 'queued' } },
  });
  expect(status).toBe(409);
  expect(body.errors[0]).toMatchObject({ code: 'conflict', detail: expect.stringContaining('Send the file again') });
  await app.drain();
  expect((await app.job(key)).attributes).toMatchObject({
    status: 'failed',
    total_count: 0,
    error: expect.any(String),
  });
  expect(await app.profile('ada@example.com')).toBeUndefined();
});
