import * as v from 'valibot';
import { entity } from '../../../platform/table/entity.ts';
import { Count, smallStore } from '../../../platform/table/small-store.ts';

export const requestMethods = ['get', 'post'] as const;
export const contentTypes = ['json', 'xml'] as const;

/** An answer of a source, as the bucket has it. */
const Kept = v.object({
  key: v.string(),
  /** Of the one before it, to which links may still lead. */
  former: v.optional(v.string()),
  format: v.picklist(contentTypes),
  bytes: v.number(),
  hash: v.string(),
  /** When it was written to the bucket. */
  stored: v.string(),
});
export type Kept = v.InferOutput<typeof Kept>;

export const WebFeed = v.object({
  account: v.string(),
  id: v.string(),
  name: v.string(),
  url: v.string(),
  method: v.picklist(requestMethods),
  format: v.picklist(contentTypes),
  /** The time of the next fetch. Absent: disabled. */
  next: v.optional(v.string()),
  /** The last fetch with these settings, and the last that worked. */
  tried: v.optional(v.string()),
  good: v.optional(v.string()),
  /** Why the last fetch failed. */
  error: v.optional(v.string()),
  /** Since when all fetches failed, and for how many nights. */
  failing: v.optional(v.string()),
  nights: v.optional(v.number()),
  kept: v.optional(Kept),
  /** Validators of the content. */
  etag: v.optional(v.string()),
  modified: v.optional(v.string()),
  created: v.string(),
  updated: v.string(),
});
export type WebFeed = v.InferOutput<typeof WebFeed>;

const FEED = 'FEED#';
const MAX_FEEDS = 50;

const pk = (account: string): string => `A#${account}#WEBFEEDS`;

export const webFeeds = entity({
  type: 'web_feed',
  schema: WebFeed,
  key: ({ account, id }: Pick<WebFeed, 'account' | 'id'>) => ({ pk: pk(account), sk: `${FEED}${id}` }),
});

export const webFeedCounts = entity({
  type: 'web_feed_count',
  schema: Count,
  key: ({ account }: Pick<Count, 'account'>) => ({ pk: pk(account), sk: 'COUNT' }),
});

export const webFeedStore = smallStore({
  entity: webFeeds,
  counts: webFeedCounts,
  pk,
  prefix: FEED,
  max: MAX_FEEDS,
  noun: { one: 'web feed', many: 'web feeds' },
});

/** The folder of all contents. A lifecycle rule of the bucket removes them. */
export const WEB_FEEDS_PREFIX = 'web-feeds/';
export const WEB_FEEDS_DAYS = 30;

export const webFeedFolder = ({ account, id }: Pick<WebFeed, 'account' | 'id'>): string =>
  `${WEB_FEEDS_PREFIX}${account}/${id}/`;
