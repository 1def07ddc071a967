import * as v from 'valibot';
import {
  DEFAULT_DAYS,
  feedKinds,
  type ProductFeed,
  type ProductFeedState,
  rankingOf,
} from '../../../domains/product-feeds/records/feed.ts';
import { fileFormats, fileNameOf } from '../../../domains/product-feeds/records/file-setting.ts';
import { leftOutReasons, type StoredFile } from '../../../domains/product-feeds/records/stored-file.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { defineView } from '../../../platform/http/resource/view.ts';
import { compoundId } from './catalog-ids.ts';

/** The path of the files of feeds. */
export const FEED_FILES = '/feeds';

/** A feed, with its state where that was read. */
export type ShownFeed = ProductFeed & { readonly state?: ProductFeedState | undefined };

const fileAttributes = (file: StoredFile | undefined) => ({
  file_built_at: file ? withUtcOffset(file.built) : null,
  file_byte_count: file?.bytes ?? null,
  file_product_count: file?.products ?? null,
  file_left_out: leftOutReasons.flatMap((reason) => {
    const count = file?.leftOut[reason];
    return count === undefined ? [] : [{ reason, count }];
  }),
});

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
    /** Null: the feed is no file. */
    file_format: v.nullable(v.picklist(fileFormats)),
    file_currency: v.nullable(v.string()),
    created_at: v.string(),
    updated_at: v.string(),
  },
  details: {
    /** How many products were selected, and when. Null: they are not selected yet. */
    selected_count: v.nullable(v.number()),
    selected_at: v.nullable(v.string()),
    /** The secret URL of the file. */
    file_url: v.nullable(v.string()),
    /** When the content last changed. Null: it is not built yet. */
    file_built_at: v.nullable(v.string()),
    file_byte_count: v.nullable(v.number()),
    file_product_count: v.nullable(v.number()),
    /** What the file lacks, by reason. */
    file_left_out: v.array(v.object({ reason: v.picklist(leftOutReasons), count: v.number() })),
  },
  attributes: (feed: ShownFeed, { origin }: { readonly origin: string }) => ({
    name: feed.name,
    kind: feed.kind,
    category_ids: feed.categories?.map(compoundId) ?? null,
    in_stock_only: feed.inStock,
    exclude_bought: feed.withoutBought ?? false,
    window_days: rankingOf(feed.kind) ? (feed.days ?? DEFAULT_DAYS) : null,
    file_format: feed.file?.format ?? null,
    file_currency: feed.file?.currency ?? null,
    created_at: withUtcOffset(feed.created),
    updated_at: withUtcOffset(feed.updated),
    ...('state' in feed && {
      selected_count: feed.state?.ids?.length ?? null,
      selected_at: feed.state?.selected === undefined ? null : withUtcOffset(feed.state.selected),
      file_url: feed.file ? `${origin}${FEED_FILES}/${fileNameOf(feed, feed.file)}` : null,
      ...fileAttributes(feed.state?.file),
    }),
  }),
});
