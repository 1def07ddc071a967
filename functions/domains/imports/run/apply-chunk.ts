import { faultOf } from '../../../platform/jobs/row-fault.ts';
import type { Services } from '../../../platform/resources/services.ts';
import type { Files } from '../../../platform/storage/files.ts';
import type { ReadRange } from '../../../platform/storage/read.ts';
import { withClosingTable } from '../../../platform/table/shared-table.ts';
import type { Deadline } from '../../../platform/workers/trigger.ts';
import { settingsOf } from '../../accounts/actions.ts';
import { uploadReader } from '../contents/upload.ts';
import { readRecords } from '../csv/read.ts';
import type { Chunk } from '../jobs/chunk.ts';
import type { Job } from '../jobs/job.ts';
import { MARGIN_MS } from '../jobs/time-limit.ts';
import { readerFor } from '../kinds/reader.ts';
import { handOver, saveChunk } from '../leases/lease.ts';
import { joinedWarnings } from '../outcomes/warnings.ts';
import { chunkKey } from '../places/job-files.ts';
import { writeRowReport } from '../reports/failures.ts';
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
  begun: Chunk,
  { pace, deadline }: Run,
  services: Services,
): Promise<boolean> => {
  const { layout } = job;
  if (!layout) throw new Error('A job that has chunks has been planned.');
  const windows = await openWindows(job, begun, pace, services);
  const { accountSettings } = await settingsOf(job.account, services);
  const units = unitsFrom(readerFor(job, layout, accountSettings), layout, (error, row) =>
    faultOf(error, { account: job.account, job: job.id, row }, services),
  );
  let window: Unit[] = [];
  let { row } = begun;
  const part = { from: begun.offset, to: begun.to, delimiter: layout.delimiter };
  for await (const records of readRecords(chunkReader(job, begun, services.imports()), part)) {
    for (const record of records) {
      row += 1;
      window.push(...units.take(record, row));
      if (window.length < windows.size()) continue;
      const pending = units.pending() ?? { offset: record.end, row: row + 1 };
      const chunk = await windows.apply(window, { offset: pending.offset, row: pending.row - 1 });
      window = [];
      if (!chunk) return false;
      if (deadline.remainingMs() < MARGIN_MS) {
        await handOver(chunk, withClosingTable(services));
        return false;
      }
    }
  }
  window.push(...units.close());
  return (await windows.apply(window, { offset: begun.to, row, status: 'complete' })) !== undefined;
};

/** Applies the windows of a chunk, each with a checkpoint behind it. */
const openWindows = async (job: Job, begun: Chunk, { windowRows, layerBytes }: Run['pace'], services: Services) => {
  const files = services.imports();
  // Most imports are no dry runs, and do without what those need.
  const dryRun = job.isDryRun
    ? await (await import('../dry-run/dry-run.ts')).openDryRun(job, begun, services, layerBytes)
    : undefined;
  const least = Math.min(MIN_WINDOW_ROWS, windowRows);
  // What stopped the last run may stop this one: the sooner it comes to a checkpoint, the less of it is done again.
  let size = begun.starts > 1 ? least : windowRows;
  let chunk = begun;

  return {
    /** How many units the next window is to have. */
    size: () => size,
    /** Undefined where the chunk is no longer ours. */
    apply: async (
      units: readonly Unit[],
      place: Pick<Chunk, 'offset' | 'row'> & Partial<Chunk>,
    ): Promise<Chunk | undefined> => {
      const start = services.now().getTime();
      const { counts, failures, notes, warnings } = await applyWindow(job, chunk, units, dryRun?.services ?? services);
      await writeRowReport(chunk, 'errors', failures, files);
      await writeRowReport(chunk, 'notes', notes, files);
      await dryRun?.keep({ units, failures, start: chunk.row, end: place.row });
      const tookMs = services.now().getTime() - start;
      size = tookMs > WINDOW_MS ? Math.max(least, size >> 1) : Math.min(windowRows, size * 2);
      const set = {
        ...place,
        counts,
        ...(warnings.length > 0 && { warnings: joinedWarnings([...(chunk.warnings ?? []), ...warnings]) }),
        starts: 1,
        activeMs: chunk.activeMs + tookMs,
      };
      const saved = await saveChunk(job, chunk, set, services);
      if (!saved) return undefined;
      chunk = saved;
      await dryRun?.rest();
      return chunk;
    },
  };
};

/** Reads a chunk by its places in the file, wherever it lies. */
const chunkReader = (job: Job, { number, from }: Chunk, files: Files): ReadRange => {
  if (!job.isUnpacked) return uploadReader(job, files);
  const read = uploadReader({ key: chunkKey(job, number) }, files);
  return (start, end) => read(start - from, end - from);
};
