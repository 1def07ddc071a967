import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import {
  changeWebFeed,
  createWebFeed,
  deleteWebFeed,
  getWebFeed,
  readAllWebFeeds,
  urlProblems,
} from '../../../domains/feeds/web/actions.ts';
import { contentTypes, requestMethods } from '../../../domains/feeds/web/feed.ts';
import type { Problem } from '../../../platform/errors.ts';
import { inMemoryListing } from '../../../platform/http/resource/listing.ts';
import { valueAt } from '../../../platform/http/resource/unknown-ids.ts';
import { Text } from '../../../platform/validation/text.ts';
import { defineResource } from '../resource.ts';
import { webFeedView } from '../views/web-feed.ts';
import { FeedName } from './feed-name.ts';

const entries = {
  name: FeedName,
  url: v.pipe(
    Text,
    v.maxLength(2_048, 'A URL has at most 2,048 characters.'),
    v.url('Not a URL, such as https://shop.example/posts.json.'),
  ),
  request_method: v.picklist(requestMethods),
  content_type: v.picklist(contentTypes),
};

/** A URL that is well-formed but not allowed, whatever else is wrong with a body. */
const findProblems = async (document: unknown, context: Context): Promise<readonly Problem[]> => {
  const { success, output } = v.safeParse(entries.url, valueAt(document, ['data', 'attributes', 'url']));
  return success ? urlProblems(output, context) : [];
};

const timeOperators = ['greater-or-equal', 'greater-than', 'less-or-equal', 'less-than'] as const;

export const routes = defineResource({
  view: webFeedView,
  noun: { one: 'web feed', many: 'web feeds' },
  scope: 'web-feeds',
  isAdministrative: true,
  getOne: getWebFeed,

  list: {
    operation: 'getWebFeeds',
    page: { default: 5, max: 20 },
    ...inMemoryListing({
      all: readAllWebFeeds,
      fields: {
        name: {
          getValue: ({ name }) => name,
          filter: ['any', 'contains', 'equals'],
          sort: ({ name }) => name.toLowerCase(),
        },
        created: { getValue: ({ created }) => created, value: 'time', filter: timeOperators, sort: true },
        updated: { getValue: ({ updated }) => updated, value: 'time', filter: timeOperators, sort: true },
      },
      sort: 'created',
    }),
  },

  get: { operation: 'getWebFeed' },

  create: {
    operation: 'createWebFeed',
    description:
      'JSON or XML of at most 3.3 MB, fetched at once and then every 15 minutes. The server has to answer within 5 ' +
      'seconds, without redirects.',
    attributes: v.object(entries),
    findProblems,
    run: ({ attributes: { request_method: method, content_type: format, ...input } }, context) =>
      createWebFeed({ ...input, method, format }, context),
  },

  update: {
    operation: 'updateWebFeed',
    description:
      'Absent or `null` attributes keep their values. A feed with other settings, or one that failed or is disabled, ' +
      'is fetched at once.',
    attributes: v.object({
      name: v.nullish(entries.name),
      url: v.nullish(entries.url),
      request_method: v.nullish(entries.request_method),
      content_type: v.nullish(entries.content_type),
    }),
    findProblems,
    run: (id, { attributes: { name, url, request_method: method, content_type: format } }, context) =>
      changeWebFeed(
        id,
        {
          name: name ?? undefined,
          url: url ?? undefined,
          method: method ?? undefined,
          format: format ?? undefined,
        },
        context,
      ),
  },

  delete: { operation: 'deleteWebFeed', description: 'Its content is removed too.', run: deleteWebFeed },
});
