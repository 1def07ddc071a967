/** One product of a feed as its members, or why it could not be read. */
export type FeedRow = ReadRow | UnreadableRow;

interface Placed {
  /** Counts the rows of a feed from 1. */
  readonly row: number;
  /** Where it is, such as `products[3]`, `/rss/channel/item[4]` or `line 5`. */
  readonly place: string;
}

export interface ReadRow extends Placed {
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface UnreadableRow extends Placed {
  readonly problem: string;
}

/** The size of one row. Longer ones are skipped without being held in memory. */
export const MAX_ROW_BYTES = 512 * 1024;
/** How deep the members of one row, and the elements around it, can be nested. */
export const MAX_DEPTH = 32;

export const TOO_LONG = `It is longer than ${MAX_ROW_BYTES / 1024} KB. Shorten its description, or leave out what is not mapped.`;
export const TOO_DEEP = `It is nested deeper than ${MAX_DEPTH} levels.`;
export const NOT_TEXT = 'It has bytes that are no text in the encoding of the feed. Save the feed as UTF-8.';

/** Reads a feed piece by piece. */
export interface RowReader {
  readonly push: (piece: Buffer) => readonly FeedRow[];
  /** Throws if the feed ends in its middle. */
  readonly end: () => readonly FeedRow[];
}
