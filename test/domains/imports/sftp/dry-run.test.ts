import { expect, test } from 'vitest';
import { start } from './start-sftp.ts';

const foreign = 'Adresse,Größe\nada@example.com,1\n';
const mapping = '{"columns":{"Adresse":"Email"},"types":{"Größe":"string"}}';

test('a file in dry-run/ gets a dry run, and its report is apart from that of the import', async () => {
  const app = await start();
  await app.put(app.key('dry-run/profiles/leute.mapping.json'), mapping);
  await app.put(app.key('dry-run/profiles/leute.csv'), `${foreign}niemand,2\n`);
  await app.announce('dry-run/profiles/leute.csv');

  const counts = { status: 'complete', created_count: 1, failed_count: 1 };
  const job = await app.job(app.key('dry-run/profiles/leute.csv'));
  expect(job.attributes).toMatchObject({ ...counts, kind: 'profiles', dry_run: true });
  expect(await app.result('dry-run/leute.report.json')).toMatchObject({
    ...counts,
    file: 'dry-run/profiles/leute.csv',
    dry_run: true,
    mapping: 'dry-run/profiles/leute.mapping.json',
    failed_rows: 'results/dry-run/leute.errors.csv',
  });
  expect(await app.report(app.key('results/dry-run/leute.errors.csv'))).toContain('niemand');
  expect((await app.get(`/api/import-jobs/${job.id}/changes`)).body.data).toHaveLength(1);
  expect(await app.profile('ada@example.com')).toBeUndefined();

  await app.put(
    app.key('dry-run/profiles/leute.errors.csv'),
    'error_code,error_message,Adresse,Größe\n,,eve@example.com,2\n',
  );
  await app.announce('dry-run/profiles/leute.errors.csv');
  const mended = await app.job(app.key('dry-run/profiles/leute.errors.csv'));
  expect(mended.attributes).toMatchObject({ dry_run: true, created_count: 1, retries_job_id: job.id });
  expect(await app.result('leute.report.json')).toBeUndefined();

  await app.put(app.key('profiles/leute.mapping.json'), mapping);
  await app.put(app.key('profiles/leute.csv'), `${foreign}niemand,2\n`);
  await app.announce('profiles/leute.csv');
  expect(await app.result('leute.report.json')).toMatchObject({ ...counts, dry_run: false });
  expect(await app.profile('ada@example.com')).toBeDefined();
});

test('events get dry runs too; a partial upload gets none, and a file without a transfer event gets one later', async () => {
  const app = await start();
  const orders = 'Email,Timestamp\nada@example.com,2025-12-01 10:00:00\n';
  await app.put(app.key('dry-run/events/Placed Order.csv'), orders.slice(0, 50));
  await app.announce('dry-run/events/Placed Order.csv', 'Upload Failed', { bytes: 50 });
  expect(await app.result('dry-run/Placed Order.report.json')).toMatchObject({ status: 'failed', dry_run: true });

  const key = app.key('dry-run/events/Placed Order.csv');
  const versionId = await app.put(key, orders);
  const { size, etag } = JSON.parse(await app.notice(key)).detail.object;
  await app.deliver(JSON.stringify({ kind: 'sent-by-sftp', bucket: app.bucket, key, size, etag, versionId }));
  await app.drain();
  expect(await app.result('dry-run/Placed Order.report.json')).toMatchObject({
    status: 'complete',
    dry_run: true,
    created_count: 1,
  });
  expect((await app.get('/api/events')).body.data).toEqual([]);
});
