import type { Services } from '../../../platform/context.ts';
import { faultOf } from '../../../platform/jobs/row-fault.ts';
import type { Deadline } from '../../../platform/queues/trigger.ts';
import type { Files } from '../../../platform/storage/files.ts';
import type { ReadRange } from '../../../platform/storage/read.ts';
import { atEnd } from '../../../platform/table/shared.ts';
import { settingsOf } from '../../accounts/actions.ts';
import { uploadReader } from '../contents/upload.ts';
import { readRecords } from '../csv/read.ts';
import { openDryRun } from '../dry-run/dry-run.ts';
import type { Chunk } from '../jobs/chunk.ts';
import type { Job } from '../jobs/job.ts';
import { MARGIN_MS } from '../jobs/time-limit.ts';
import { readerFor } from '../kinds/reader.ts';
import { handOver, saveChunk } from '../leases/lease.ts';
import { joinedWarnings } from '../outcomes/warnings.ts';
import { chunkKey } from '../places/job-files.ts';
import { writeTold } from '../reports/failures.ts';
import { type Unit, unitsFrom } from '../rows/units.ts';
import { applyWindow } from './isolate.ts';

const MIN_WINDOW_ROWS = 25;
const WINDOW_MS = 10_000;

interface Run {
  readonly pace: { readonly windowRows: number; readonly layerBytes?: number };
  readonly deadline: Deadline;
}

/** Imports a chunk from its last checkpoint on, as far as the time goes; then it queues itself for the rest. True where it is over. */
export const applyChunk = async (
  job: Job,
  taken: Chunk,
  { pace, deadline }: Run,
  services: Services,
): Promise<boolean> => {
  const { layout } = job;
  if (!layout) throw new Error('A job that has chunks has been planned.');
  const files = services.imports();
  const { windowRows, layerBytes } = pace;
  const dryRun = job.isDryRun ? await openDryRun(job, taken, services, layerBytes) : undefined;
  const { accountSettings } = await settingsOf(job.account, services);
  const units = unitsFrom(readerFor(job, layout, accountSettings), layout, (error, row) =>
    faultOf(error, { account: job.account, job: job.id, row }, services),
  );
  let chunk = taken;
  let window: Unit[] = [];
  const least = Math.min(MIN_WINDOW_ROWS, windowRows);
  // What stopped the last run may stop this one: the sooner it comes to a checkpoint, the less of it is done again.
  let size = chunk.starts > 1 ? least : windowRows;
  let { row } = chunk;

  /** Undefined where the chunk is no longer ours. */
  const settle = async (place: Pick<Chunk, 'offset' | 'row'> & Partial<Chunk>): Promise<Chunk | undefined> => {
    const begun = services.now().getTime();
    const { counts, failures, notes, warnings } = await applyWindow(job, chunk, window, dryRun?.services ?? services);
    await writeTold(chunk, 'errors', failures, files);
    await writeTold(chunk, 'notes', notes, files);
    await dryRun?.keep({ units: window, failures, start: chunk.row, end: place.row });
    const tookMs = services.now().getTime() - begun;
    size = tookMs > WINDOW_MS ? Math.max(least, size >> 1) : Math.min(windowRows, size * 2);
    window = [];
    const saved = await saveChunk(
      job,
      chunk,
      {
        ...place,
        counts,
        ...(warnings.length > 0 && { warnings: joinedWarnings([...(chunk.warnings ?? []), ...warnings]) }),
        starts: 1,
        activeMs: chunk.activeMs + tookMs,
      },
      services,
    );
    if (saved) await dryRun?.rest();
    return saved;
  };

  const part = { from: chunk.offset, to: chunk.to, delimiter: layout.delimiter };
  for await (const records of readRecords(chunkReader(job, chunk, files), part)) {
    for (const record of records) {
      row += 1;
      window.push(...units.take(record, row));
      if (window.length < size) continue;
      const pending = units.pending() ?? { offset: record.end, row: row + 1 };
      const saved = await settle({ offset: pending.offset, row: pending.row - 1 });
      if (!saved) return false;
      chunk = saved;
      if (deadline.remainingMs() < MARGIN_MS) {
        await handOver(chunk, atEnd(services));
        return false;
      }
    }
  }
  window.push(...units.close());
  return (await settle({ offset: chunk.to, row, status: 'complete' })) !== undefined;
};

/** Reads a chunk by its places in the file, wherever it lies. */
const chunkReader = (job: Job, { number, from }: Chunk, files: Files): ReadRange => {
  if (!job.isUnpacked) return uploadReader(job, files);
  const read = uploadReader({ key: chunkKey(job, number) }, files);
  return (start, end) => read(start - from, end - from);
};
