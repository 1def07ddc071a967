import { findFile } from '../../../domains/product-feeds/file/open.ts';
import { extensions } from '../../../domains/product-feeds/records/file-setting.ts';
import { ApiError } from '../../../platform/errors.ts';
import { replyIfChanged } from '../../../platform/http/response/if-changed.ts';
import { reply } from '../../../platform/http/route.ts';
import { plainRoute } from '../protocol.ts';
import { FEED_FILES } from '../views/product-feed.ts';

/** Long enough to begin a download, which may then take as long as it likes. */
const LINK_SECONDS = 15 * 60;

export const getProductFeedFile = plainRoute({
  method: 'GET',
  path: `${FEED_FILES}/{feedFile}`,
  summary: 'Get the file of a product feed',
  description:
    'The URL is secret: it is `file_url` of the feed, for Google Merchant Center and others who fetch it. Redirects to ' +
    'the file that was built after the last change. Send its `ETag` as `If-None-Match`: 304 if nothing has changed.',
  scope: 'open',
  status: 302,
  errors: ['not_found'],
  headers: { location: 'Where the file is, for 15 minutes.', etag: 'Of the content.' },

  async handle({ params: { feedFile } }, context) {
    const found = await findFile(feedFile, context);
    if (!found) throw new ApiError('not_found', { detail: 'There is no such feed.' });
    const { file, feed } = found;
    const headers = { 'cache-control': 'no-cache' };
    return replyIfChanged(context, { etag: `"${file.hash}"`, headers }, async (all) => {
      const fileName = `${feed.id}.${extensions[file.format]}`;
      const location = await context.imports().downloadUrl(file.key, { seconds: LINK_SECONDS, fileName });
      return reply(undefined, { status: 302, headers: { ...all, location } });
    });
  },
});
