import type { Services } from '../../../platform/resources/services.ts';
import { bareEtag } from '../../../platform/storage/etag.ts';
import type { Files } from '../../../platform/storage/files.ts';
import { piecesOf } from '../../../platform/storage/read.ts';
import { create } from '../../../platform/table/write.ts';
import type { Deadline } from '../../../platform/workers/trigger.ts';
import { planFile } from '../contents/layout.ts';
import { orderOf } from '../contents/order.ts';
import { beginningOf, partsOf, SAMPLE_BYTES, sourceOf } from '../contents/read.ts';
import { textBehind } from '../contents/unpack.ts';
import { GONE, REPLACED, uploadReader } from '../contents/upload.ts';
import { type Cutting, cutParts, type Part } from '../csv/cut.ts';
import { bytesIn } from '../csv/encoding.ts';
import { chunkOf } from '../jobs/chunk.ts';
import type { Job, Layout } from '../jobs/job.ts';
import { chunks, jobs } from '../jobs/store.ts';
import { MARGIN_MS } from '../jobs/time-limit.ts';
import { finish, save, send } from '../leases/lease.ts';
import { chooseMapping } from '../mappings/choose.ts';
import { Unreadable } from '../outcomes/unreadable.ts';
import { chunkKey } from '../places/job-files.ts';
import { repeatsOf } from './repeats.ts';

const CHUNKS_A_CHECKPOINT = 8;

interface Run {
  readonly pace: { readonly chunkBytes: number; readonly lanes: number };
  readonly deadline: Deadline;
}

/** Looks at a file and cuts it into chunks, as far as the time goes. Undefined where there is nothing to work on yet. */
export const plan = async (job: Job, { pace, deadline }: Run, services: Services): Promise<Job | undefined> => {
  const files = services.imports();
  const found = await files.head(job.key, job.version);
  if (found?.etag !== undefined && bareEtag(found.etag) !== bareEtag(job.etag)) {
    return finish(job, { status: 'failed', error: REPLACED }, services);
  }
  if (!found) return finish(job, { status: 'failed', error: GONE }, services);
  const current = { ...job, size: found.size };
  if (found.size === 0) return finish(current, { status: 'failed', error: 'The file is empty.' }, services);
  try {
    const ready = job.planned ? job : await begin(current, services);
    if (!ready?.layout || !ready.planned) return undefined;
    return await cut(ready, { layout: ready.layout, planned: ready.planned }, { pace, deadline }, services);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return finish(current, { status: 'failed', error: error.message }, services);
  }
};

const begin = async (job: Job, services: Services): Promise<Job | undefined> => {
  const files = services.imports();
  const raw = await uploadReader(job, files)(0, Math.min(job.size, SAMPLE_BYTES));
  const beginning = await beginningOf(raw, sourceOf(job, files));
  const retried =
    job.mends === undefined ? undefined : await services.table.get(jobs, { account: job.account, id: job.mends });
  const begun = await planFile(job, beginning, chooseMapping(job, services), retried?.layout);
  if ('reason' in begun) return finish(job, { status: 'failed', error: begun.reason }, services);
  const { layout, offset, source, row } = begun;
  const isPacked = beginning.packing !== 'none';
  const isUnpacked = isPacked || layout.encoding !== 'utf-8';
  const planned = { offset, row, chunks: 0, ...(isUnpacked && !isPacked && source !== undefined && { source }) };
  const repeats = await repeatsOf(job, layout, services);
  const set = { layout, repeats, size: job.size, planned, ...(isUnpacked && { isUnpacked }), starts: 1 };
  return save(job, { set }, services);
};

interface Begun {
  readonly layout: Layout;
  readonly planned: NonNullable<Job['planned']>;
}

const cut = async (
  begun: Job,
  { layout, planned }: Begun,
  { pace, deadline }: Run,
  services: Services,
): Promise<Job | undefined> => {
  const files = services.imports();
  const { lanes, groupOf } = orderOf(begun, layout, pace.lanes);
  const { offset, row } = planned;
  const cutting = { offset, row, delimiter: layout.delimiter, chunkBytes: pace.chunkBytes, groupOf };
  const parts = begun.isUnpacked
    ? partsOf(textBehind(begun, planned, { files, deadline }), cutting)
    : partsInPlace(begun, cutting, files);
  let job = begun;
  let { chunks: number, offset: end, source } = planned;
  for await (const { part, text } of parts) {
    const { from, to, before, last } = part;
    // The last checkpoint was at the end, which nobody knew.
    if (from === to && number > 0) break;
    // Cut again after a kill, a chunk is the same as before, and may have been begun.
    if (text) await files.write(chunkKey(job, number), text, 'text/csv; charset=utf-8');
    await services.table.write(create(chunks, chunkOf(job, { number, from, to, before })));
    number += 1;
    end = to;
    const bytes = text && bytesIn(text, layout.encoding ?? 'utf-8');
    if (source !== undefined && bytes !== undefined) source += bytes;
    const isLate = deadline.remainingMs() < MARGIN_MS && (text !== undefined || to < job.size);
    if (last === undefined || !(isLate || number % CHUNKS_A_CHECKPOINT === 0)) continue;
    const reached = { offset: to, row: last, chunks: number, ...(source !== undefined && { source }) };
    const saved = await save(job, { set: { planned: reached, starts: 1 } }, services);
    if (!saved) return undefined;
    job = saved;
    if (!isLate) continue;
    await send(job, services);
    return undefined;
  }
  const bytes = begun.isUnpacked ? { bytes: end } : {};
  return save(job, { set: { ...bytes, chunks: number, lanes: Math.min(lanes, number), starts: 0 } }, services);
};

interface Cut {
  readonly part: Omit<Part, 'last'> & Partial<Part>;
  /** Where it doesn't lie in the file as it is. */
  readonly text?: Buffer;
}

/** Parts of a file that is UTF-8 as it lies there. */
async function* partsInPlace(job: Job, cutting: Cutting, files: Files): AsyncGenerator<Cut> {
  const { offset, row, chunkBytes } = cutting;
  // A file of one chunk needs no search for the ends of its records.
  if (job.planned?.chunks === 0 && job.size - offset <= chunkBytes)
    yield { part: { from: offset, to: job.size, before: row } };
  else for await (const part of cutParts(piecesOf(uploadReader(job, files), offset, job.size), cutting)) yield { part };
}
