import type { Outcome } from '../../../platform/jobs/job.ts';
import { faultOf } from '../../../platform/jobs/row-fault.ts';
import type { Run } from '../../../platform/jobs/run.ts';
import type { Services } from '../../../platform/resources/services.ts';
import type { Files } from '../../../platform/storage/files.ts';
import type { ReadRange } from '../../../platform/storage/ranges.ts';
import { check } from '../../../platform/table/write.ts';
import { settingsOf } from '../../accounts/actions.ts';
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

const MIN_WINDOW_ROWS = 25;
const WINDOW_MS = 10_000;

type Place = Pick<Chunk, 'offset' | 'row'>;
type WindowPace = Pick<Pace, 'windowRows' | 'layerBytes'>;

/** Imports a chunk from its last checkpoint on, as far as the time goes. */
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
      await windows.apply(window, { offset: pending.offset, row: pending.row - 1 });
      window = [];
      if (run.isLate()) return { kind: 'wait', until: 0 };
    }
  }
  window.push(...units.close());
  return windows.close(window, { offset: begun.to, row });
};

/** Applies the windows of a chunk, each with a checkpoint behind it. */
const openWindows = async (job: Job, run: Run<Chunk>, { windowRows, layerBytes }: WindowPace, services: Services) => {
  const begun = run.job;
  const files = services.imports();
  const dryRun = job.isDryRun ? await openDryRun(job, begun, services, layerBytes) : undefined;
  const least = Math.min(MIN_WINDOW_ROWS, windowRows);
  // What stopped the last run may stop this one: the sooner it comes to a checkpoint, the less of it is done again.
  let size = isRepeated(begun) ? least : windowRows;

  /** What a checkpoint behind these rows says. */
  const applied = async (units: readonly Unit[], place: Place): Promise<Partial<Chunk>> => {
    const chunk = run.job;
    const start = services.now().getTime();
    const { counts, failures, notes, warnings } = await applyWindow(job, chunk, units, dryRun?.services ?? services);
    await writeRowReport(chunk, 'errors', failures, files);
    await writeRowReport(chunk, 'notes', notes, files);
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
  /** A checkpoint counts only while the import goes on. */
  const writes = [check(jobs, job, hasStatus('processing'))];

  return {
    /** How many units the next window is to have. */
    size: () => size,
    apply: async (units: readonly Unit[], place: Place): Promise<void> => {
      await run.save(await applied(units, place), { writes });
      await dryRun?.rest();
    },
    /** The last window: its checkpoint completes the chunk. */
    close: async (units: readonly Unit[], place: Place): Promise<Outcome<Chunk>> => ({
      kind: 'complete',
      set: await applied(units, place),
      writes,
    }),
  };
};

/** Reads a chunk by its places in the file, wherever it lies. */
const chunkReader = (job: Job, { number, from }: Chunk, files: Files): ReadRange => {
  if (!job.isUnpacked) return uploadReader(job, files);
  const read = uploadReader({ key: chunkKey(job, number) }, files);
  return (start, end) => read(start - from, end - from);
};
