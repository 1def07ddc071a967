import { routes } from '../api/klaviyo/lists/resource.ts';
import { DELETE_LIST, failListDeletion, runListDeletion } from '../domains/lists/delete.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { Domain } from '../platform/service/service.ts';

export const lists: Domain = {
  name: 'lists',
  routes,
  triggers: [{ on: 'message', kind: DELETE_LIST, handle: runListDeletion, fail: failListDeletion }],
  uses: ['table', 'table:check', 'queue'],
};

export const { http, queue, exhausted } = lambda(lists);
