import * as v from 'valibot';
import type { JobContext } from '../../../platform/jobs/run.ts';
import { openRange, rangeReader, readPieces } from '../../../platform/storage/ranges.ts';
import { FeedProduct } from '../mapping/product.ts';
import { readProducts } from '../mapping/products.ts';
import type { CatalogFeed } from '../records/feed.ts';
import {
  errorsKey,
  type FeedSync,
  MAX_LISTED_ERRORS,
  type RowError,
  rowsKey,
  sourceKey,
  splitPiece,
} from '../records/sync.ts';
import { bitsFor, shardOf, writeRecords } from './shards.ts';
import { itemIdOf } from './units.ts';

/** How much is held in memory before it is written. */
const FLUSH_CHARACTERS = 16 * 1024 * 1024;
/** Compressed feeds become about so many times larger. */
const EXPANSION = 8;

type Split = Pick<FeedSync, 'bits' | 'flushes' | 'counts' | 'errors'>;

/**
 * Reads the whole feed, and writes its rows into shards by item: so products with one id meet, and each shard fits into
 * memory. A run that was killed begins again, and writes the same objects.
 */
export const splitFeed = async (sync: FeedSync, feed: CatalogFeed, { imports }: JobContext): Promise<Split> => {
  const files = imports();
  const bytes = sync.bytes ?? 0;
  const bits = bitsFor(sync.encoding === undefined ? bytes : bytes * EXPANSION);
  const shards = Array.from({ length: 1 << bits }, (): object[] => []);
  const errors: RowError[] = [];
  let unwritten: RowError[] = [];
  const counts = { ...sync.counts, rows: 0, failed: 0 };
  let characters = 0;
  let flushes = 0;

  const flush = async (): Promise<void> => {
    for (const [shard, records] of shards.entries())
      if (records.length > 0) await writeRecords(rowsKey(sync, shard, flushes), records, files);
    if (unwritten.length > 0) await writeRecords(errorsKey(sync, splitPiece(flushes)), unwritten, files);
    for (const records of shards) records.length = 0;
    unwritten = [];
    characters = 0;
    flushes += 1;
  };

  const read = rangeReader((range) => openRange({ key: sourceKey(sync) }, range, files));
  const { format, path, mapping } = feed;
  const reading = { format, path, mapping, encoding: sync.encoding };
  for await (const { products, failures } of readProducts(readPieces(read, 0, bytes), reading)) {
    counts.rows += products.length + failures.length;
    counts.failed += failures.length;
    for (const { row, place, product } of products) {
      const item = itemIdOf(product);
      shards[shardOf(item, bits)]?.push({ row, place, item, product });
      characters += 500 + product.description.length;
    }
    for (const { item, errors: found, ...present } of failures) {
      // A product that cannot be read today is still in the feed.
      if (item !== undefined) shards[shardOf(item, bits)]?.push({ ...present, item });
      if (errors.length < MAX_LISTED_ERRORS) errors.push(...found.slice(0, MAX_LISTED_ERRORS - errors.length));
      unwritten.push(...found);
      characters += 500;
    }
    if (characters > FLUSH_CHARACTERS) await flush();
  }
  await flush();
  return { bits, flushes, counts, errors };
};

/** A row in a shard. Without a product, it is in the feed and cannot be read. */
export const ShardRow = v.object({
  row: v.number(),
  place: v.string(),
  item: v.string(),
  id: v.optional(v.string()),
  product: v.optional(FeedProduct),
});
