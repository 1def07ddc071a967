import * as v from 'valibot';
import { feedFormats } from '../../../domains/feeds/content/format.ts';
import { feedFields } from '../../../domains/feeds/mapping/fields.ts';
import type { Authentication, CatalogFeed } from '../../../domains/feeds/records/feed.ts';
import { locationOf } from '../../../domains/feeds/records/source.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { defineView } from '../../../platform/http/resource/view.ts';

export const FEED = 'catalog-feed';

/** How a feed can authenticate itself. */
export const authenticationKinds = ['basic', 'header', 'password', 'private_key'] as const;

export const MappingView = v.partial(v.object(v.entriesFromList(feedFields, v.nullable(v.string()))));

export const catalogFeedView = defineView({
  type: FEED,
  path: '/api/catalog-feeds',
  entries: {
    name: v.string(),
    enabled: v.boolean(),
    /** A URL without its query, which may contain a secret. */
    source: v.object({
      kind: v.picklist(['url', 'file', 'sftp']),
      location: v.string(),
      /** Of an SFTP server. */
      host_key: v.optional(v.string()),
    }),
    /** Without the secret. The location of an SFTP server names the user. */
    credentials: v.nullable(v.object({ kind: v.picklist(authenticationKinds), name: v.nullable(v.string()) })),
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
    source: {
      kind: feed.source.kind,
      location: locationOf(feed.source),
      ...(feed.source.kind === 'sftp' && { host_key: feed.source.hostKey }),
    },
    credentials: feed.authentication ? shownAuthentication(feed.authentication) : null,
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

const shownAuthentication = (authentication: Authentication) => {
  const { kind } = authentication;
  if (kind === 'basic') return { kind, name: authentication.user };
  return { kind, name: kind === 'header' ? authentication.name : null };
};
