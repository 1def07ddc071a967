import type { Services } from '../context.ts';
import type { Files } from '../storage/files.ts';
import { create } from '../table/write.ts';
import type { Deadline } from '../triggers/trigger.ts';
import { type Packing, unpacked } from './archive.ts';
import { chooseMapping } from './choose.ts';
import { chunkOf } from './chunk.ts';
import { type Cutting, cutParts, type Part } from './csv/cut.ts';
import { encodingOf, toUtf8 } from './csv/encoding.ts';
import { chunkKey, type Job } from './job.ts';
import { finish, save } from './lease.ts';
import { orderOf } from './order.ts';
import { planFile } from './plan.ts';
import { MARGIN_MS } from './run.ts';
import { type Source, Unreadable } from './source.ts';
import { chunks } from './store.ts';

const SAMPLE_BYTES = 1024 * 1024;

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
  let number = 0;
  let bytes = 0;
  for await (const { part, text } of partsOf(behind(head.subarray(offset), pieces), cutting)) {
    if (deadline.remainingMs() < MARGIN_MS)
      throw new Unreadable('Unpacking the file takes longer than a function may run. Drop it unpacked, in UTF-8.');
    await files.write(chunkKey(job, number), text, 'text/csv; charset=utf-8');
    const { from, to, before } = part;
    await services.table.write(create(chunks, chunkOf(job, { number, from, to, before })));
    number += 1;
    bytes += to - from;
  }
  const set = {
    layout,
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

const sourceOf = ({ key, version, size }: Job, files: Files) => ({
  size,
  stream: (start: number, end: number) => files.read(key, { start, end, ...(version && { version }) }),
});

async function* inUtf8(pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const { head } = await headOf(pieces);
  yield* toUtf8(behind(head, pieces), encodingOf(head));
}

/** The first bytes of a text, as many as tell how it is written. */
const headOf = async (
  pieces: AsyncGenerator<Buffer>,
): Promise<{ readonly head: Buffer; readonly isWhole: boolean }> => {
  const all: Buffer[] = [];
  for (let length = 0; length < SAMPLE_BYTES; ) {
    const { value, done } = await pieces.next();
    if (done) return { head: Buffer.concat(all), isWhole: true };
    all.push(value);
    length += value.length;
  }
  return { head: Buffer.concat(all), isWhole: false };
};

async function* behind(head: Buffer, pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* pieces;
}

/** Parts with what is in them; one part at a time is in memory. */
async function* partsOf(
  pieces: AsyncIterable<Buffer>,
  cutting: Cutting,
): AsyncGenerator<{ readonly part: Part; readonly text: Buffer }> {
  let kept: Buffer[] = [];
  let start = cutting.offset;
  async function* keeping(): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      kept.push(piece);
      yield piece;
    }
  }
  for await (const part of cutParts(keeping(), cutting)) {
    const all = Buffer.concat(kept);
    kept = [all.subarray(part.to - start)];
    yield { part, text: all.subarray(part.from - start, part.to - start) };
    start = part.to;
  }
}
