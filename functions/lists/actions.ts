import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import { profilePk } from '../profiles/partition.ts';
import { listPage } from '../table/pages.ts';
import { create, remove, update } from '../table/write.ts';
import { type List, MAX_ID_BYTES } from './list.ts';
import { listSk, lists, listsPk, memberLists, memberships } from './store.ts';

type Reach = Pick<Context, 'account' | 'table'>;

/** How many lists one person can be read with. */
const MAX_LISTS = 1_000;
const MAX_ACCOUNT_LISTS = 1_000;

/** Makes the list where it is named for the first time; its name is then its id. Call it once before many `addMember`. */
export const ensureList = async (id: string, { account, table, now }: Reach & Pick<Context, 'now'>): Promise<List> => {
  const known = await table.get(lists, { account, id });
  if (known) return known;
  const at = now().toISOString();
  const list: List = { account, id, name: id, created: at, updated: at };
  const written = await table.write(create(lists, list));
  return written.done || !written.existing ? list : lists.fromItem(written.existing);
};

type Settable = Pick<List, 'name' | 'optInProcess'>;

/** Makes a list with an id of its own. */
export const makeList = async (
  given: Settable,
  { account, table, now, newId }: Reach & Pick<Context, 'now' | 'newId'>,
): Promise<List> => {
  const at = now().toISOString();
  const list: List = { account, id: newId(), ...given, created: at, updated: at };
  await table.write(create(lists, list));
  return list;
};

/** Changes what is given; an `optInProcess` of `undefined` goes by the account's again. */
export const changeList = async (
  id: string,
  given: Partial<Settable>,
  context: Reach & Pick<Context, 'now'>,
): Promise<List> => {
  if (Buffer.byteLength(id) > MAX_ID_BYTES) throw noList(id);
  const set = { ...given, updated: context.now().toISOString() };
  const remove = 'optInProcess' in given && given.optInProcess === undefined ? ['optInProcess'] : [];
  const written = await context.table.write(update(lists, { account: context.account, id }, { set, remove }));
  if (!written.done) throw noList(id);
  return getList(id, context);
};

/** A list by its id, or a 404. */
export const getList = async (id: string, context: Reach): Promise<List> => {
  const list = await findList(id, context);
  if (!list) throw noList(id);
  return list;
};

const noList = (id: string): ApiError =>
  new ApiError('not_found', { detail: `There is no list ${id.slice(0, MAX_ID_BYTES)}.` });

/** All of an account's lists. */
export const allLists = ({ account, table }: Reach): Promise<List[]> =>
  table.queryOf(lists, { pk: listsPk(account), prefix: listSk(''), limit: MAX_ACCOUNT_LISTS });

export interface Join {
  readonly listId: string;
  readonly profileId: string;
  readonly at: Date;
}

/** Adds a profile to a list, and makes the list where there is none. A member keeps the time it joined first. */
export const joinList = async (join: Join, context: Reach & Pick<Context, 'now'>): Promise<'joined' | 'already'> => {
  await ensureList(join.listId, context);
  return addMember(join, context);
};

/** As `joinList`, for a list that is known to be there. */
export const addMember = async (
  { listId, profileId, at }: Join,
  { account, table }: Reach,
): Promise<'joined' | 'already'> => {
  const { done } = await table.write(create(memberships, { account, listId, profileId, joinedAt: at.toISOString() }));
  return done ? 'joined' : 'already';
};

export const leaveList = async (
  { listId, profileId }: Pick<Join, 'listId' | 'profileId'>,
  { account, table }: Reach,
): Promise<'left' | 'absent'> => {
  const { done } = await table.write(remove(memberships, { account, listId, profileId }, 'present'));
  return done ? 'left' : 'absent';
};

export const isMember = async (
  { listId, profileId }: Pick<Join, 'listId' | 'profileId'>,
  { account, table }: Reach,
): Promise<boolean> => (await table.get(memberships, { account, listId, profileId })) !== undefined;

/** A list by its id, if there is one. */
export const findList = async (id: string, { account, table }: Reach): Promise<List | undefined> =>
  Buffer.byteLength(id) > MAX_ID_BYTES ? undefined : table.get(lists, { account, id });

/** Those of several lists that are there. */
export const findLists = async (ids: readonly string[], { account, table }: Reach): Promise<List[]> => {
  const found = await table.getMany(
    lists,
    ids.map((id) => ({ account, id })),
  );
  return found.filter((list) => list !== undefined);
};

/** The lists that a profile is on. */
export const listsOf = async (profileId: string, { account, table }: Reach): Promise<List[]> => {
  const joined = await table.queryOf(memberships, {
    pk: profilePk(account, profileId),
    prefix: listSk(''),
    limit: MAX_LISTS,
  });
  return findLists(
    joined.map(({ listId }) => listId),
    { account, table },
  );
};

export interface Members {
  /** Those who joined first come first. */
  readonly members: readonly { readonly profileId: string; readonly joinedAt: string }[];
  readonly next?: string;
  readonly prev?: string;
}

/** One page of a list's members. Read from an index: who joined within the last second may be missing. */
export const membersOf = async (
  listId: string,
  { size, cursor }: { readonly size: number; readonly cursor?: string },
  { account, table }: Reach,
): Promise<Members> => {
  const { items, ...cursors } = await listPage(table, {
    index: 'gsi1',
    partitions: memberLists(account, listId),
    descending: false,
    size,
    ...(cursor !== undefined && { cursor }),
  });
  return { members: items.map(({ gsi1sk }) => memberIn(String(gsi1sk))), ...cursors };
};

const memberIn = (place: string) => {
  const [joinedAt = '', profileId = ''] = place.split('#');
  return { profileId, joinedAt };
};
