import { createCatalogFeedPreview } from '../api/klaviyo/feeds/previews.ts';
import { routes as resource } from '../api/klaviyo/feeds/resource.ts';
import * as syncs from '../api/klaviyo/feeds/sync-jobs.ts';
import { getWebFeedContent } from '../api/klaviyo/feeds/web-feed-content.ts';
import { routes as webFeeds } from '../api/klaviyo/feeds/web-feeds.ts';
import { getProductFeedFile } from '../api/klaviyo/product-feeds/file.ts';
import { getProductFeed } from '../api/klaviyo/product-feeds/get.ts';
import { routes as productFeeds } from '../api/klaviyo/product-feeds/resource.ts';
import { FEEDS_PREFIX } from '../domains/feeds/records/sync.ts';
import { FEED_IS_DUE, requeueDueSync, startDueSync } from '../domains/feeds/schedule.ts';
import { syncJob } from '../domains/feeds/sync/job.ts';
import { WEB_FEEDS_PREFIX } from '../domains/feeds/web/feed.ts';
import { fetchDue, requeueDueFetch, WEB_FEED_IS_DUE } from '../domains/feeds/web/schedule.ts';
import { PRODUCT_FEEDS_PREFIX } from '../domains/product-feeds/records/stored-file.ts';
import { refreshJob } from '../domains/product-feeds/refresh/job.ts';
import { PRODUCT_FEED_IS_DUE, refreshDue, requeueDueRefresh } from '../domains/product-feeds/schedule.ts';
import { onDeadLetter } from '../domains/receipts/rejected/on-dead-letter.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { ServiceDeclaration } from '../platform/service/service.ts';

const folders = [FEEDS_PREFIX];
const contents = [WEB_FEEDS_PREFIX];
const products = [PRODUCT_FEEDS_PREFIX];

/** Brings the catalog from feeds of the shop, keeps what web feeds say, and selects products for feeds of our own. */
export const feeds: ServiceDeclaration = {
  name: 'feeds',
  routes: {
    ...resource,
    ...syncs,
    createCatalogFeedPreview,
    ...webFeeds,
    getWebFeedContent,
    ...productFeeds,
    getProductFeed,
    getProductFeedFile,
  },
  onDeadLetter,
  triggers: [
    syncJob,
    { on: 'message', kind: FEED_IS_DUE, handle: startDueSync, fail: requeueDueSync },
    { on: 'message', kind: WEB_FEED_IS_DUE, handle: fetchDue, fail: requeueDueFetch },
    { on: 'message', kind: PRODUCT_FEED_IS_DUE, handle: refreshDue, fail: requeueDueRefresh },
    refreshJob,
  ],
  uses: [
    'table',
    'queue',
    'schedule',
    'fetch',
    'sftp',
    { bucket: 'imports', read: folders, link: [...folders, ...contents, ...products] },
  ],
  workerUses: [
    'table',
    'table:create-many',
    'table:update-many',
    'queue',
    'schedule',
    'fetch',
    'sftp',
    {
      bucket: 'imports',
      read: [...folders, ...contents, ...products],
      readVersions: folders,
      write: [...folders, ...contents, ...products],
      writeParts: [...folders, ...products],
      remove: [...folders, ...contents, ...products],
    },
  ],
};

export const { http, queue, exhausted } = lambda(feeds);
