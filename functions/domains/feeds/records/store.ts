import { entity } from '../../../platform/table/entity.ts';
import { Count, smallStore } from '../../../platform/table/small-store.ts';
import { CatalogFeed, FeedSecret, FeedState } from './feed.ts';
import { FeedSync } from './sync.ts';

const FEED = 'FEED#';
const MAX_FEEDS = 20;

const feedsPk = (account: string): string => `A#${account}#CATALOGFEEDS`;

export const catalogFeeds = entity({
  type: 'catalog_feed',
  schema: CatalogFeed,
  json: ['mapping'],
  key: ({ account, id }: Pick<CatalogFeed, 'account' | 'id'>) => ({ pk: feedsPk(account), sk: `${FEED}${id}` }),
});

export const catalogFeedCounts = entity({
  type: 'catalog_feed_count',
  schema: Count,
  key: ({ account }: Pick<Count, 'account'>) => ({ pk: feedsPk(account), sk: 'COUNT' }),
});

export const feedStore = smallStore({
  entity: catalogFeeds,
  counts: catalogFeedCounts,
  pk: feedsPk,
  prefix: FEED,
  max: MAX_FEEDS,
  noun: { one: 'catalog feed', many: 'catalog feeds' },
});

export const feedSecrets = entity({
  type: 'catalog_feed_secret',
  schema: FeedSecret,
  key: ({ account, feed }: Pick<FeedSecret, 'account' | 'feed'>) => ({
    pk: `A#${account}#CATALOGFEEDSECRETS`,
    sk: `SECRET#${feed}`,
  }),
});

export const feedStates = entity({
  type: 'catalog_feed_state',
  schema: FeedState,
  key: ({ account, feed }: Pick<FeedState, 'account' | 'feed'>) => ({ pk: feedsPk(account), sk: `STATE#${feed}` }),
});

/** The partition of an account's syncs, by age. */
export const syncsPk = (account: string): string => `A#${account}#CATALOGFEEDSYNCS`;

export const feedSyncs = entity({
  type: 'catalog_feed_sync',
  schema: FeedSync,
  json: ['errors'],
  key: ({ account, id }: Pick<FeedSync, 'account' | 'id'>) => ({ pk: syncsPk(account), sk: `JOB#${id}` }),
});
