import { routes as categories } from '../api/klaviyo/catalog/categories.ts';
import { routes as items } from '../api/klaviyo/catalog/items.ts';
import { routes as variants } from '../api/klaviyo/catalog/variants.ts';
import * as versions from '../api/klaviyo/catalog/versions.ts';
import { categoryDeletionJob } from '../domains/catalog/delete.ts';
import { onDeadLetter } from '../domains/receipts/rejected/on-dead-letter.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { ServiceDeclaration } from '../platform/service/service.ts';

/** What the shop sells. */
export const catalog: ServiceDeclaration = {
  name: 'catalog',
  routes: { ...items, ...variants, ...categories, ...versions },
  onDeadLetter,
  triggers: [categoryDeletionJob],
  uses: ['table', 'table:create-many', 'table:update-many', 'queue'],
};

export const { http, queue, exhausted } = lambda(catalog);
