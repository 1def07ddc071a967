import * as v from 'valibot';
import { getWebFeed } from '../../../domains/feeds/web/actions.ts';
import { contentTypes } from '../../../domains/feeds/web/feed.ts';
import { isStale } from '../../../domains/feeds/web/ladder.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { ApiError } from '../../../platform/errors.ts';
import { documentSchema, linkTo, resourceDocument } from '../../../platform/http/response/jsonapi.ts';
import { reply } from '../../../platform/http/route.ts';
import { route } from '../protocol.ts';

const TYPE = 'web-feed-content';
const LINK_SECONDS = 15 * 60;

const ContentView = v.object({
  content_type: v.picklist(contentTypes),
  byte_count: v.number(),
  /** Whether the last fetch failed or is still to come. */
  stale: v.boolean(),
  last_good_at: v.nullable(v.string()),
  /** The content as the server sent it, for 15 minutes. */
  content_url: v.string(),
});

export const getWebFeedContent = route({
  method: 'GET',
  path: '/api/web-feeds/{id}/content',
  summary: 'Get the content of a web feed',
  description: 'Of the last fetch that worked, by a link. `stale` says that a later fetch failed or is still to come.',
  scope: 'web-feeds:read',
  status: 200,
  reading: {},
  result: documentSchema(TYPE, ContentView),
  errors: ['not_found'],

  async handle({ params }, context) {
    const feed = await getWebFeed(params.id, context);
    const { id, kept, good } = feed;
    if (!kept) throw new ApiError('not_found', { detail: `The web feed ${id} has no content yet.` });
    const options = { seconds: LINK_SECONDS, fileName: `${id}.${kept.format}` };
    const attributes = {
      content_type: kept.format,
      byte_count: kept.bytes,
      stale: isStale(feed),
      last_good_at: good === undefined ? null : withUtcOffset(good),
      content_url: await context.imports().downloadUrl(kept.key, options),
    };
    const links = { self: linkTo(context.origin, '/api/web-feeds', id, 'content') };
    return reply(resourceDocument({ type: TYPE, id, attributes, links }), {
      headers: { 'cache-control': 'no-store' },
    });
  },
});
