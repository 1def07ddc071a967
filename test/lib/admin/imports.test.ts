import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test, vi } from 'vitest';
import { ImportJobView } from '../../../functions/api/klaviyo/imports/view.ts';
import { chunkOf } from '../../../functions/domains/imports/jobs/chunk.ts';
import type { Job } from '../../../functions/domains/imports/jobs/job.ts';
import { chunks, jobs } from '../../../functions/domains/imports/jobs/store.ts';
import { noCounts } from '../../../functions/domains/imports/outcomes/counts.ts';
import { put } from '../../../functions/platform/table/write.ts';
import { imports } from '../../../functions/services/imports.ts';
import { startApp } from '../../support/app.ts';
import { startFaultyProxy } from '../../support/faults/faults.ts';
import { tableEndpoint } from '../../support/table.ts';
import { cli as admin } from './cli.ts';

const sqs = new SQSClient({
  endpoint: tableEndpoint(),
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

const start = async () => {
  const app = await startApp(imports);
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `admin-${randomUUID()}` }));
  const file = join(mkdtempSync(join(tmpdir(), 'admin-')), 'stack.json');
  const reachThrough = (awsEndpoint: string): void => {
    const names = { tableName: app.tableName, importsBucket: 'drop', importsQueueUrl: QueueUrl };
    writeFileSync(file, JSON.stringify({ awsEndpoint, ...names }));
  };
  reachThrough(tableEndpoint());
  const cli = (...args: readonly string[]) => admin(['imports', ...args, '--stack-file', file]);
  /** Starts to watch an import, and says when its state is shown. */
  const watch = (id: string) => {
    const { promise: shown, resolve: onOutput } = Promise.withResolvers<void>();
    return { shown, ended: admin(['imports', 'watch', id, '--stack-file', file], { onOutput }) };
  };
  const store = async (more: Partial<Job>, leasedForMs = 600_000): Promise<Job> => {
    const job: Job = {
      account: app.account,
      id: randomUUID(),
      key: 'profiles/people.csv',
      etag: 'e',
      size: 1_000,
      kind: 'profiles',
      status: 'processing',
      createdAt: '2026-01-01T00:00:00.000Z',
      chunks: 1,
      counts: noCounts,
      starts: 1,
      expiresAt: 2_000_000_000,
      ...more,
    };
    await app.table.write(put(jobs, job));
    const chunk = chunkOf(job, { number: 0, from: 0, to: 1_000, before: 1 });
    const worked = { offset: 500, row: 11, counts: { ...noCounts, created: 10 }, activeMs: 2_000 };
    const leaseUntil = new Date(Date.now() + leasedForMs).toISOString();
    await app.table.write(put(chunks, { ...chunk, ...worked, leaseUntil }));
    return job;
  };
  return { cli, watch, store, reachThrough, QueueUrl };
};

test('lists and shows imports with their counts and what to do next', async () => {
  const { cli, store } = await start();
  expect(await cli('list')).toMatchObject({ code: 0, err: expect.stringContaining('Drop a CSV file') });
  const job = await store({});
  const done = await store({
    status: 'complete',
    createdAt: '2026-01-02T00:00:00.000Z',
    counts: { ...noCounts, created: 10 },
  });

  const { out } = await cli('list');
  expect(out).toMatch(/^ID +FILE +STATUS +DONE +ROWS +FAILED +DROPPED\n/);
  expect(out.indexOf(done.id)).toBeLessThan(out.indexOf(job.id));
  const [listed] = JSON.parse((await cli('list', '--status', 'processing', '--json')).out);
  expect(listed).toMatchObject({ id: job.id, key: job.key, created_at: job.createdAt, created_count: 10 });
  expect(Object.keys(listed).filter((name) => name !== 'id' && !(name in ImportJobView.entries))).toEqual([]);

  const mappedBy = { source: 'saved', id: 'f00d', name: 'The till' } as const;
  const mapped = await store({ layout: { delimiter: ',', headers: ['Email'], mappedBy } });
  expect((await cli('show', mapped.id)).out).toContain('by the saved mapping The till (f00d)');

  const shown = await cli('show', job.id);
  expect(shown.out).toContain('10 rows: 10 created, 0 updated');
  expect(shown.out).toContain(`imports watch ${job.id}`);
  expect((await cli('show', done.id)).out).toContain('All rows were imported.');
});

