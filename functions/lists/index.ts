import type { Domain } from '../domain.ts';
import { DELETE_LIST, failListDeletion, runListDeletion } from './delete.ts';
import * as own from './routes/lists.ts';
import * as members from './routes/members.ts';
import * as unbuilt from './routes/unbuilt.ts';

export const lists: Domain = {
  name: 'lists',
  routes: { ...own, ...members, ...unbuilt },
  triggers: [{ on: 'message', kind: DELETE_LIST, handle: runListDeletion, fail: failListDeletion }],
  uses: ['table', 'table:check', 'queue'],
};
