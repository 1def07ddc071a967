import * as v from 'valibot';
import { jobFields, stateIn } from '../../../platform/jobs/state.ts';
import { entity } from '../../../platform/table/entity.ts';
import { Count, smallStore } from '../../../platform/table/small-store.ts';
import type { RankedBy } from '../rankings/totals.ts';
import { Build } from './build.ts';
import { FileSetting } from './file-setting.ts';
import { StoredFile } from './stored-file.ts';

/** In which order a feed has products. */
export const feedKinds = ['newest', 'best_sellers', 'most_viewed', 'random', 'recently_viewed', 'all'] as const;

type FeedKind = (typeof feedKinds)[number];

/** What a kind of feed ranks products by. Undefined: it is no ranking. */
export const rankingOf = (kind: FeedKind): RankedBy | undefined =>
  kind === 'best_sellers' ? 'orders' : kind === 'most_viewed' ? 'views' : undefined;

/** The window of rankings: how many days before today count. */
export const DEFAULT_DAYS = 30;

/** Products of the catalog for mails and pages. */
export const ProductFeed = v.object({
  account: v.string(),
  id: v.string(),
  name: v.string(),
  kind: v.picklist(feedKinds),
  /** The external ids of categories: products of any of them. @default all products */
  categories: v.optional(v.array(v.string())),
  /** Whether it has only what is in stock. */
  inStock: v.boolean(),
  /** Whether an answer for a person leaves out what they bought. */
  withoutBought: v.optional(v.boolean()),
  /** Of a ranking: how many days before today count. @default DEFAULT_DAYS */
  days: v.optional(v.number()),
  file: v.optional(FileSetting),
  created: v.string(),
  updated: v.string(),
});
export type ProductFeed = v.InferOutput<typeof ProductFeed>;

/** What is selected for a feed, and the job that selects it. It runs again after each change of the catalog. */
export const ProductFeedState = v.object({
  ...jobFields,
  /** The time at which it looks for changes again. */
  next: v.optional(v.string()),
  /** What the current run, and the last one that ended, knew of the catalog and the settings. */
  mark: v.optional(v.string()),
  seen: v.optional(v.string()),
  /** The external ids of items, in order, and since when. */
  ids: v.optional(v.array(v.string())),
  selected: v.optional(v.string()),
  file: v.optional(StoredFile),
  /** Of a feed of the kind `all`: the file that is being built, or that was built last. */
  build: v.optional(Build),
});
export type ProductFeedState = v.InferOutput<typeof ProductFeedState>;

type FeedId = Pick<ProductFeed, 'account' | 'id'>;

const FEED = 'FEED#';
const MAX_FEEDS = 50;

const pk = (account: string): string => `A#${account}#PRODUCTFEEDS`;

export const productFeeds = entity({
  type: 'product_feed',
  schema: ProductFeed,
  key: ({ account, id }: FeedId) => ({ pk: pk(account), sk: `${FEED}${id}` }),
});

export const productFeedCounts = entity({
  type: 'product_feed_count',
  schema: Count,
  key: ({ account }: Pick<Count, 'account'>) => ({ pk: pk(account), sk: 'COUNT' }),
});

export const productFeedStore = smallStore({
  entity: productFeeds,
  counts: productFeedCounts,
  pk,
  prefix: FEED,
  max: MAX_FEEDS,
  noun: { one: 'product feed', many: 'product feeds' },
});

export const productFeedStates = entity({
  type: 'product_feed_state',
  schema: ProductFeedState,
  key: ({ account, id }: FeedId) => ({ pk: pk(account), sk: `STATE#${id}` }),
});

export const jobState = stateIn(productFeedStates);
