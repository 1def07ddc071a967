import { createHash } from 'node:crypto';
import { type Files, listKeys } from '../../../platform/storage/files.ts';
import { parseRecord, readLines, writeLines } from '../../../platform/storage/line-files.ts';

/** The size of one shard that is aimed at. Its rows are held in memory. */
const SHARD_BYTES = 8 * 1024 * 1024;
export const MAX_BITS = 7;

/** How many shards a feed of a size needs, as a power of two. */
export const bitsFor = (bytes: number): number =>
  Math.max(0, Math.min(MAX_BITS, Math.ceil(Math.log2(Math.max(1, bytes / SHARD_BYTES)))));

/**
 * The shard of an item: the first bits of its hash. With twice as many shards, each becomes two, so manifests of syncs
 * with other numbers can be compared.
 */
export const shardOf = (item: string, bits: number): number =>
  (createHash('sha256').update(item).digest()[0] ?? 0) >> (8 - bits);

/** The shards of a manifest that items of this shard can be in. */
export const baseShards = (shard: number, bits: number, baseBits: number): readonly number[] => {
  if (baseBits <= bits) return [shard >> (bits - baseBits)];
  const count = 1 << (baseBits - bits);
  return Array.from({ length: count }, (_, i) => shard * count + i);
};

/** Reads the records below a prefix, of the objects before `end`. */
export async function* recordsBelow(
  prefix: string,
  files: Files,
  end?: string,
): AsyncGenerator<Readonly<Record<string, unknown>>> {
  for await (const key of listKeys(prefix, files)) {
    if (end !== undefined && key >= end) return;
    for await (const lines of readLines([key], files)) for (const line of lines) yield parseRecord(line);
  }
}

export const writeRecords = (key: string, records: readonly object[], files: Files): Promise<void> =>
  writeLines(
    key,
    records.map((record) => JSON.stringify(record)),
    files,
  );
