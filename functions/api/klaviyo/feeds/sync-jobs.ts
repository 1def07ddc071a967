import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { type FeedSync, failedRowsKey } from '../../../domains/feeds/records/sync.ts';
import { syncJob } from '../../../domains/feeds/sync/job.ts';
import { listSyncs, startSync } from '../../../domains/feeds/sync/start.ts';
import {
  collectionDocument,
  collectionSchema,
  documentSchema,
  resource,
  resourceDocument,
} from '../../../platform/http/response/jsonapi.ts';
import { reply } from '../../../platform/http/route.ts';
import { jobStatuses } from '../../../platform/jobs/lifecycle.ts';
import { jobAttributes } from '../job-attributes.ts';
import { route } from '../protocol.ts';
import { FEED } from '../views/catalog-feed.ts';
import { FeedReference } from './attributes.ts';
import { findUnknownFeed, getNamedFeed } from './find-problems.ts';
import { RowErrorView, rowErrorView } from './row-errors.ts';

const TYPE = 'catalog-feed-sync-job';
const PATH = '/api/catalog-feed-sync-jobs';
const LINK_SECONDS = 15 * 60;

const JobView = v.partial(
  v.object({
    feed_id: v.string(),
    status: v.picklist(jobStatuses),
    /** The source said that nothing has changed since the last sync. */
    is_unchanged: v.boolean(),
    row_count: v.number(),
    created_count: v.number(),
    updated_count: v.number(),
    unchanged_count: v.number(),
    missing_count: v.number(),
    unpublished_count: v.number(),
    failed_count: v.number(),
    /** The first 100. */
    errors: v.array(RowErrorView),
    /** A CSV file with all failed rows, for 15 minutes. Null in lists. */
    failed_rows_url: v.nullable(v.string()),
    created_at: v.string(),
    completed_at: v.nullable(v.string()),
    error: v.string(),
  }),
);
const fields = { [TYPE]: JobView };

const shownJob = (
  job: FeedSync,
  { url, selected }: { readonly url?: string; readonly selected: Parameters<typeof resource>[2] },
  context: Pick<Context, 'origin'>,
) => {
  const { progress: _, ...view } = syncJob.view(job);
  const { counts } = job;
  const attributes = {
    feed_id: job.feed,
    status: view.status,
    is_unchanged: job.isUnchanged ?? false,
    row_count: counts.rows,
    created_count: counts.created,
    updated_count: counts.updated,
    unchanged_count: counts.unchanged,
    missing_count: counts.missing,
    unpublished_count: counts.unpublished,
    failed_count: counts.failed,
    errors: job.errors.map(rowErrorView),
    failed_rows_url: url ?? null,
    ...jobAttributes(view),
  };
  return resource({ type: TYPE, id: job.id, path: PATH, attributes }, context, selected);
};

export const createCatalogFeedSyncJob = route({
  method: 'POST',
  path: PATH,
  summary: 'Sync a catalog feed now',
  description:
    'If a sync of the feed is under way, that one is returned. `allows_missing` lets it go on although more products ' +
    'are missing than the feed allows.',
  scope: 'catalogs:write',
  status: 202,
  reading: { fields },
  body: v.object({
    data: v.object({
      type: v.literal(TYPE),
      attributes: v.optional(v.object({ allows_missing: v.nullish(v.boolean()) }), {}),
      relationships: v.object({
        [FEED]: FeedReference,
      }),
    }),
  }),
  result: documentSchema(TYPE, JobView),
  errors: ['not_found'],
  findProblems: findUnknownFeed,

  async handle({ body: { data }, selection }, context) {
    const { id } = await getNamedFeed(data.relationships[FEED].data.id, context);
    const started = await startSync({ feed: id, allowsMissing: data.attributes.allows_missing ?? false }, context);
    return resourceDocument(shownJob(started.sync, { selected: selection.fields }, context));
  },
});

export const getCatalogFeedSyncJobs = route({
  method: 'GET',
  path: PATH,
  summary: 'List syncs of catalog feeds',
  description: 'Of all feeds, newest first. They are kept for 30 days.',
  scope: 'catalogs:read',
  status: 200,
  reading: { fields, page: { default: 20, max: 100 } },
  result: collectionSchema(TYPE, JobView),

  async handle({ selection }, context) {
    const { items, ...cursors } = await listSyncs(selection.page, context);
    const shown = items.map((job) => shownJob(job, { selected: selection.fields }, context));
    return collectionDocument({ items: shown, ...cursors }, context);
  },
});

export const getCatalogFeedSyncJob = route({
  method: 'GET',
  path: `${PATH}/{id}`,
  summary: 'Get a sync of a catalog feed, with its errors',
  scope: 'catalogs:read',
  status: 200,
  reading: { fields },
  result: documentSchema(TYPE, JobView),
  errors: ['not_found'],

  async handle({ params: { id }, selection }, context) {
    const job = await syncJob.get({ account: context.account, id }, context);
    const options = { seconds: LINK_SECONDS, fileName: `failed-rows-${job.id}.csv` };
    const url = job.hasFile === true ? await context.imports().downloadUrl(failedRowsKey(job), options) : undefined;
    return reply(
      resourceDocument(shownJob(job, { selected: selection.fields, ...(url !== undefined && { url }) }, context)),
      { headers: { 'cache-control': 'no-store' } },
    );
  },
});
