import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import { inParallel } from '../parallel.ts';
import { listPage } from '../table/pages.ts';
import { shardOf } from '../table/shards.ts';
import { create, remove, update, type Write } from '../table/write.ts';
import type { Membership } from './list.ts';
import { countsOf, memberCounts, memberLists, memberships } from './store.ts';

type Reach = Pick<Context, 'account' | 'table'>;

/** A transaction has a hundred writes at most, and one of them is the count. */
const AT_ONCE = 99;
const TRIES = 10;

export interface Join {
  readonly listId: string;
  readonly profileId: string;
  readonly at: Date;
}
type Place = Pick<Join, 'listId' | 'profileId'>;

/** Adds a profile to a list that is there. A member keeps the time it joined first. */
export const addMember = async ({ listId, ...join }: Join, context: Reach): Promise<'joined' | 'already'> =>
  (await addMembers(listId, [join], context)) > 0 ? 'joined' : 'already';

/**
 * Adds profiles to a list, and answers how many were not on it before. The count moves in the transaction that a
 * membership is made in, so that neither can be done twice, or without the other.
 *
 * @throws ApiError `not_found` where the list is being deleted.
 */
export const addMembers = async (
  listId: string,
  joins: readonly Omit<Join, 'listId'>[],
  { account, table }: Reach,
): Promise<number> => {
  const wanted = joins.map(({ profileId, at }) => ({ account, listId, profileId, joinedAt: at.toISOString() }));
  return changeMembers(
    wanted,
    { account, table },
    (known) => known === undefined,
    (some, shard) => [
      update(
        memberCounts,
        { account, listId, shard },
        {
          upsert: true,
          set: { account, listId, shard },
          add: { count: some.length },
          condition: { attribute: 'isClosed', is: 'missing' },
        },
      ),
      ...some.map((membership) => create(memberships, membership)),
    ],
  );
};

/** Takes profiles from a list, and answers how many were on it. */
export const removeMembers = async (
  listId: string,
  profileIds: readonly string[],
  { account, table }: Reach,
): Promise<number> => {
  const wanted = profileIds.map((profileId) => ({ account, listId, profileId }));
  return changeMembers(
    wanted,
    { account, table },
    (known) => known !== undefined,
    (some, shard) => [
      update(
        memberCounts,
        { account, listId, shard },
        { upsert: true, set: { account, listId, shard }, add: { count: -some.length } },
      ),
      ...some.map((place) => remove(memberships, place, 'present')),
    ],
  );
};

export const leaveList = async ({ listId, profileId }: Place, context: Reach): Promise<'left' | 'absent'> =>
  (await removeMembers(listId, [profileId], context)) > 0 ? 'left' : 'absent';

type MemberKey = Pick<Membership, 'account' | 'listId' | 'profileId'>;

/** In each shard one transaction after the other, so that they don't meet at its count. */
const changeMembers = async <T extends MemberKey>(
  wanted: readonly T[],
  { table }: Reach,
  isDue: (known: Membership | undefined) => boolean,
  writesOf: (some: readonly T[], shard: number) => readonly Write[],
): Promise<number> => {
  const different = [...new Map(wanted.map((one) => [one.profileId, one])).values()];
  const shards = Map.groupBy(different, ({ profileId }) => shardOf(profileId));
  const changed = await inParallel([...shards], shards.size, async ([shard, all]) => {
    let done = 0;
    for (let start = 0; start < all.length; start += AT_ONCE) {
      done += await settle(all.slice(start, start + AT_ONCE), shard);
    }
    return done;
  });
  return changed.reduce((sum, count) => sum + count, 0);

  async function settle(some: readonly T[], shard: number): Promise<number> {
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      const known = await table.getMany<Membership, MemberKey>(memberships, some);
      const due = some.filter((_, i) => isDue(known[i]));
      if (due.length === 0) return 0;
      const written = await table.transact(writesOf(due, shard));
      if (written.done) return due.length;
      if (written.failures[0]) throw closed(due[0]?.listId ?? '');
      await sleep(Math.random() * 10 * 2 ** Math.min(attempt, 6));
    }
    throw new ApiError(
      'unavailable',
      { detail: 'Too many writers change the members of this list at once. Try again.' },
      { 'Retry-After': '1' },
    );
  }
};

const closed = (listId: string): ApiError =>
  new ApiError('not_found', { detail: `The list ${listId} is being deleted.` });

/** How many members a list has: the sum of its counts. */
export const countMembers = async (listId: string, { account, table }: Reach): Promise<number> => {
  const counts = await table.getMany(memberCounts, countsOf(account, listId));
  return counts.reduce((sum, one) => sum + (one?.count ?? 0), 0);
};

export const isMember = async ({ listId, profileId }: Place, { account, table }: Reach): Promise<boolean> =>
  (await table.get(memberships, { account, listId, profileId })) !== undefined;

interface MembersAsked {
  readonly size: number;
  readonly cursor?: string;
  /** Exclusive ends among `<ISO time joined>#<profile>`. */
  readonly after?: string;
  readonly before?: string;
  readonly descending?: boolean;
}

export interface Members {
  /** Those who joined first come first, unless asked for otherwise. */
  readonly members: readonly { readonly profileId: string; readonly joinedAt: string }[];
  readonly next?: string;
  readonly prev?: string;
}

/** One page of a list's members. Read from an index: who joined within the last second may be missing. */
export const membersOf = async (
  listId: string,
  { descending = false, ...asked }: MembersAsked,
  { account, table }: Reach,
): Promise<Members> => {
  const { items, ...cursors } = await listPage(table, {
    index: 'gsi1',
    partitions: memberLists(account, listId),
    descending,
    ...asked,
  });
  return { members: items.map(({ gsi1sk }) => memberIn(String(gsi1sk))), ...cursors };
};

const memberIn = (place: string) => {
  const [joinedAt = '', profileId = ''] = place.split('#');
  return { profileId, joinedAt };
};
