import { hash } from 'node:crypto';

/**
 * The number of partitions of an index that share one list with many concurrent writers. Each partition accepts a
 * thousand writes per second. Reading a page queries all of them, so that more shards would slow down every reader.
 */
const SHARDS = 8;

/** The shard of an id. It never changes. */
export const shardOf = (id: string): number => {
  if (id !== last.id) last = { id, shard: Number.parseInt(hash('sha1', id).slice(0, 2), 16) % SHARDS };
  return last.shard;
};

/** Caches the last result: a profile and its identifiers use the same id. */
let last = { id: '', shard: Number.NaN };

/** The partition keys of all shards of one list. */
export const shardsOf = (pk: (shard: number) => string): string[] =>
  Array.from({ length: SHARDS }, (_, shard) => pk(shard));
