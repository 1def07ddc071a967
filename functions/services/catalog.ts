import { createClientBackInStockSubscription } from '../api/klaviyo/back-in-stock/client-route.ts';
import * as backInStock from '../api/klaviyo/back-in-stock/routes.ts';
import { routes as bulk } from '../api/klaviyo/catalog/bulk/routes.ts';
import { routes as categories } from '../api/klaviyo/catalog/categories.ts';
import { routes as items } from '../api/klaviyo/catalog/items.ts';
import { routes as variants } from '../api/klaviyo/catalog/variants.ts';
import * as versions from '../api/klaviyo/catalog/versions.ts';
import { followStock, stockAttributes } from '../domains/back-in-stock/follow-stock.ts';
import { stockRound } from '../domains/back-in-stock/round-job.ts';
import { CATALOG_JOBS } from '../domains/catalog/bulk/drafts.ts';
import { catalogBulk } from '../domains/catalog/bulk/run.ts';
import { categoryDeletionJob } from '../domains/catalog/delete.ts';
import { itemDeletionJob } from '../domains/catalog/delete-item.ts';
import { catalogVariants } from '../domains/catalog/records/store.ts';
import { onDeadLetter } from '../domains/receipts/rejected/on-dead-letter.ts';
import { serveChanges } from '../platform/changes/consumer.ts';
import { CHANGES_QUEUE } from '../platform/changes/trigger.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { ServiceDeclaration } from '../platform/service/service.ts';

/** What the shop sells. */
export const catalog: ServiceDeclaration = {
  name: 'catalog',
  routes: {
    ...items,
    ...variants,
    ...categories,
    ...versions,
    ...bulk,
    ...backInStock,
    createClientBackInStockSubscription,
  },
  onDeadLetter,
  triggers: [
    categoryDeletionJob,
    itemDeletionJob,
    catalogBulk,
    stockRound,
    {
      on: 'change',
      kinds: ['updated', 'removed'],
      types: [catalogVariants.type],
      images: 'both',
      attributes: stockAttributes,
      handle: followStock,
    },
  ],
  queues: [{ name: CHANGES_QUEUE }],
  uses: [
    'table',
    'table:check',
    'table:create-many',
    'table:update-many',
    'queue',
    { bucket: 'imports', read: [CATALOG_JOBS], write: [CATALOG_JOBS] },
  ],
  workerUses: [
    'table',
    'table:create-many',
    'table:update-many',
    'queue',
    'schedule',
    { bucket: 'imports', read: [CATALOG_JOBS] },
  ],
};

export const { http, queue, exhausted } = lambda(catalog);
export const change = serveChanges(catalog);
