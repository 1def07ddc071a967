import * as v from 'valibot';
import type { Services } from '../context.ts';
import type { Files } from '../storage/files.ts';
import type { Deadline } from '../triggers/trigger.ts';
import { readRecords } from './csv/read.ts';
import { eventFile } from './event-file.ts';
import { writeFailures, writeReport } from './failures.ts';
import { type Job, type Layout, nameIn } from './job.ts';
import { acquire, finish, handOver, release, save } from './lease.ts';
import { planFile } from './plan.ts';
import { profileFile } from './profile-file.ts';
import { type Unit, unitsFrom } from './units.ts';
import { applyWindow } from './window.ts';

const Message = v.object({ account: v.string(), job: v.string() });

/** Rows between two checkpoints: as many as a function that was killed does again. */
const WINDOW_ROWS = 500;
const MIN_WINDOW_ROWS = 25;
const WINDOW_MS = 10_000;
/** Kept free at the end, enough for a window on a slow table. */
const MARGIN_MS = 30_000;

interface Pace {
  readonly windowRows: number;
}

/** Imports a file from its last checkpoint on, as far as the time goes; then it queues itself for the rest. */
export const workOn =
  ({ windowRows }: Pace = { windowRows: WINDOW_ROWS }) =>
  async (message: unknown, services: Services, deadline: Deadline): Promise<void> => {
    const { account, job: id } = v.parse(Message, message);
    const job = await acquire({ account, id }, services, deadline);
    if (!job) return;
    try {
      await work(job, { windowRows, deadline }, services);
    } finally {
      // Where it has not been let go of at the end of the work: that threw, or the job was cancelled.
      await release(job, services);
    }
  };

const work = async (
  job: Job,
  { windowRows, deadline }: Pace & { readonly deadline: Deadline },
  services: Services,
): Promise<void> => {
  const files = services.imports();
  const found = await files.head(job.key, job.version);
  if (found?.etag !== undefined && bare(found.etag) !== bare(job.etag)) {
    await finish(job, { status: 'failed', error: 'The file was replaced before it was imported whole.' }, services);
    return;
  }
  if (!found) {
    await finish(job, { status: 'failed', error: 'The file is no longer there.' }, services);
    return;
  }
  const ready = job.layout ? job : await plan({ ...job, size: found.size }, files, services);
  if (ready?.layout) await workThrough(ready, { layout: ready.layout, windowRows, deadline }, services);
};

/** Some say it in quotes, some don't. */
const bare = (etag: string): string => etag.replaceAll('"', '');

const plan = async (job: Job, files: Files, services: Services): Promise<Job | undefined> => {
  const planned = await planFile(job, reader(job, files));
  if (planned.kind === 'refused') return finish(job, { status: 'failed', error: planned.reason }, services);
  const { layout, offset, row } = planned;
  return save(job, { set: { layout, offset, row, size: job.size } }, services);
};

const reader =
  ({ key, version }: Job, files: Files) =>
  async (start: number, end: number): Promise<Buffer> => {
    const parts: Buffer[] = [];
    for await (const part of await files.read(key, { start, end, ...(version && { version }) })) parts.push(part);
    return Buffer.concat(parts);
  };

const workThrough = async (
  planned: Job,
  { layout, windowRows, deadline }: Pace & { readonly layout: Layout; readonly deadline: Deadline },
  services: Services,
): Promise<void> => {
  const files = services.imports();
  const { delimiter, headers } = layout;
  const name = nameIn(planned.key);
  const units = unitsFrom(
    planned.kind === 'profiles'
      ? { kind: 'profiles', file: profileFile(headers, name) }
      : { kind: 'events', file: eventFile(headers, name) },
    layout,
  );
  let job = planned;
  let window: Unit[] = [];
  let size = windowRows;
  let row = job.row;

  /** Undefined where the job is no longer ours. */
  const settle = async (place: { readonly offset: number; readonly row: number }): Promise<Job | undefined> => {
    const begun = services.now().getTime();
    const { counts, failures } = await applyWindow(job, window, services);
    await writeFailures(job, failures, job.starts > 1, files);
    const tookMs = services.now().getTime() - begun;
    size =
      tookMs > WINDOW_MS ? Math.max(Math.min(MIN_WINDOW_ROWS, windowRows), size >> 1) : Math.min(windowRows, size * 2);
    window = [];
    return save(job, { set: { ...place, counts, starts: 1 } }, services);
  };

  for await (const records of readRecords(reader(job, files), { from: job.offset, to: job.size, delimiter })) {
    for (const record of records) {
      row += 1;
      window.push(...units.take(record, row));
      if (window.length < size) continue;
      const pending = units.pending() ?? { offset: record.end, row: row + 1 };
      const saved = await settle({ offset: pending.offset, row: pending.row - 1 });
      if (!saved) return;
      job = saved;
      if (deadline.remainingMs() < MARGIN_MS) {
        await handOver(job, services);
        return;
      }
    }
  }
  window.push(...units.close());
  const last = await settle({ offset: job.size, row });
  if (!last) return;
  if (last.counts.failed > 0) await writeReport(last, layout, services);
  await finish(last, { status: 'complete' }, services);
};
