import * as v from 'valibot';
import { changeFeed, createFeed, deleteFeed, getFeed, readAllFeeds } from '../../../domains/feeds/actions.ts';
import { DEFAULT_GRACE_HOURS, DEFAULT_HOURS, DEFAULT_MAX_MISSING } from '../../../domains/feeds/defaults.ts';
import { inMemoryListing } from '../../../platform/http/resource/listing.ts';
import { defineResource } from '../resource.ts';
import { catalogFeedView } from '../views/catalog-feed.ts';
import { credentialsOf, feedBody, overridesOf, sourceOf } from './attributes.ts';
import { findChangedSourceProblems, findSourceProblems } from './find-problems.ts';

export const routes = defineResource({
  view: catalogFeedView,
  noun: { one: 'catalog feed', many: 'catalog feeds' },
  scope: 'catalogs',
  isAdministrative: true,
  getOne: getFeed,

  list: {
    operation: 'getCatalogFeeds',
    page: { default: 20, max: 20 },
    ...inMemoryListing({
      all: readAllFeeds,
      fields: {
        name: { getValue: ({ name }) => name, filter: ['equals', 'contains'], sort: ({ name }) => name.toLowerCase() },
        enabled: { getValue: ({ enabled }) => enabled, value: 'boolean', filter: ['equals'] },
        created_at: { getValue: ({ created }) => created, value: 'time', sort: true },
      },
      sort: 'created_at',
    }),
  },

  get: { operation: 'getCatalogFeed' },

  create: {
    operation: 'createCatalogFeed',
    description:
      'JSON, XML, CSV or a Google Merchant feed, fetched every six hours unless `interval_hours` says otherwise. The ' +
      'secret of `credentials` is never shown.',
    attributes: v.object(feedBody),
    findProblems: findSourceProblems,
    run: ({ attributes: body }, context) =>
      createFeed(
        {
          source: sourceOf(body.source),
          ...overridesOf(body),
          name: body.name,
          enabled: body.enabled ?? true,
          everyHours: body.interval_hours ?? DEFAULT_HOURS,
          graceHours: body.grace_hours ?? DEFAULT_GRACE_HOURS,
          maxMissing: body.max_missing_percent ?? DEFAULT_MAX_MISSING,
          ...(body.credentials && { credentials: credentialsOf(body.credentials) }),
        },
        context,
      ),
  },

  update: {
    operation: 'updateCatalogFeed',
    description:
      '`null` removes credentials, format, path and mapping. Other absent or `null` attributes keep their values.',
    attributes: v.partial(
      v.object({ ...feedBody, name: v.nullish(feedBody.name), source: v.nullish(feedBody.source) }),
    ),
    findProblems: findChangedSourceProblems,
    run: (id, { attributes: body }, context) =>
      changeFeed(
        id,
        {
          name: body.name,
          enabled: body.enabled,
          source: body.source && sourceOf(body.source),
          credentials: body.credentials && credentialsOf(body.credentials),
          format: body.format,
          path: body.products_path,
          mapping: body.mapping,
          everyHours: body.interval_hours,
          graceHours: body.grace_hours,
          maxMissing: body.max_missing_percent,
        },
        context,
      ),
  },

  delete: {
    operation: 'deleteCatalogFeed',
    description: 'It is not fetched any more. What it brought stays in the catalog.',
    run: deleteFeed,
  },
});
