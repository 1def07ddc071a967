import * as v from 'valibot';
import { Counts, noCounts } from '../outcomes/counts.ts';
import { Warning } from '../outcomes/warnings.ts';

/** A part of a file that begins and ends with a record, and how far it has been imported. */
export const Chunk = v.object({
  account: v.string(),
  job: v.string(),
  number: v.number(),
  status: v.picklist(['open', 'complete', 'failed']),
  /** Its bytes in the file, the end exclusive. */
  from: v.number(),
  to: v.number(),
  /** The number of the last row before it; the header is row 1. */
  before: v.number(),
  /** All before this byte is processed, and never read again. */
  offset: v.number(),
  /** The number of the last processed row. */
  row: v.number(),
  counts: Counts,
  /** Of its processed rows. */
  warnings: v.optional(v.array(Warning)),
  /** How long it has been worked on, up to the last checkpoint. */
  activeMs: v.number(),
  lease: v.optional(v.string()),
  leaseUntil: v.optional(v.string()),
  /** What a run of it ended with that failed. */
  lastError: v.optional(v.string()),
  /** Starts since the last checkpoint, with the one that made it. More than one: rows behind it may have been read before. */
  starts: v.number(),
  expiresAt: v.number(),
});
export type Chunk = v.InferOutput<typeof Chunk>;

/** Where a chunk begins and ends. */
export type Piece = Pick<Chunk, 'number' | 'from' | 'to' | 'before'>;

export const chunkOf = (
  { account, id, expiresAt }: { readonly account: string; readonly id: string; readonly expiresAt: number },
  piece: Piece,
): Chunk => ({
  account,
  job: id,
  ...piece,
  status: 'open',
  offset: piece.from,
  row: piece.before,
  counts: noCounts,
  activeMs: 0,
  starts: 0,
  expiresAt,
});

/** Tells whether a row is processed. Every chunk knows its own rows, which follow those of the chunk before it. */
export const processedIn = (chunks: readonly Pick<Chunk, 'before' | 'row'>[]) => {
  const sorted = chunks.toSorted((a, b) => a.before - b.before);
  return (row: number): boolean => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle]?.before ?? 0) < row) low = middle + 1;
      else high = middle;
    }
    return row <= (sorted[low - 1]?.row ?? 0);
  };
};
