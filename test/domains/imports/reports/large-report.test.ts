import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

test('a report of any size is complete, is no upload itself, and can be corrected and uploaded', async () => {
  const app = await startImports();
  const note = 'x'.repeat(200_000);
  const rows = Array.from({ length: 60 }, (_, i) => `p${i}@example.com,${note}\n`).join('');

  const job = await app.drop('profiles/wide.csv', `Email,Note\n${rows}`);

  expect(job.attributes).toMatchObject({ status: 'complete', failed_count: 60 });
  const report = (await app.report('profiles/wide.errors.csv')) ?? '';
  expect(report.length).toBeGreaterThan(12_000_000);
  const lines = report.split('\r\n');
  expect(lines).toHaveLength(62);
  expect(lines.at(-2)).toBe(`too_long,Note: The field is longer than 102400 bytes.,p59@example.com,${note}`);
  await app.deliver(await app.notice('profiles/wide.errors.csv'));
  expect(await app.job('profiles/wide.errors.csv')).toBeUndefined();

  const mended = await app.drop('profiles/wide.errors.csv', report.replaceAll(note, 'short'));
  expect(mended.attributes).toMatchObject({ created_count: 60, failed_count: 0, retries_job_id: job.id });
});
