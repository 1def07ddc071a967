import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { FeedError } from './feed-error.ts';
import { readHead } from './head.ts';

/** The size of the text of a feed, after decompression. */
export const MAX_FEED_BYTES = 1024 * 1024 * 1024;

const GZIP = [0x1f, 0x8b] as const;
const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  br: () => createBrotliDecompress(),
  deflate: () => createInflate(),
};

export interface Inflating {
  /** The `content-encoding` of the response. */
  readonly encoding?: string | undefined;
  readonly maxBytes?: number | undefined;
}

/**
 * Decompresses a feed: by its `content-encoding`, then a gzip file by its first bytes. The bound applies to the bytes
 * that come out, so a small file that expands without end is stopped.
 */
export async function* inflate(
  pieces: AsyncIterable<Uint8Array>,
  { encoding = 'identity', maxBytes = MAX_FEED_BYTES }: Inflating = {},
): AsyncGenerator<Buffer> {
  const named = encoding.trim().toLowerCase();
  if (named !== 'identity' && named !== '' && decoders[named] === undefined)
    throw new FeedError(`The feed has the encoding '${named.slice(0, 40)}'. Send it as gzip, br or uncompressed.`);
  const first = await readHead(pieces, GZIP.length);
  // Some servers name an encoding that the body does not have.
  const isGzip = startsAsGzip(first.head);
  const decoder = isGzip ? decoders.gzip : named.endsWith('gzip') ? undefined : decoders[named];
  const body = decoder ? decoded(first.pieces, decoder()) : first.pieces;
  const second = await readHead(body, GZIP.length);
  // A file `feed.xml.gz` that its server compresses once more.
  const whole = decoder && startsAsGzip(second.head) ? decoded(second.pieces, createGunzip()) : second.pieces;
  let bytes = 0;
  for await (const piece of whole) {
    bytes += piece.length;
    if (bytes > maxBytes)
      throw new FeedError(`The feed has more than ${inMegabytes(maxBytes)} MB of text. Split it into several feeds.`);
    yield Buffer.from(piece.buffer, piece.byteOffset, piece.length);
  }
}

const inMegabytes = (bytes: number): number => Math.floor(bytes / 1024 / 1024);

const startsAsGzip = (head: Buffer): boolean => GZIP.every((byte, at) => head[at] === byte);

async function* decoded(pieces: AsyncIterable<Uint8Array>, decoder: Transform): AsyncGenerator<Uint8Array> {
  const source = Readable.from(pieces);
  let sourceError: unknown;
  source.on('error', (error) => {
    sourceError = error;
  });
  pipeline(source, decoder, () => {});
  try {
    yield* decoder;
  } catch (error) {
    if (sourceError !== undefined) throw sourceError;
    if (error instanceof Error && 'code' in error && /^(Z_|ERR_?_BROTLI|ERR_BROTLI)/.test(String(error.code)))
      throw new FeedError('The compressed feed is damaged or cut off.', { cause: error });
    throw error;
  } finally {
    source.destroy();
    decoder.destroy();
  }
}
