import { hash } from 'node:crypto';

/**
 * A list that many write to at once is spread over this many partitions of its index, each of which takes a thousand
 * writes a second. Reading a page of it asks them all, so more would cost every reader.
 */
const SHARDS = 8;

/** The shard that something stands in for good. */
export const shardOf = (id: string): number => {
  if (id !== last.id) last = { id, shard: Number.parseInt(hash('sha1', id).slice(0, 2), 16) % SHARDS };
  return last.shard;
};

/** A profile and its identifiers ask for the same. */
let last = { id: '', shard: Number.NaN };

/** The keys of all partitions of one list. */
export const shardsOf = (pk: (shard: number) => string): string[] =>
  Array.from({ length: SHARDS }, (_, shard) => pk(shard));
