import * as v from 'valibot';
import { entity } from '../../platform/table/entity.ts';
import { listSk } from '../profiles/memberships/store.ts';
import { List } from './list.ts';

export const listsPk = (account: string): string => `A#${account}#LISTS`;
export const lists = entity({
  type: 'list',
  schema: List,
  key: ({ account, id }: Pick<List, 'account' | 'id'>) => ({ pk: listsPk(account), sk: listSk(id) }),
});

/** The number of lists of an account. Written once per new list. */
export const listCounts = entity({
  type: 'list_count',
  schema: v.object({ account: v.string(), count: v.number() }),
  key: ({ account }: { readonly account: string }) => ({ pk: listsPk(account), sk: 'COUNT' }),
});
