import type { JobContext } from '../../../platform/jobs/run.ts';
import type { CatalogFeed } from '../records/feed.ts';
import type { FeedSync } from '../records/sync.ts';
import { differencesOf } from './differences.ts';

/** Fewer products say nothing about a share. */
const LEAST = 10;

/**
 * Compares all shards before anything is written. Returns why the sync stops: it would miss too many of the products that
 * the last one had, as after an error in the shop's export.
 */
export const guardReason = async (
  sync: FeedSync,
  { graceHours, maxMissing }: Pick<CatalogFeed, 'graceHours' | 'maxMissing'>,
  { imports }: Pick<JobContext, 'imports'>,
): Promise<string | undefined> => {
  if (sync.allowsMissing || sync.base === undefined) return undefined;
  let known = 0;
  let missing = 0;
  for (let shard = 0; shard < 1 << sync.bits; shard++) {
    const { base, newlyMissing } = await differencesOf(sync, { shard, graceHours }, imports());
    known += [...base.values()].filter((entry) => entry.missing === undefined).length;
    missing += newlyMissing;
  }
  if (known < LEAST || missing <= (known * maxMissing) / 100) return undefined;
  const counts = `${missing} of ${known} items and variants are missing in the feed, more than ${maxMissing} %`;
  return `${counts}. Nothing was changed. If the feed is right, start a sync that allows it.`;
};
