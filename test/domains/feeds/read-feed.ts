import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFeed, type Reading } from '../../../functions/domains/feeds/rows/read.ts';
import type { FeedRow } from '../../../functions/domains/feeds/rows/row.ts';

export const sample = (name: string): Buffer => readFileSync(join(import.meta.dirname, 'samples', name));

export async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Reads a feed in pieces of a size. */
export const rowsOf = async (
  feed: string | Buffer,
  { size = 1_000, ...reading }: Reading & { readonly size?: number } = {},
): Promise<FeedRow[]> => {
  const rows: FeedRow[] = [];
  for await (const some of (await openFeed(cut(Buffer.from(feed), size), reading)).rows) rows.push(...some);
  return rows;
};

export const problemsOf = (rows: readonly FeedRow[]): string[] =>
  rows.flatMap((row) => ('problem' in row ? [`${row.place}: ${row.problem}`] : []));
