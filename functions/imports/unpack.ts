import type { Services } from '../context.ts';
import { create } from '../table/write.ts';
import type { Deadline } from '../triggers/trigger.ts';
import { type Packing, unpacked } from './archive.ts';
import { chunkOf } from './chunk.ts';
import { partsOf, sourceOf } from './contents.ts';
import { toUtf8 } from './csv/encoding.ts';
import { chunkKey, type Job } from './job.ts';
import { save } from './lease.ts';
import { orderOf } from './order.ts';
import type { Planned } from './plan.ts';
import { repeatsOf } from './repeats.ts';
import { MARGIN_MS } from './run.ts';
import { Unreadable } from './source.ts';
import { chunks } from './store.ts';

interface Run {
  readonly packing: Packing;
  readonly begun: Planned;
  readonly pace: { readonly chunkBytes: number; readonly lanes: number };
  readonly deadline: Deadline;
}

/**
 * Plans a file that isn't UTF-8 as it lies there: its chunks are written beside each other in UTF-8, for neither gzip nor
 * ZIP can be read from the middle. In one run, and again from the beginning where that is killed.
 */
export const planUnpacked = async (
  job: Job,
  { packing, begun, pace, deadline }: Run,
  services: Services,
): Promise<Job | undefined> => {
  const files = services.imports();
  const { layout, offset, row } = begun;
  const pieces = behindFirst(offset, toUtf8(unpacked(sourceOf(job, files), packing), layout.encoding));
  const { lanes, groupOf } = orderOf(job, layout, pace.lanes);
  const cutting = { offset, row, delimiter: layout.delimiter, chunkBytes: pace.chunkBytes, groupOf };
  // A deployment may give its functions less time than that.
  const marginMs = Math.min(MARGIN_MS, deadline.remainingMs() / 4);
  let number = 0;
  let bytes = 0;
  for await (const { part, text } of partsOf(pieces, cutting)) {
    if (deadline.remainingMs() < marginMs)
      throw new Unreadable('Unpacking the file takes longer than a function may run. Drop it unpacked, in UTF-8.');
    await files.write(chunkKey(job, number), text, 'text/csv; charset=utf-8');
    const { from, to, before } = part;
    await services.table.write(create(chunks, chunkOf(job, { number, from, to, before })));
    number += 1;
    bytes += to - from;
  }
  const set = {
    layout,
    repeats: await repeatsOf(job, layout, services),
    size: job.size,
    bytes,
    isUnpacked: true,
    chunks: number,
    lanes: Math.min(lanes, number),
    starts: 0,
  };
  return save(job, { set }, services);
};

/** What comes behind so many bytes. */
async function* behindFirst(bytes: number, pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const piece of pieces) {
    if (left < piece.length) yield piece.subarray(left);
    left = Math.max(0, left - piece.length);
  }
}