test('says that a worker is lost instead of an estimate, from the end of its lease', async () => {
  const { cli, store } = await start();
  const { id } = await store({}, -1_000);

  const { out } = await cli('show', id);
  expect(out).toContain('10 rows: 10 created');
  expect(out).toContain('worker lost, resuming');
  expect(out).not.toMatch(/rows\/s| left/);
  expect(JSON.parse((await cli('show', id, '--json')).out)).toMatchObject({ worker_lost: true, seconds_left: null });
  const planned = await store({ leaseUntil: new Date(Date.now() - 1_000).toISOString() });
  expect((await cli('show', planned.id)).out).toContain('worker lost, resuming');
});

test('escapes control characters in the name of a file', async () => {
  const { cli, store } = await start();
  const { id } = await store({ key: 'profiles/\u001b[2Jx\n.csv', status: 'failed', error: 'not \u009b31m read' });

  for (const args of [['list'], ['show', id]]) {
    const { out } = await cli(...args);
    expect(out).toContain('profiles/\\u{1b}[2Jx\\u{a}.csv');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  }
});

test('watches an import until it finishes, with a progress bar and live counts', async () => {
  const { watch, store } = await start();
  const job = await store({});
  const { shown, ended } = watch(job.id);
  await shown;
  await store({ id: job.id, status: 'complete', counts: { ...noCounts, created: 19, failed: 1 } });

  const { code, out, err } = await ended;
  expect(code).toBe(0);
  expect(out).toMatch(
    /^\[#{15}\.{15}\] {2}50 % {2}10 rows: 10 created.*5 rows\/s {2}2 s left {2}processing\n\[#{30}\] 100 % {2}20 rows: 19 created.*1 failed {2}complete\n$/,
  );
  expect(err).toContain('profiles/people.errors.csv');
});

test('keeps watching an import through a network outage', async () => {
  const { cli, store, reachThrough } = await start();
  const job = await store({});
  // Each poll makes four attempts.
  const rules = [{ fault: 'reset', operation: 'GetItem', holding: job.id, times: 8 } as const];
  const proxy = await startFaultyProxy(tableEndpoint(), { rules });
  reachThrough(proxy.endpoint);
  const watched = cli('watch', job.id);
  await vi.waitFor(() => expect(proxy.struck.reset).toBe(8), 20_000);
  await store({ id: job.id, status: 'complete', counts: { ...noCounts, created: 20 } });

  const { code, out, err } = await watched;
  expect(code).toBe(0);
  expect(out).toMatch(/100 % {2}20 rows: 20 created.*complete\n$/);
  // Reported once, however long it lasts.
  expect(err).toMatch(
    /^(?!.*No answer)[^\n]*\n\nNo answer\. The import continues without this command, which tries again …\nAll rows were imported\.\n$/,
  );
  proxy.stop();
});

test('ends with an error when the watched import fails, and says how to continue', async () => {
  const { cli, store } = await start();
  const job = await store({ status: 'failed', error: 'it broke' });
  expect(await cli('watch', job.id)).toMatchObject({
    code: 1,
    err: expect.stringMatching(`It failed: it broke\\n.*imports retry ${job.id}`),
  });
});

test.each([
  ['cancel', 'cancelled', 'retry'],
  ['pause', 'paused', 'resume'],
])('%s stops an import, which continues on request', async (stop, status, goOn) => {
  const { cli, store, QueueUrl } = await start();
  const job = await store({});

  const stopped = await cli(stop, job.id);
  expect(stopped).toMatchObject({ code: 0, out: expect.stringContaining(`is ${status}, with 10 rows processed`) });
  expect(stopped.err).toContain(`imports ${goOn} ${job.id}`);
  expect(await cli(goOn, job.id)).toMatchObject({
    code: 0,
    out: expect.stringContaining('after the 10 processed rows'),
  });
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  expect(Messages.map(({ Body = '' }) => JSON.parse(Body))).toMatchObject([{ kind: 'import', job: job.id }]);
});

test('refuses an unknown or finished import without a stack trace', async () => {
  const { cli, store } = await start();
  const done = await store({ status: 'complete' });
  for (const [args, reason] of [
    [['show', 'nothing'], /no import job nothing/],
    [['cancel', done.id], /is complete/],
    [['retry', done.id], /is complete/],
    [['list', '--status', 'done'], /Allowed choices/],
    [['list', '--limit', '0'], /from 1 to 100/],
  ] as const) {
    const { code, err } = await cli(...args);
    expect(code).toBe(1);
    expect(err).toMatch(reason);
    expect(err).not.toMatch(/\n\s+at /);
  }
});
