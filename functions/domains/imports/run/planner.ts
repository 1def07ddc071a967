import type { Outcome } from '../../../platform/jobs/job.ts';
import type { Run } from '../../../platform/jobs/run.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { unquoteEtag } from '../../../platform/storage/etag.ts';
import type { Files } from '../../../platform/storage/files.ts';
import { readPieces } from '../../../platform/storage/ranges.ts';
import { create } from '../../../platform/table/write.ts';
import { planFile } from '../contents/layout.ts';
import { orderOf } from '../contents/order.ts';
import { beginningOf, partsOf, SAMPLE_BYTES, sourceOf } from '../contents/read.ts';
import { textBehind } from '../contents/unpack.ts';
import { GONE, REPLACED, uploadReader } from '../contents/upload.ts';
import { type CutOptions, cutParts, type Part } from '../csv/cut.ts';
import { bytesIn } from '../csv/encoding.ts';
import { chunkOf } from '../jobs/chunk.ts';
import type { Job } from '../jobs/job.ts';
import { chunks, jobs } from '../jobs/store.ts';
import { chooseMapping } from '../mappings/choose.ts';
import { FileError } from '../outcomes/file-error.ts';
import { chunkKey } from '../places/job-files.ts';
import type { Pace } from './pace.ts';
import { repeatsOf } from './repeats.ts';

const CHUNKS_A_CHECKPOINT = 8;

type PlannerPace = Pick<Pace, 'chunkBytes' | 'lanes'>;

/** Reads the beginning of a file and cuts the file into chunks, until little time is left. Undefined once all are cut. */
export const plan = async (run: Run<Job>, pace: PlannerPace, services: Services): Promise<Outcome<Job> | undefined> => {
  const { job } = run;
  const files = services.imports();
  const found = await files.head(job.key, job.version);
  if (found?.etag !== undefined && unquoteEtag(found.etag) !== unquoteEtag(job.etag)) {
    return failed(REPLACED);
  }
  if (!found) return failed(GONE);
  if (found.size === 0) return failed('The file is empty.');
  try {
    const refusal = job.planned ? undefined : await begin(run, found.size, services);
    return refusal ?? (await cut(run, pace, services));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return failed(error.message);
  }
};

const failed = (reason: string): Outcome<Job> => ({ kind: 'failed', reason });

/** Detects the encoding and delimiter of a file, and chooses its mapping. */
const begin = async (run: Run<Job>, size: number, services: Services): Promise<Outcome<Job> | undefined> => {
  const job = { ...run.job, size };
  const files = services.imports();
  const raw = await uploadReader(job, files)(0, Math.min(job.size, SAMPLE_BYTES));
  const beginning = await beginningOf(raw, sourceOf(job, files));
  const retried =
    job.mends === undefined ? undefined : await services.table.get(jobs, { account: job.account, id: job.mends });
  const begun = await planFile(job, beginning, chooseMapping(job, services), retried?.layout);
  if ('reason' in begun) return failed(begun.reason);
  const { layout, offset, source, row } = begun;
  const isPacked = beginning.packing !== 'none';
  const isUnpacked = isPacked || layout.encoding !== 'utf-8';
  const planned = { offset, row, chunks: 0, ...(isUnpacked && !isPacked && source !== undefined && { source }) };
  const repeats = await repeatsOf(job, layout, services);
  await run.save({ layout, repeats, size, planned, ...(isUnpacked && { isUnpacked }) });
  return undefined;
};

const cut = async (run: Run<Job>, pace: PlannerPace, services: Services): Promise<Outcome<Job> | undefined> => {
  const { job: begun } = run;
  const { layout, planned } = begun;
  if (!layout || !planned) throw new Error('A file is looked at before it is cut.');
  const files = services.imports();
  const { lanes, groupOf } = orderOf(begun, layout, pace.lanes);
  const { offset, row } = planned;
  const cutting = { offset, row, delimiter: layout.delimiter, chunkBytes: pace.chunkBytes, groupOf };
  const parts = begun.isUnpacked
    ? partsOf(textBehind(begun, planned, { files, deadline: run.deadline }), cutting)
    : partsInPlace(begun, cutting, files);
  let { chunks: number, offset: end, source } = planned;
  for await (const { part, text } of parts) {
    const { from, to, before, last } = part;
    // The last checkpoint happened to be the end of the file.
    if (from === to && number > 0) break;
    // After a kill, the same chunk is cut again. It may have been started already.
    if (text) await files.write(chunkKey(begun, number), text, 'text/csv; charset=utf-8');
    await services.table.write(create(chunks, chunkOf(begun, { number, from, to, before })));
    number += 1;
    end = to;
    const bytes = text && bytesIn(text, layout.encoding ?? 'utf-8');
    if (source !== undefined && bytes !== undefined) source += bytes;
    const isLate = run.isLate() && (text !== undefined || to < begun.size);
    if (last === undefined || !(isLate || number % CHUNKS_A_CHECKPOINT === 0)) continue;
    const reached = { offset: to, row: last, chunks: number, ...(source !== undefined && { source }) };
    if (isLate) return { kind: 'wait', until: 0, set: { planned: reached } };
    await run.save({ planned: reached });
  }
  await run.save({ ...(begun.isUnpacked && { bytes: end }), chunks: number, lanes: Math.min(lanes, number) });
  return undefined;
};

interface Cut {
  readonly part: Omit<Part, 'last'> & Partial<Part>;
  /** The text of the chunk, if the file holds it packed or in another encoding. */
  readonly text?: Buffer;
}

/** The parts of a file that is plain UTF-8. */
async function* partsInPlace(job: Job, cutting: CutOptions, files: Files): AsyncGenerator<Cut> {
  const { offset, row, chunkBytes } = cutting;
  // In a file of one chunk, no boundary between records has to be found.
  if (job.planned?.chunks === 0 && job.size - offset <= chunkBytes)
    yield { part: { from: offset, to: job.size, before: row } };
  else
    for await (const part of cutParts(readPieces(uploadReader(job, files), offset, job.size), cutting)) yield { part };
}
