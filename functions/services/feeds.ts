import { createCatalogFeedPreview } from '../api/klaviyo/feeds/previews.ts';
import { routes as resource } from '../api/klaviyo/feeds/resource.ts';
import * as syncs from '../api/klaviyo/feeds/sync-jobs.ts';
import { FEEDS_PREFIX } from '../domains/feeds/records/sync.ts';
import { FEED_IS_DUE, requeueDueSync, startDueSync } from '../domains/feeds/schedule.ts';
import { syncJob } from '../domains/feeds/sync/catalog-sync.ts';
import { onDeadLetter } from '../domains/receipts/rejected/on-dead-letter.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { ServiceDeclaration } from '../platform/service/service.ts';

const folders = [FEEDS_PREFIX];

/** Brings the catalog from feeds of the shop. */
export const feeds: ServiceDeclaration = {
  name: 'feeds',
  routes: { ...resource, ...syncs, createCatalogFeedPreview },
  onDeadLetter,
  triggers: [syncJob, { on: 'message', kind: FEED_IS_DUE, handle: startDueSync(syncJob), fail: requeueDueSync }],
  uses: ['table', 'queue', 'schedule', 'fetch', { bucket: 'imports', read: folders, link: folders }],
  workerUses: [
    'table',
    'table:create-many',
    'table:update-many',
    'queue',
    'schedule',
    'fetch',
    { bucket: 'imports', read: folders, readVersions: folders, write: folders, writeParts: folders, remove: folders },
  ],
};

export const { http, queue, exhausted } = lambda(feeds);
