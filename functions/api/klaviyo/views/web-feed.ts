import * as v from 'valibot';
import { contentTypes, requestMethods, type WebFeed } from '../../../domains/feeds/web/feed.ts';
import { feedStatuses, isStale, statusOf } from '../../../domains/feeds/web/ladder.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { defineView } from '../../../platform/http/resource/view.ts';

export const webFeedView = defineView({
  type: 'web-feed',
  path: '/api/web-feeds',
  entries: {
    name: v.string(),
    url: v.string(),
    request_method: v.picklist(requestMethods),
    content_type: v.picklist(contentTypes),
    created: v.string(),
    updated: v.string(),
    status: v.picklist(feedStatuses),
    /** Whether the last fetch failed or is still to come. */
    stale: v.boolean(),
    /** With the present settings. */
    last_fetched_at: v.nullable(v.string()),
    /** When its content was last fetched. */
    last_good_at: v.nullable(v.string()),
    /** Null: it is disabled. */
    next_fetch_at: v.nullable(v.string()),
    /** Why the last fetch failed. */
    error: v.nullable(v.string()),
  },
  attributes: (feed: WebFeed) => ({
    name: feed.name,
    url: feed.url,
    request_method: feed.method,
    content_type: feed.format,
    created: withUtcOffset(feed.created),
    updated: withUtcOffset(feed.updated),
    status: statusOf(feed),
    stale: isStale(feed),
    last_fetched_at: timeOf(feed.tried),
    last_good_at: timeOf(feed.good),
    next_fetch_at: timeOf(feed.next),
    error: feed.error ?? null,
  }),
});

const timeOf = (time: string | undefined): string | null => (time === undefined ? null : withUtcOffset(time));
