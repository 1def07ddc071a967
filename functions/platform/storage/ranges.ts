import type { Readable } from 'node:stream';
import type { Files } from './files.ts';

/** A byte source of known size, such as an object or a buffer. */
export interface RangeSource {
  readonly size: number;
  /** Streams the bytes from `start` up to `end`. */
  stream(start: number, end: number): Promise<Readable>;
}

/** One state of a key: by its version, which never changes, or else by the ETag of its content. */
export interface ObjectVersion {
  readonly key: string;
  readonly version?: string | undefined;
  readonly etag?: string | undefined;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Opens a range of one state of an object. Fails if the content was replaced. */
export const openRange = (
  { key, version, etag }: ObjectVersion,
  range: Range,
  files: Pick<Files, 'read'>,
): Promise<Readable> => files.read(key, { ...range, ...(version ? { version } : etag && { etag }) });

const absenceByError: Readonly<Record<string, 'gone' | 'replaced'>> = {
  NoSuchKey: 'gone',
  NoSuchVersion: 'gone',
  NotFound: 'gone',
  PreconditionFailed: 'replaced',
};

/** Why an object is not available, if the error is about that. */
export const absenceOf = (error: unknown): 'gone' | 'replaced' | undefined =>
  error instanceof Error ? absenceByError[error.name] : undefined;

export type ReadRange = (start: number, end: number) => Promise<Buffer>;

const MAX_READS = 4;

/**
 * Reads whole ranges. A broken stream is continued at the same byte, since the client retries only requests without a
 * response.
 */
export const rangeReader =
  (open: (range: Range) => Promise<Readable>): ReadRange =>
  async (start, end) => {
    const parts: Buffer[] = [];
    let at = start;
    for (let reads = 1; ; reads++) {
      try {
        for await (const part of await open({ start: at, end })) {
          parts.push(part);
          at += part.length;
        }
        return Buffer.concat(parts);
      } catch (error) {
        // Nothing was received, and the client has retried already.
        if (reads === MAX_READS || at === start) throw error;
        if (at >= end) return Buffer.concat(parts);
      }
    }
  };

const PIECE_BYTES = 8 * 1024 * 1024;

/** Reads a range in pieces, one piece ahead of the consumer. */
export async function* readPieces(read: ReadRange, from: number, to: number): AsyncGenerator<Buffer> {
  const at = (start: number) => (start < to ? read(start, Math.min(to, start + PIECE_BYTES)) : undefined);
  let next = at(from);
  for (let start = from; next !== undefined; ) {
    const piece = await next;
    start += PIECE_BYTES;
    next = at(start);
    yield piece;
  }
}

/** Reads an object from `start` up to `end`, or to its end. */
export const readBytes = async (
  key: string,
  { start, end }: { readonly start: number; readonly end?: number | undefined },
  files: Pick<Files, 'read'>,
): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of await files.read(key, { start, ...(end !== undefined && { end }) })) parts.push(part);
  return Buffer.concat(parts);
};
