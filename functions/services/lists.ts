import * as members from '../api/klaviyo/lists/members.ts';
import * as own from '../api/klaviyo/lists/routes.ts';
import * as unbuilt from '../api/klaviyo/lists/unbuilt.ts';
import { listDeletion } from '../domains/lists/delete.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { Domain } from '../platform/service/service.ts';

export const lists: Domain = {
  name: 'lists',
  routes: { ...own, ...members, ...unbuilt },
  triggers: [listDeletion],
  uses: ['table', 'table:check', 'queue'],
};

export const { http, queue, exhausted } = lambda(lists);
