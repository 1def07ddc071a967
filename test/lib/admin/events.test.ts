import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startArchive } from '../../domains/archive/stream.ts';
import { event, eventHeader } from '../../domains/events/event-bodies.ts';
import { tableEndpoint } from '../../support/table.ts';
import { cli } from './cli.ts';

test('exports archived events as lines, each once, and archives missing ones again', async () => {
  const archive = await startArchive();
  await archive.makeBucket();
  const id = eventHeader(await archive.post('/api/events', event({ properties: { sku: 'T-1' } }))).id;
  const file = join(mkdtempSync(join(tmpdir(), 'admin-')), 'stack.json');
  const { tableName, bucket: archiveBucket } = archive;
  writeFileSync(file, JSON.stringify({ awsEndpoint: tableEndpoint(), tableName, archiveBucket }));
  const admin = (...args: readonly string[]) => cli(['events', ...args, '--stack-file', file]);

  expect(await admin('export')).toMatchObject({ code: 0, out: '' });
  expect(await admin('archive', '--from', '2026-01-01', '--to', '2026-01-01')).toMatchObject({
    code: 0,
    out: '1 events archived, 0 were in the archive already.\n',
  });
  const [line = '', rest] = (await admin('export', '--from', '2026-01-01')).out.split('\n');
  expect(JSON.parse(line)).toMatchObject({ id, metric: 'Placed Order', properties: '{"sku":"T-1"}' });
  expect(rest).toBe('');
  expect(await admin('export', '--from', '2026-01-02')).toMatchObject({ code: 0, out: '' });
  expect(await admin('export', '--from', 'yesterday')).toMatchObject({
    code: 1,
    err: expect.stringContaining('Write a day such as 2026-11-30.'),
  });
}, 60_000);
