import { profilePk } from '../../../model/partition.ts';
import { listPage, type Page, type PageRequest } from '../../../platform/table/listing/pages.ts';
import type { Context } from '../../accounts/context.ts';
import { idsOf } from '../records/profile.ts';
import { getProfile } from '../records/resolve.ts';
import { MERGES, type Merge, merges } from './store.ts';

/** One page of the merges into a profile and its sources, newest first. */
export const listMerges = async (
  id: string,
  page: PageRequest,
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<Page<Merge>> => {
  const profile = await getProfile(id, { account, table });
  const { items, ...cursors } = await listPage(table, {
    partitions: idsOf(profile).map((one) => profilePk(account, one)),
    prefix: MERGES,
    descending: true,
    ...page,
  });
  return { ...cursors, items: items.map(merges.fromItem) };
};
