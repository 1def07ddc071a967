import * as v from 'valibot';
import type { Files } from '../../../platform/storage/files.ts';
import { type FeedSync, manifestKey } from '../records/sync.ts';
import { baseShards, recordsBelow, shardOf, writeRecords } from './shards.ts';

/** What the catalog has of a feed, one line for each item and variant. */
const ManifestEntry = v.object({
  /** The kind and id. */
  key: v.string(),
  /** The item it belongs to. */
  item: v.string(),
  hash: v.string(),
  /** Since when it is missing in the feed. */
  missing: v.optional(v.string()),
});
export type ManifestEntry = v.InferOutput<typeof ManifestEntry>;

type Manifest = ReadonlyMap<string, ManifestEntry>;

/** The entries of the last sync for the items of a shard. */
export const readBase = async (sync: FeedSync, shard: number, files: Files): Promise<Manifest> => {
  const { base, baseBits = 0, bits } = sync;
  const entries = new Map<string, ManifestEntry>();
  if (base === undefined) return entries;
  for (const part of baseShards(shard, bits, baseBits))
    for await (const record of recordsBelow(manifestKey(sync, base, part), files)) {
      const entry = v.parse(ManifestEntry, record);
      if (shardOf(entry.item, bits) === shard) entries.set(entry.key, entry);
    }
  return entries;
};

export const writeManifest = (
  sync: FeedSync,
  shard: number,
  entries: readonly ManifestEntry[],
  files: Files,
): Promise<void> => writeRecords(manifestKey(sync, sync.id, shard), entries, files);
