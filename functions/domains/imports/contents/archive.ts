import { createGunzip } from 'node:zlib';
import type { RangeSource } from '../../../platform/storage/ranges.ts';
import { FileError } from '../outcomes/file-error.ts';

export type Packing = 'gzip' | 'zip' | 'none';

export const packingOf = (head: Buffer): Packing => {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  // An empty ZIP starts with its end record.
  return ['PK\u0003\u0004', 'PK\u0005\u0006'].includes(head.toString('latin1', 0, 4)) ? 'zip' : 'none';
};

/** Repeated text compresses to a thousandth, real exports hardly ever below a hundredth. */
const MAX_RATIO = 200;
const ALWAYS_BYTES = 64 * 1024 * 1024;

/** Unpacks a file piece by piece. */
export async function* unpack(source: RangeSource, packing: Packing): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const piece of await openPieces(source, packing)) {
    if (!Buffer.isBuffer(piece)) throw new Error('A stream of bytes has buffers.');
    bytes += piece.length;
    if (packing !== 'none' && bytes > Math.max(ALWAYS_BYTES, source.size * MAX_RATIO))
      throw new FileError(`The file unpacks to more than ${MAX_RATIO} times its size. Upload it unpacked.`);
    yield piece;
  }
}

const openPieces = async (source: RangeSource, packing: Packing): Promise<AsyncIterable<unknown>> => {
  switch (packing) {
    case 'none':
      return source.stream(0, source.size);
    case 'gzip':
      return gunzip(source);
    case 'zip':
      // Loaded on demand, since few files are ZIP archives.
      return (await import('./zip.ts')).fromZip(source);
  }
};

async function* gunzip(source: RangeSource): AsyncGenerator<unknown> {
  const packed = await source.stream(0, source.size);
  const unpacking = createGunzip();
  packed.on('error', (error) => unpacking.destroy(error));
  try {
    yield* packed.pipe(unpacking);
  } catch (error) {
    if (packed.errored) throw packed.errored;
    throw new FileError(
      `The file can't be unpacked (${error instanceof Error ? error.message : 'gzip'}). Pack it again.`,
    );
  } finally {
    packed.destroy();
  }
}
