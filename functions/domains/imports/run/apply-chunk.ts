import type { Outcome } from '../../../platform/jobs/job.ts';
import { faultOf } from '../../../platform/jobs/row-fault.ts';
import type { Run } from '../../../platform/jobs/run.ts';
import type { Services } from '../../../platform/resources/services.ts';
import type { Files } from '../../../platform/storage/files.ts';
import type { ReadRange } from '../../../platform/storage/ranges.ts';
import { check } from '../../../platform/table/write.ts';
import { readSettings } from '../../accounts/actions.ts';
import { uploadReader } from '../contents/upload.ts';
import { readRecords } from '../csv/read.ts';
import { openDryRun } from '../dry-run/dry-run.ts';
import { type Chunk, isRepeated } from '../jobs/chunk.ts';
import { hasStatus, type Job } from '../jobs/job.ts';
import { jobs } from '../jobs/store.ts';
import { readerFor } from '../kinds/reader.ts';
import { joinedWarnings } from '../outcomes/warnings.ts';
import { chunkKey } from '../places/job-files.ts';
import { writeRowReport } from '../reports/failures.ts';
import { type Unit, unitsFrom } from '../rows/units.ts';
import { applyWindow } from './isolate.ts';
import type { Pace } from './pace.ts';
import { keepNames } from './whole-file.ts';

const MIN_WINDOW_ROWS = 25;
const WINDOW_MS = 10_000;

type Place = Pick<Chunk, 'offset' | 'row'>;
type WindowPace = Pick<Pace, 'windowRows' | 'layerBytes'>;

/** Imports a chunk from its last checkpoint on, until its end or until little time is left. */
export const applyChunk = async (
  job: Job,
  run: Run<Chunk>,
  pace: WindowPace,
  services: Services,
): Promise<Outcome<Chunk>> => {
  const { layout } = job;
  if (!layout) throw new Error('A job that has chunks has been planned.');
  const begun = run.job;
  const windows = await openWindows(job, run, pace, services);
  const { accountSettings } = await readSettings(job.account, services);
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
      await windows.apply(window, { offset: pending.offset, row: pending.row - 1 });
      window = [];
      if (run.isLate()) return { kind: 'wait', until: 0 };
    }
  }
  window.push(...units.close());
  return windows.close(window, { offset: begun.to, row });
};

/** Applies the windows of a chunk, with a checkpoint after each. */
const openWindows = async (job: Job, run: Run<Chunk>, { windowRows, layerBytes }: WindowPace, services: Services) => {
  const begun = run.job;
  const files = services.imports();
  const dryRun = job.isDryRun ? await openDryRun(job, begun, services, layerBytes) : undefined;
  const least = Math.min(MIN_WINDOW_ROWS, windowRows);
  // What stopped the last run may stop this one too: with small windows, less is repeated.
  let size = isRepeated(begun) ? least : windowRows;

  /** Applies rows, and returns the checkpoint after them. */
  const applyRows = async (units: readonly Unit[], place: Place): Promise<Partial<Chunk>> => {
    const chunk = run.job;
    const start = services.now().getTime();
    const { counts, failures, notes, warnings } = await applyWindow(job, chunk, units, dryRun?.services ?? services);
    await writeRowReport(chunk, 'errors', failures, files);
    await writeRowReport(chunk, 'notes', notes, files);
    await keepNames(job, units, files);
    await dryRun?.keep({ units, failures, start: chunk.row, end: place.row });
    const tookMs = services.now().getTime() - start;
    size = tookMs > WINDOW_MS ? Math.max(least, size >> 1) : Math.min(windowRows, size * 2);
    return {
      ...place,
      counts,
      ...(warnings.length > 0 && { warnings: joinedWarnings([...(chunk.warnings ?? []), ...warnings]) }),
      activeMs: chunk.activeMs + tookMs,
    };
  };
  /** A paused or cancelled import accepts no checkpoint. */
  const writes = [check(jobs, job, hasStatus('processing'))];

  return {
    /** The number of units for the next window. */
    size: () => size,
    apply: async (units: readonly Unit[], place: Place): Promise<void> => {
      await run.save(await applyRows(units, place), { writes });
      await dryRun?.rest();
    },
    /** The last window: its checkpoint completes the chunk. */
    close: async (units: readonly Unit[], place: Place): Promise<Outcome<Chunk>> => ({
      kind: 'complete',
      set: await applyRows(units, place),
      writes,
    }),
  };
};

/** Reads a chunk by its offsets in the file, wherever its bytes are stored. */
const chunkReader = (job: Job, { number, from }: Chunk, files: Files): ReadRange => {
  if (!job.isUnpacked) return uploadReader(job, files);
  const read = uploadReader({ key: chunkKey(job, number) }, files);
  return (start, end) => read(start - from, end - from);
};
