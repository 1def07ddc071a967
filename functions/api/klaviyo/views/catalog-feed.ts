import * as v from 'valibot';
import { feedFormats } from '../../../domains/feeds/content/format.ts';
import { feedFields } from '../../../domains/feeds/mapping/fields.ts';
import type { CatalogFeed } from '../../../domains/feeds/records/feed.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { defineView } from '../../../platform/http/resource/view.ts';

export const FEED = 'catalog-feed';

export const MappingView = v.partial(v.object(v.entriesFromList(feedFields, v.nullable(v.string()))));

export const catalogFeedView = defineView({
  type: FEED,
  path: '/api/catalog-feeds',
  entries: {
    name: v.string(),
    enabled: v.boolean(),
    /** A URL without its query, which may contain a secret. */
    source: v.object({ kind: v.picklist(['url', 'file']), location: v.string() }),
    /** Without the secret. */
    credentials: v.nullable(v.object({ kind: v.picklist(['basic', 'header']), name: v.string() })),
    format: v.nullable(v.picklist(feedFormats)),
    products_path: v.nullable(v.string()),
    mapping: v.nullable(MappingView),
    interval_hours: v.number(),
    grace_hours: v.number(),
    max_missing_percent: v.number(),
    created_at: v.string(),
    updated_at: v.string(),
  },
  attributes: (feed: CatalogFeed) => ({
    name: feed.name,
    enabled: feed.enabled,
    source:
      feed.source.kind === 'url'
        ? { kind: 'url', location: withoutQuery(feed.source.url) }
        : { kind: 'file', location: feed.source.key },
    credentials: feed.authentication
      ? {
          kind: feed.authentication.kind,
          name: feed.authentication.kind === 'basic' ? feed.authentication.user : feed.authentication.name,
        }
      : null,
    format: feed.format ?? null,
    products_path: feed.path ?? null,
    mapping: feed.mapping ?? null,
    interval_hours: feed.everyHours,
    grace_hours: feed.graceHours,
    max_missing_percent: feed.maxMissing,
    created_at: withUtcOffset(feed.created),
    updated_at: withUtcOffset(feed.updated),
  }),
});

const withoutQuery = (text: string): string => {
  const { origin, pathname, search } = new URL(text);
  return `${origin}${pathname}${search === '' ? '' : '?…'}`;
};
