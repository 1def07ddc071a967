import type { Services } from '../context.ts';
import { create } from '../table/write.ts';
import type { Deadline } from '../triggers/trigger.ts';
import { chooseMapping } from './choose.ts';
import { chunkOf } from './chunk.ts';
import { beginningOf, SAMPLE_BYTES, sourceOf } from './contents.ts';
import { cutParts } from './csv/cut.ts';
import type { Job, Layout } from './job.ts';
import { finish, save, send } from './lease.ts';
import { orderOf } from './order.ts';
import { planFile } from './plan.ts';
import { repeatsOf } from './repeats.ts';
import { MARGIN_MS, reader } from './run.ts';
import { Unreadable } from './source.ts';
import { chunks } from './store.ts';
import { planUnpacked } from './unpack.ts';

const PIECE_BYTES = 8 * 1024 * 1024;
const CHUNKS_A_CHECKPOINT = 8;

interface Run {
  readonly pace: { readonly chunkBytes: number; readonly lanes: number };
  readonly deadline: Deadline;
}

/** Looks at a file and cuts it into chunks, as far as the time goes. Undefined where there is nothing to work on yet. */
export const plan = async (job: Job, { pace, deadline }: Run, services: Services): Promise<Job | undefined> => {
  const files = services.imports();
  const found = await files.head(job.key, job.version);
  if (found?.etag !== undefined && bare(found.etag) !== bare(job.etag)) {
    return finish(job, { status: 'failed', error: 'The file was replaced before it was imported whole.' }, services);
  }
  if (!found) return finish(job, { status: 'failed', error: 'The file is no longer there.' }, services);
  const current = { ...job, size: found.size };
  try {
    const ready = job.planned ? job : await begin(current, { pace, deadline }, services);
    if (ready?.chunks !== undefined) return ready;
    if (!ready?.layout || !ready.planned) return undefined;
    return await cut(ready, { layout: ready.layout, planned: ready.planned }, { pace, deadline }, services);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return finish(current, { status: 'failed', error: error.message }, services);
  }
};

/** Some say it in quotes, some don't. */
const bare = (etag: string): string => etag.replaceAll('"', '');

const begin = async (job: Job, run: Run, services: Services): Promise<Job | undefined> => {
  const files = services.imports();
  const raw = await reader(job, files)(0, Math.min(job.size, SAMPLE_BYTES));
  const beginning = await beginningOf(raw, sourceOf(job, files));
  const begun = await planFile(job, beginning, chooseMapping(job, services));
  if (begun.kind === 'refused') return finish(job, { status: 'failed', error: begun.reason }, services);
  const { packing } = beginning;
  const { layout, offset, row } = begun;
  if (packing !== 'none' || layout.encoding !== 'utf-8') return planUnpacked(job, { ...run, packing, begun }, services);
  const repeats = await repeatsOf(job, layout, services);
  const planned = { offset, row, chunks: 0 };
  return save(job, { set: { layout, repeats, size: job.size, planned, starts: 1 } }, services);
};

const cut = async (
  begun: Job,
  { layout, planned }: { readonly layout: Layout; readonly planned: NonNullable<Job['planned']> },
  { pace, deadline }: Run,
  services: Services,
): Promise<Job | undefined> => {
  const { lanes, groupOf } = orderOf(begun, layout, pace.lanes);
  const { delimiter } = layout;
  const { offset, row } = planned;
  const rest = { from: offset, to: begun.size, before: row };
  // A file of one chunk needs no search for the ends of its records.
  const isSmall = planned.chunks === 0 && begun.size - offset <= pace.chunkBytes;
  const pieces = piecesOf(reader(begun, services.imports()), offset, begun.size);
  const parts = isSmall ? [rest] : cutParts(pieces, { offset, row, delimiter, chunkBytes: pace.chunkBytes, groupOf });
  let job = begun;
  let number = planned.chunks;
  for await (const { from, to, before, ...part } of parts) {
    // Cut again after a kill, a chunk is the same as before, and may have been begun.
    await services.table.write(create(chunks, chunkOf(job, { number, from, to, before })));
    number += 1;
    const isLate = deadline.remainingMs() < MARGIN_MS && to < job.size;
    if (!('last' in part) || !(isLate || number % CHUNKS_A_CHECKPOINT === 0)) continue;
    const saved = await save(
      job,
      { set: { planned: { offset: to, row: part.last, chunks: number }, starts: 1 } },
      services,
    );
    if (!saved) return undefined;
    job = saved;
    if (!isLate) continue;
    await send(job, services);
    return undefined;
  }
  return save(job, { set: { chunks: number, lanes: Math.min(lanes, number), starts: 0 } }, services);
};

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
