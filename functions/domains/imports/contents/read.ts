import { buffer } from 'node:stream/consumers';
import type { Files } from '../../../platform/storage/files.ts';
import type { ObjectVersion, RangeSource } from '../../../platform/storage/ranges.ts';
import { type CutOptions, cutParts, type Part } from '../csv/cut.ts';
import { encodingOf, toUtf8 } from '../csv/encoding.ts';
import type { Encoding } from '../csv/encodings.ts';
import type { Job } from '../jobs/job.ts';
import { type Packing, packingOf, unpack } from './archive.ts';
import { openUpload } from './upload.ts';

export const SAMPLE_BYTES = 1024 * 1024;

export const sourceOf = ({ size, ...upload }: ObjectVersion & Pick<RangeSource, 'size'>, files: Files) => ({
  size,
  stream: (start: number, end: number) => openUpload(upload, { start, end }, files),
});

/** The beginning of a text, long enough to detect its format, and whether it is the whole text. */
export interface Beginning {
  readonly head: Buffer;
  readonly isWhole: boolean;
}

/** Unpacks the beginning of a file that starts with `raw`, in the file's encoding. */
export const beginningOf = async (
  raw: Buffer,
  source: RangeSource,
): Promise<Beginning & { readonly packing: Packing }> => {
  const packing = packingOf(raw);
  if (packing === 'none') return { packing, head: raw, isWhole: raw.length === source.size };
  const pieces = unpack(source, packing);
  try {
    return { packing, ...(await headOf(pieces)) };
  } finally {
    await pieces.return(undefined);
  }
};

/** Converts a beginning to UTF-8. */
export const inUtf8 = async ({ head, isWhole }: Beginning, encoding: Encoding): Promise<Beginning> => {
  async function* one(): AsyncGenerator<Buffer> {
    yield head;
  }
  return { head: await buffer(toUtf8(one(), encoding)), isWhole };
};

export const headOf = async (pieces: AsyncGenerator<Buffer>): Promise<Beginning> => {
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

/** Reads parts with their bytes. One part at a time is in memory. */
export async function* partsOf(
  pieces: AsyncIterable<Buffer>,
  cutting: CutOptions,
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

/** Reads an upload in UTF-8, piece by piece, unpacked and decoded. Undefined if it has expired. */
export const contentsOf = async (
  job: ObjectVersion & Pick<Job, 'layout'>,
  files: Files,
): Promise<AsyncGenerator<Buffer> | undefined> => {
  const found = await files.head(job.key, job.version);
  if (!found) return undefined;
  const source = sourceOf({ ...job, size: found.size }, files);
  const signature = await buffer(await source.stream(0, Math.min(found.size, SIGNATURE_BYTES)));
  return decodePieces(unpack(source, packingOf(signature)), job.layout?.encoding);
};

async function* decodePieces(pieces: AsyncGenerator<Buffer>, declared: Encoding | undefined): AsyncGenerator<Buffer> {
  const beginning = await headOf(pieces);
  yield* toUtf8(behind(beginning.head, pieces), encodingOf(beginning, declared));
}

const SIGNATURE_BYTES = 4;
