import type { Domain } from '../domain.ts';
import { DELETE_LIST, failListDeletion, runListDeletion } from './delete.ts';
import * as own from './routes/lists.ts';
import * as members from './routes/members.ts';

export const lists: Domain = {
  name: 'lists',
  routes: { ...own, ...members },
  triggers: [{ on: 'message', kind: DELETE_LIST, handle: runListDeletion, fail: failListDeletion }],
  uses: ['table', 'queue'],
};
