import { listPage } from '../../platform/table/listing/pages.ts';
import type { Context } from '../accounts/context.ts';
import { memberPartitions } from '../profiles/memberships/store.ts';

type Deps = Pick<Context, 'account' | 'table'>;

interface MembersQuery {
  readonly size: number;
  readonly cursor?: string;
  /** Exclusive bounds, as `<ISO time joined>#<profile>`. */
  readonly after?: string;
  readonly before?: string;
  readonly descending?: boolean;
}

export interface MembersPage {
  /** By the time of joining, oldest first by default. */
  readonly members: readonly { readonly profileId: string; readonly joinedAt: string }[];
  readonly next?: string;
  readonly prev?: string;
}

/** Reads a page of a list's members. Reads an index, which may lag by a second. */
export const readMembers = async (
  listId: string,
  { descending = false, ...query }: MembersQuery,
  { account, table }: Deps,
): Promise<MembersPage> => {
  const { items, ...cursors } = await listPage(table, {
    index: 'gsi1',
    partitions: memberPartitions(account, listId),
    descending,
    ...query,
  });
  return { members: items.map(({ gsi1sk }) => parseMember(String(gsi1sk))), ...cursors };
};

const parseMember = (place: string) => {
  const [joinedAt = '', profileId = ''] = place.split('#');
  return { profileId, joinedAt };
};
