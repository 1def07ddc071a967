import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createAccount } from '../../functions/domains/accounts/actions.ts';
import { importProgress } from '../../functions/domains/imports/actions.ts';
import { jobId } from '../../functions/domains/imports/jobs/job.ts';
import { getImportJob } from '../../functions/domains/imports/jobs/lookup.ts';
import { total } from '../../functions/domains/imports/outcomes/counts.ts';
import { dryRunFolder } from '../../functions/domains/imports/places/folders.ts';
import { reportKey } from '../../functions/domains/imports/places/report-keys.ts';
import type { Services } from '../../functions/platform/resources/services.ts';
import { BUCKET, servicesAt, startCloud } from '../bench/cloud/start.ts';
import { type Expected, type PersonKind as Kind, writeImportFile } from '../bench/import-file.ts';
import { workerNode } from '../support/processes/lambda-node.ts';

const WORKERS = 2;
/** A message comes again so long after its worker was killed; a lease ends with the time that its holder had. */
const VISIBILITY_MS = 40_000;
const BUDGET_MS = 45_000;
const ETAG = 'file';
const kinds: readonly Kind[] = ['profiles', 'events'];

interface Asked {
  readonly seed: number;
  /** As shares of 5 M rows of profiles and 10 M of events. */
  readonly scale?: number;
  /** One worker is killed about so often. */
  readonly killEveryMs?: number;
  /** Each file is tried before it is imported: what is counted has to be the same. */
  readonly withDryRuns?: boolean;
  /** One of the two files alone. */
  readonly only?: Kind | undefined;
}

/** Large files through the real planner and workers, which are killed at random; the counts have to be the generator's. */
export const importsSoak = async ({ seed, scale = 1, killEveryMs = 45_000, withDryRuns = false, only }: Asked) => {
  const folder = mkdtempSync(join(tmpdir(), 'soak-'));
  for (const kind of kinds)
    for (const above of ['', dryRunFolder]) mkdirSync(join(folder, BUCKET, `${above}${kind}`), { recursive: true });
  const cloud = await startCloud(folder, { visibilityMs: VISIBILITY_MS, delayMs: 0 });
  const pool = startWorkers(cloud.endpoint, seed, killEveryMs);
  try {
    const services = servicesAt(cloud.endpoint);
    const { id: account } = await createAccount({ name: 'Soak' }, services);
    const run = (kind: Kind, rows: number, above = '') =>
      importOne({ kind, rows, above, seed, folder, account, endpoint: cloud.endpoint }, services);
    const rows = { profiles: Math.round(5_000_000 * scale), events: Math.round(10_000_000 * scale) };
    const files: Record<string, Awaited<ReturnType<typeof run>>> = {};
    for (const above of withDryRuns ? [dryRunFolder, ''] : [''])
      for (const kind of only ? [only] : kinds) files[`${above}${kind}`] = await run(kind, rows[kind], above);
    return { files, kills: pool.kills(), peakMb: Math.round(pool.peak() / 1024 / 1024) };
  } finally {
    pool.stop();
    cloud.stop();
    rmSync(folder, { recursive: true });
  }
};

interface Work {
  readonly kind: Kind;
  readonly rows: number;
  /** The folder above its own. */
  readonly above: string;
  readonly seed: number;
  readonly folder: string;
  readonly account: string;
  readonly endpoint: string;
}

const importOne = async ({ kind, rows, above, seed, folder, account, endpoint }: Work, services: Services) => {
  const key = `${above}${kind}/Soak.csv`;
  const path = join(folder, BUCKET, key);
  const expected = await writeImportFile(path, { kind, rows, seed });
  const { size } = statSync(path);
  const object = { key, size, etag: ETAG };
  const MessageBody = JSON.stringify({ 'detail-type': 'Object Created', detail: { bucket: { name: BUCKET }, object } });
  const begun = Date.now();
  await new SQSClient({ endpoint, region: 'us-east-1' }).send(
    new SendMessageCommand({ QueueUrl: `${endpoint}/queue`, MessageBody }),
  );
  const id = jobId(BUCKET, key, ETAG);
  for (let shown = 0; ; await sleep(1_000)) {
    const job = await getImportJob(account, id, services).catch(() => undefined);
    if (!job) continue;
    if (job.status === 'failed') throw new Error(`${key}: ${job.error}`);
    const progress = await importProgress(job, services);
    if (Date.now() - shown > 30_000) {
      shown = Date.now();
      console.error(`${new Date().toISOString()} ${above}${kind} ${progress.percent} % ${JSON.stringify(progress)}`);
    }
    if (job.status !== 'complete') continue;
    const seconds = (Date.now() - begun) / 1_000;
    check(key, progress.counts, expected);
    const failed = rowsOf(readFileSync(join(folder, BUCKET, reportKey(key)), 'utf8'));
    if (failed !== expected.failed) throw new Error(`The report has ${failed} rows, not ${expected.failed}.`);
    return {
      rows: total(progress.counts),
      counts: progress.counts,
      chunks: job.chunks,
      megabytes: Math.round(size / 1e6),
      seconds,
      rowsPerSecond: Math.round(rows / seconds),
    };
  }
};

const check = (key: string, counts: Expected, expected: Expected): void => {
  for (const outcome of Object.keys(expected) as (keyof Expected)[]) {
    if (counts[outcome] === expected[outcome]) continue;
    throw new Error(`${key}: ${JSON.stringify(counts)} is not ${JSON.stringify(expected)}.`);
  }
};

/** Failed rows of the generator's stand in one line each. */
const rowsOf = (report: string): number => report.trimEnd().split('\r\n').length - 1;

const startWorkers = (endpoint: string, seed: number, killEveryMs: number) => {
  const workers = new Set<ChildProcess>();
  let peak = 0;
  let kills = 0;
  let isOver = false;
  let state = seed >>> 0;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const start = (): void => {
    const { execArgv, env } = workerNode;
    const worker = fork(join(import.meta.dirname, 'worker.ts'), [endpoint, String(BUDGET_MS)], {
      execArgv,
      env: { ...process.env, ...env },
    });
    workers.add(worker);
    worker.on('message', (told: { readonly peak: number }) => {
      peak = Math.max(peak, told.peak);
    });
    worker.on('exit', () => {
      workers.delete(worker);
      if (!isOver) start();
    });
  };
  const killing = async (): Promise<void> => {
    for (;;) {
      await sleep(killEveryMs * (0.5 + random()), undefined, { ref: false });
      if (isOver) return;
      const all = [...workers];
      all[Math.floor(random() * all.length)]?.kill('SIGKILL');
      kills += 1;
    }
  };
  for (let i = 0; i < WORKERS; i++) start();
  void killing();
  return {
    kills: () => kills,
    peak: () => peak,
    stop: () => {
      isOver = true;
      for (const worker of workers) worker.kill('SIGKILL');
    },
  };
};
