import type { Services } from '../context.ts';
import { create } from '../table/write.ts';
import type { Deadline } from '../triggers/trigger.ts';
import { type Packing, unpacked } from './archive.ts';
import { chooseMapping } from './choose.ts';
import { chunkOf } from './chunk.ts';
import { behind, headOf, inUtf8, partsOf, sourceOf } from './contents.ts';
import { chunkKey, type Job } from './job.ts';
import { finish, save } from './lease.ts';
import { orderOf } from './order.ts';
import { planFile } from './plan.ts';
import { repeatsOf } from './repeats.ts';
import { MARGIN_MS } from './run.ts';
import { type Source, Unreadable } from './source.ts';
import { chunks } from './store.ts';

interface Run {
  readonly packing: Packing;
  readonly pace: { readonly chunkBytes: number; readonly lanes: number };
  readonly deadline: Deadline;
}

/**
 * Plans a file that isn't UTF-8 as it lies there: its chunks are written beside each other in UTF-8, for neither gzip nor
 * ZIP can be read from the middle. In one run, and again from the beginning where that is killed.
 */
export const planUnpacked = async (
  job: Job,
  { packing, pace, deadline }: Run,
  services: Services,
): Promise<Job | undefined> => {
  const files = services.imports();
  const pieces = inUtf8(unpacked(sourceOf(job, files), packing));
  const { head, isWhole } = await headOf(pieces);
  const readHead = async (start: number, end: number) => head.subarray(start, end);
  const told = { ...job, size: head.length + (isWhole ? 0 : 1) };
  const begun = await planFile(told, readHead, chooseMapping(job, services));
  if (begun.kind === 'refused') return finish(job, { status: 'failed', error: begun.reason }, services);
  const { layout, offset, row } = begun;
  const { lanes, groupOf } = orderOf(job, layout, pace.lanes);
  const cutting = { offset, row, delimiter: layout.delimiter, chunkBytes: pace.chunkBytes, groupOf };
  // A deployment may give its functions less time than that.
  const marginMs = Math.min(MARGIN_MS, deadline.remainingMs() / 4);
  let number = 0;
  let bytes = 0;
  for await (const { part, text } of partsOf(behind(head.subarray(offset), pieces), cutting)) {
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

/** The beginning of what is in a file, in UTF-8. */
export const textHeadOf = (source: Source, packing: Packing) => headOf(inUtf8(unpacked(source, packing)));
