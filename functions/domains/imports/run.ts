import { faultOf } from '../../platform/jobs/row-fault.ts';
import type { Services } from '../../platform/resources/services.ts';
import type { Files } from '../../platform/storage/files.ts';
import { atEnd } from '../../platform/table/shared.ts';
import type { Deadline } from '../../platform/workers/trigger.ts';
import { settingsOf } from '../accounts/actions.ts';
import type { Chunk } from './chunk.ts';
import { openUpload, type Upload } from './contents/upload.ts';
import { readRecords } from './csv/read.ts';
import { openDryRun } from './dry-run/dry-run.ts';
import { writeTold } from './failures.ts';
import { applyWindow } from './isolate.ts';
import { chunkKey, type Job } from './job.ts';
import { readerFor } from './layout.ts';
import { handOver, saveChunk } from './lease.ts';
import { type Unit, unitsFrom } from './rows/units.ts';
import { joinedWarnings } from './warnings.ts';

const MIN_WINDOW_ROWS = 25;
const WINDOW_MS = 10_000;
/** Kept free at the end, enough for a window on a slow table. */
export const MARGIN_MS = 30_000;

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
const chunkReader = (job: Job, { number, from }: Chunk, files: Files): ReturnType<typeof reader> => {
  if (!job.isUnpacked) return reader(job, files);
  const read = reader({ key: chunkKey(job, number) }, files);
  return (start, end) => read(start - from, end - from);
};

const READS = 4;

/** An answer that breaks off is asked for again from there on: to come back as a message would take a quarter of an hour. */
export const reader =
  (file: Upload, files: Files) =>
  async (start: number, end: number): Promise<Buffer> => {
    const parts: Buffer[] = [];
    let at = start;
    for (let reads = 1; ; reads++) {
      try {
        for await (const part of await openUpload(file, { start: at, end }, files)) {
          parts.push(part);
          at += part.length;
        }
        return Buffer.concat(parts);
      } catch (error) {
        // Nothing of it came: the client has tried again itself.
        if (reads === READS || at === start) throw error;
        if (at >= end) return Buffer.concat(parts);
      }
    }
  };

const PIECE_BYTES = 8 * 1024 * 1024;

/** One piece ahead of whoever looks at them. */
export async function* piecesOf(read: ReturnType<typeof reader>, from: number, to: number): AsyncGenerator<Buffer> {
  const at = (start: number) => (start < to ? read(start, Math.min(to, start + PIECE_BYTES)) : undefined);
  let next = at(from);
  for (let start = from; next !== undefined; ) {
    const piece = await next;
    start += PIECE_BYTES;
    next = at(start);
    yield piece;
  }
}
