import { routes } from '../api/klaviyo/lists/resource.ts';
import { listDeletionJob } from '../domains/lists/delete.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { ServiceDeclaration } from '../platform/service/service.ts';

export const lists: ServiceDeclaration = {
  name: 'lists',
  routes,
  triggers: [listDeletionJob],
  uses: ['table', 'table:check', 'queue'],
};

export const { http, queue, exhausted } = lambda(lists);
