import type { Files } from '../storage/files.ts';
import { packingOf, unpacked } from './archive.ts';
import { type Cutting, cutParts, type Part } from './csv/cut.ts';
import { encodingOf, toUtf8 } from './csv/encoding.ts';
import type { Job } from './job.ts';

const SAMPLE_BYTES = 1024 * 1024;

export const sourceOf = ({ key, version, size }: Pick<Job, 'key' | 'version' | 'size'>, files: Files) => ({
  size,
  stream: (start: number, end: number) => files.read(key, { start, end, ...(version && { version }) }),
});

export async function* inUtf8(pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const { head } = await headOf(pieces);
  yield* toUtf8(behind(head, pieces), encodingOf(head));
}

/** The first bytes of a text, as many as tell how it is written. */
export const headOf = async (
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

export async function* behind(head: Buffer, pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* pieces;
}

/** Parts with what is in them; one part at a time is in memory. */
export async function* partsOf(
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

/** What was dropped, in UTF-8 piece by piece, however it is packed and written; undefined where it is kept no longer. */
export const contentsOf = async (
  job: Pick<Job, 'key' | 'version'>,
  files: Files,
): Promise<AsyncGenerator<Buffer> | undefined> => {
  const found = await files.head(job.key, job.version);
  if (!found) return undefined;
  const source = sourceOf({ ...job, size: found.size }, files);
  const head: Buffer[] = [];
  for await (const piece of await source.stream(0, Math.min(found.size, SIGNATURE_BYTES))) head.push(piece);
  return inUtf8(unpacked(source, packingOf(Buffer.concat(head))));
};

const SIGNATURE_BYTES = 4;
