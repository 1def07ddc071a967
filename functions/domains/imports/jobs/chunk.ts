import * as v from 'valibot';
import { leaseFields } from '../../../platform/jobs/state.ts';
import { Counts, noCounts } from '../outcomes/counts.ts';
import { Warning } from '../outcomes/warnings.ts';

/** A part of a file, from the start of a record to the end of another, with its checkpoint. */
export const Chunk = v.object({
  account: v.string(),
  job: v.string(),
  number: v.number(),
  status: v.picklist(['open', 'complete', 'failed']),
  /** Its byte range in the file, end exclusive. */
  from: v.number(),
  to: v.number(),
  /** The number of the last row before it; the header is row 1. */
  before: v.number(),
  /** Everything before this byte is processed, and is not read again. */
  offset: v.number(),
  /** The number of the last processed row. */
  row: v.number(),
  counts: Counts,
  /** The warnings of its processed rows. */
  warnings: v.optional(v.array(Warning)),
  /** The working time up to the last checkpoint. */
  activeMs: v.number(),
  startedAt: v.optional(v.string()),
  /** Why it failed. */
  error: v.optional(v.string()),
  ...leaseFields,
  expiresAt: v.number(),
});
export type Chunk = v.InferOutput<typeof Chunk>;

/** Whether an earlier run may have imported rows after the checkpoint. */
export const isRepeated = ({ starts = 0 }: Pick<Chunk, 'starts'>): boolean => starts > 1;

/** The range of a chunk. */
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
  expiresAt,
});

/** Returns a test for processed rows. Each chunk knows its rows, which follow those of the chunk before it. */
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
