import * as v from 'valibot';
import {
  DEFAULT_DAYS,
  feedKinds,
  type ProductFeed,
  type ProductFeedState,
  rankingOf,
} from '../../../domains/product-feeds/records/feed.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { defineView } from '../../../platform/http/resource/view.ts';
import { compoundId } from './catalog-ids.ts';

/** A feed, with its state where that was read. */
export type ShownFeed = ProductFeed & { readonly state?: ProductFeedState | undefined };

export const productFeedView = defineView({
  type: 'product-feed',
  path: '/api/product-feeds',
  entries: {
    name: v.string(),
    kind: v.picklist(feedKinds),
    /** Null: all products. */
    category_ids: v.nullable(v.array(v.string())),
    in_stock_only: v.boolean(),
    exclude_bought: v.boolean(),
    /** The days before today that a ranking counts. Null: it is no ranking. */
    window_days: v.nullable(v.number()),
    created_at: v.string(),
    updated_at: v.string(),
  },
  details: {
    /** How many products were selected, and when. Null: they are not selected yet. */
    selected_count: v.nullable(v.number()),
    selected_at: v.nullable(v.string()),
  },
  attributes: (feed: ShownFeed) => ({
    name: feed.name,
    kind: feed.kind,
    category_ids: feed.categories?.map(compoundId) ?? null,
    in_stock_only: feed.inStock,
    exclude_bought: feed.withoutBought ?? false,
    window_days: rankingOf(feed.kind) ? (feed.days ?? DEFAULT_DAYS) : null,
    created_at: withUtcOffset(feed.created),
    updated_at: withUtcOffset(feed.updated),
    ...('state' in feed && {
      selected_count: feed.state?.ids?.length ?? null,
      selected_at: feed.state?.selected === undefined ? null : withUtcOffset(feed.state.selected),
    }),
  }),
});
