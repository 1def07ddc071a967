import { ApiError } from '../../platform/errors.ts';
import { inParallel } from '../../platform/parallel.ts';
import { retryOnContention } from '../../platform/retry.ts';
import { shardOf } from '../../platform/table/listing/shards.ts';
import { create, remove, type Write } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import {
  areMarkedCorrectly,
  deduplicateMemberships,
  type PersonIds,
  readPersonIds,
} from '../profiles/memberships/deduplicate.ts';
import { flagUnchanged, memberCountUpdate } from '../profiles/memberships/member-count.ts';
import type { Membership } from '../profiles/memberships/membership.ts';
import { memberCountKeys, memberCounts, memberships } from '../profiles/memberships/store.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** A transaction has at most 100 writes, and one of them is the count. */
const MAX_CHANGES = 99;
const TRIES = 10;

export interface Join {
  readonly listId: string;
  readonly profileId: string;
  readonly at: Date;
  /** The cause of the join, if it can be redelivered. */
  readonly by?: string;
  /** When the person agreed to be on the list. */
  readonly consentedAt?: Date;
  /** All ids of the person, the current one first, if they have just been read. */
  readonly ids?: readonly string[];
  /** The profile has just been created: it is on no list, unless another writer was faster. @default false */
  readonly isNew?: boolean | undefined;
}
type MembershipKey = Pick<Join, 'listId' | 'profileId'>;

/** Adds a profile to an existing list. A member keeps the time of its first join. */
export const addMember = async ({ listId, ...join }: Join, context: Deps): Promise<'joined' | 'already'> =>
  (await addMembers(listId, [join], context)) > 0 ? 'joined' : 'already';

/**
 * Adds profiles to a list, and returns how many were not on it before. The count changes in the same transaction as the
 * membership, so neither can happen twice or without the other.
 *
 * @throws ApiError `not_found` if the list is being deleted
 */
export const addMembers = async (
  listId: string,
  joins: readonly Omit<Join, 'listId'>[],
  context: Deps,
): Promise<number> => (await joinMembers(listId, joins, context)).joined.size;

export interface Joined {
  /** The current ids of those who joined, now or by an earlier delivery. */
  readonly joined: ReadonlySet<string>;
  /** The memberships of those who were on the list before, by their profile. */
  readonly members: ReadonlyMap<string, Membership>;
}

/** The ids of the people who join, as far as they have to be read. */
export const readJoinIds = async (joins: readonly Omit<Join, 'listId'>[], context: Deps): Promise<PersonIds> => {
  const unknown = joins.filter(({ ids }) => ids === undefined).map(({ profileId }) => profileId);
  const read = unknown.length === 0 ? [] : await readPersonIds(unknown, context);
  return new Map([...read, ...joins.flatMap(({ profileId, ids }) => (ids ? [[profileId, ids] as const] : []))]);
};

/** Like `addMembers`, but returns who joined, and who was a member. */
export const joinMembers = async (
  listId: string,
  joins: readonly Omit<Join, 'listId'>[],
  context: Deps,
): Promise<Joined> => {
  const { account } = context;
  const joinedBefore = new Set<string>();
  const memberById = new Map<string, Membership>();
  /** Profiles whose marks an interrupted process left wrong. */
  const markedWrongly = new Set<string>();
  const personIds = await readJoinIds(joins, context);
  const members = joins.map(({ profileId, at, by, consentedAt, isNew = false }) => {
    const ids = personIds.get(profileId) ?? [profileId];
    const membership = { account, listId, profileId: ids[0] ?? profileId, joinedAt: at.toISOString() };
    const optional = {
      ...(by !== undefined && { by }),
      ...(consentedAt && { consentedAt: consentedAt.toISOString() }),
    };
    return { ...membership, ...optional, ids, isNew };
  });
  const changed = await changeMembers(members, context, async (some, attempt) => {
    const known = attempt === 1 ? some.filter(({ isNew }) => !isNew) : some;
    const keys = known.flatMap(({ ids }) => ids.map((profileId) => ({ account, listId, profileId })));
    const stored = keys.length === 0 ? [] : await context.table.getMany(memberships, keys);
    for (const one of stored) if (one) memberById.set(one.profileId, one);
    const changing = some.filter(({ ids }) => !ids.some((id) => memberById.has(id)));
    for (const { ids, profileId } of some)
      if (!areMarkedCorrectly(ids.flatMap((id) => memberById.get(id) ?? []))) markedWrongly.add(profileId);
    for (const { by, ids, profileId } of some)
      if (by !== undefined && ids.some((id) => memberById.get(id)?.by === by)) joinedBefore.add(profileId);
    return {
      changing,
      countChange: changing.length,
      writes: changing.map(({ ids: _, isNew: __, ...membership }) => create(memberships, membership)),
    };
  });
  const changedIds = changed.map(({ profileId }) => profileId);
  await deduplicateChanged([...changedIds, ...markedWrongly], { personIds, markedWrongly }, context);
  return { joined: new Set([...changedIds, ...joinedBefore]), members: memberById };
};

/** Removes profiles from a list, and returns how many were on it. */
export const removeMembers = async (listId: string, profileIds: readonly string[], context: Deps): Promise<number> =>
  (await dropMembers(listId, profileIds, context)).size;

