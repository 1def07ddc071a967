import type { Readable } from 'node:stream';
import type { Files } from './files.ts';

/** Bytes of a known number, wherever they lie. */
export interface Source {
  readonly size: number;
  /** The bytes from `start` up to `end`, as they come. */
  stream(start: number, end: number): Promise<Readable>;
}

/** One state of a key. A version never changes; without one the ETag says which content is meant. */
export interface ObjectState {
  readonly key: string;
  readonly version?: string | undefined;
  readonly etag?: string | undefined;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Opens a range of one state of an object. Fails where another content has taken its place. */
export const openRange = (
  { key, version, etag }: ObjectState,
  range: Range,
  files: Pick<Files, 'read'>,
): Promise<Readable> => files.read(key, { ...range, ...(version ? { version } : etag && { etag }) });

const absences: Readonly<Record<string, 'gone' | 'replaced'>> = {
  NoSuchKey: 'gone',
  NoSuchVersion: 'gone',
  NotFound: 'gone',
  PreconditionFailed: 'replaced',
};

/** Why S3 does not answer with a state of an object, where that is what an error says. */
export const absenceOf = (error: unknown): 'gone' | 'replaced' | undefined =>
  error instanceof Error ? absences[error.name] : undefined;

export type ReadRange = (start: number, end: number) => Promise<Buffer>;

const READS = 4;

/** Reads ranges whole. One that breaks off is read on from there: the client retries only requests that answered nothing. */
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
        // Nothing of it came: the client has retried itself.
        if (reads === READS || at === start) throw error;
        if (at >= end) return Buffer.concat(parts);
      }
    }
  };

const PIECE_BYTES = 8 * 1024 * 1024;

/** Reads a range piece by piece, one piece ahead of its consumer. */
export async function* piecesOf(read: ReadRange, from: number, to: number): AsyncGenerator<Buffer> {
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