/** Like `removeMembers`, but returns who was on it, by the ids that were given. */
export const dropMembers = async (
  listId: string,
  profileIds: readonly string[],
  context: Deps,
): Promise<ReadonlySet<string>> => {
  const { account, table } = context;
  const personIds = await readPersonIds(profileIds, context);
  const ids = profileIds.flatMap((id) => personIds.get(id) ?? [id]);
  const keys = ids.map((profileId) => ({ account, listId, profileId }));
  const removed = await changeMembers(keys, context, async (some) => {
    const stored = (await table.getMany<Membership, MemberKey>(memberships, some)).filter((one) => one !== undefined);
    const counted = stored.filter(({ isDouble }) => !isDouble);
    const writes = stored.map((one) =>
      remove(memberships, one, { all: ['present', flagUnchanged('isDouble', one.isDouble)] }),
    );
    return { changing: stored, countChange: -counted.length, writes };
  });
  await deduplicateChanged(profileIds, { personIds }, context);
  const removedIds = new Set(removed.map(({ profileId }) => profileId));
  return new Set(profileIds.filter((id) => (personIds.get(id) ?? [id]).some((own) => removedIds.has(own))));
};

interface IdsBefore {
  readonly personIds: PersonIds;
  readonly markedWrongly?: ReadonlySet<string>;
}

/**
 * Corrects the marks if profiles were merged or separated during the change. Every merge and undo corrects them
 * afterwards too: either it sees this change, or this read sees the merge.
 */
const deduplicateChanged = async (
  profileIds: readonly string[],
  { personIds, markedWrongly }: IdsBefore,
  context: Deps,
): Promise<void> => {
  const distinctIds = [...new Set(profileIds)];
  if (distinctIds.length === 0) return;
  const idsBefore = new Map([...personIds.values()].flatMap((ids) => ids.map((id) => [id, ids] as const)));
  const idsNow = await readPersonIds(distinctIds, context);
  const isSame = (id: string): boolean => (idsNow.get(id) ?? [id]).join(' ') === (idsBefore.get(id) ?? [id]).join(' ');
  await deduplicateMemberships(
    distinctIds
      .filter((id) => markedWrongly?.has(id) || !isSame(id))
      .flatMap((id) => [...(idsBefore.get(id) ?? []), id]),
    context,
  );
};

export const leaveList = async ({ listId, profileId }: MembershipKey, context: Deps): Promise<'left' | 'absent'> =>
  (await removeMembers(listId, [profileId], context)) > 0 ? 'left' : 'absent';

type MemberKey = Pick<Membership, 'account' | 'listId' | 'profileId'>;

interface MemberChange {
  readonly changing: readonly MemberKey[];
  /** By how much the writes change the member count. */
  readonly countChange: number;
  readonly writes: readonly Write[];
}

/** Runs the transactions of one shard one after the other, so that they do not contend for its count. */
const changeMembers = async <T extends MemberKey>(
  members: readonly T[],
  { table }: Deps,
  planChange: (some: readonly T[], attempt: number) => Promise<MemberChange>,
): Promise<readonly MemberKey[]> => {
  const distinct = [...new Map(members.map((one) => [one.profileId, one])).values()];
  const shards = Map.groupBy(distinct, ({ profileId }) => shardOf(profileId));
  const changed = await inParallel([...shards], shards.size, async ([shard, ofShard]) => {
    const done: MemberKey[] = [];
    for (let start = 0; start < ofShard.length; start += MAX_CHANGES) {
      done.push(...(await changeInShard(ofShard.slice(start, start + MAX_CHANGES), shard)));
    }
    return done;
  });
  return changed.flat();

  async function changeInShard(some: readonly T[], shard: number): Promise<readonly MemberKey[]> {
    const [{ account, listId } = { account: '', listId: '' }] = some;
    const attempt = async (number: number): Promise<readonly MemberKey[] | undefined> => {
      const { changing, countChange, writes } = await planChange(some, number);
      if (changing.length === 0) return [];
      const result = await table.transact([memberCountUpdate({ account, listId, shard }, countChange), ...writes]);
      if (!result.done && result.failures[0]) throw listClosedError(listId);
      return result.done ? changing : undefined;
    };
    return retryOnContention(attempt, { tries: TRIES, what: 'the members of this list' });
  }
};

const listClosedError = (listId: string): ApiError =>
  new ApiError('not_found', { detail: `The list ${listId} is being deleted.` });

/** Counts the members of a list: the sum of its shards. */
export const countMembers = async (listId: string, { account, table }: Deps): Promise<number> => {
  const counts = await table.getMany(memberCounts, memberCountKeys(account, listId));
  return counts.reduce((sum, one) => sum + (one?.count ?? 0), 0);
};

export const isMember = async (key: MembershipKey, context: Deps): Promise<boolean> =>
  (await readListMemberships(key, context)).length > 0;

/** Reads the memberships of a person in one list: several if profiles were merged. */
export const readListMemberships = async (
  { listId, profileId }: MembershipKey,
  context: Deps,
): Promise<Membership[]> => {
  const ids = (await readPersonIds([profileId], context)).get(profileId) ?? [profileId];
  const keys = ids.map((id) => ({ account: context.account, listId, profileId: id }));
  return (await context.table.getMany<Membership, MemberKey>(memberships, keys)).filter((one) => one !== undefined);
};
