import { ApiError } from '../../platform/errors.ts';
import { inParallel } from '../../platform/parallel.ts';
import { retryOnContention } from '../../platform/retry.ts';
import { listPage } from '../../platform/table/pages.ts';
import { shardOf } from '../../platform/table/shards.ts';
import { create, remove, update, type Write } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import {
  areMarkedCorrectly,
  deduplicateMemberships,
  type PersonIds,
  readPersonIds,
} from '../profiles/memberships/deduplicate.ts';
import { flagUnchanged, memberCountUpdate } from '../profiles/memberships/member-count.ts';
import type { Membership } from '../profiles/memberships/membership.ts';
import { memberCountKeys, memberCounts, memberPartitions, memberships } from '../profiles/memberships/store.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** A transaction has a hundred writes at most, and one of them is the count. */
const AT_ONCE = 99;
const TRIES = 10;

export interface Join {
  readonly listId: string;
  readonly profileId: string;
  readonly at: Date;
  /** The cause of the join, where it can be delivered twice. */
  readonly by?: string;
  /** When the person agreed to be on the list. */
  readonly consentedAt?: Date;
}
type Place = Pick<Join, 'listId' | 'profileId'>;

/** Adds a profile to a list that is there. A member keeps the time it joined first. */
export const addMember = async ({ listId, ...join }: Join, context: Deps): Promise<'joined' | 'already'> =>
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
  context: Deps,
): Promise<number> => (await joinedOf(listId, joins, context)).size;

/**
 * The same, and answers who joined: now, or at an earlier delivery. `known` is who is whom, where that was just read.
 */
export const joinedOf = async (
  listId: string,
  joins: readonly Omit<Join, 'listId'>[],
  context: Deps,
  known?: PersonIds,
): Promise<ReadonlySet<string>> => {
  const { account } = context;
  const before = new Set<string>();
  /** Whose memberships a process left half done. */
  const unmarked = new Set<string>();
  const people =
    known ??
    (await readPersonIds(
      joins.map(({ profileId }) => profileId),
      context,
    ));
  const wanted = joins.map(({ profileId, at, by, consentedAt }) => {
    const ids = people.get(profileId) ?? [profileId];
    const membership = { account, listId, profileId: ids[0] ?? profileId, joinedAt: at.toISOString() };
    const said = { ...(by !== undefined && { by }), ...(consentedAt && { consentedAt: consentedAt.toISOString() }) };
    return { ...membership, ...said, ids };
  });
  const changed = await changeMembers(wanted, context, async (some) => {
    const places = some.flatMap(({ ids }) => ids.map((profileId) => ({ account, listId, profileId })));
    const found = await context.table.getMany(memberships, places);
    const members = new Map(found.flatMap((one) => (one ? [[one.profileId, one] as const] : [])));
    const due = some.filter(({ ids }) => !ids.some((id) => members.has(id)));
    for (const { ids, profileId } of some)
      if (!areMarkedCorrectly(ids.flatMap((id) => members.get(id) ?? []))) unmarked.add(profileId);
    for (const { by, ids, profileId } of some)
      if (by !== undefined && ids.some((id) => members.get(id)?.by === by)) before.add(profileId);
    return { due, counts: due.length, writes: due.map(({ ids: _, ...membership }) => create(memberships, membership)) };
  });
  const touched = changed.map(({ profileId }) => profileId);
  await countChanged([...touched, ...unmarked], { people, unmarked }, context);
  return new Set([...touched, ...before]);
};

/** Takes profiles from a list, and answers how many places on it that were. */
export const removeMembers = async (listId: string, profileIds: readonly string[], context: Deps): Promise<number> => {
  const { account, table } = context;
  const people = await readPersonIds(profileIds, context);
  const ids = profileIds.flatMap((id) => people.get(id) ?? [id]);
  const wanted = ids.map((profileId) => ({ account, listId, profileId }));
  const left = await changeMembers(wanted, context, async (some) => {
    const found = (await table.getMany<Membership, MemberKey>(memberships, some)).filter((one) => one !== undefined);
    const counted = found.filter(({ isDouble }) => !isDouble);
    const writes = found.map((one) =>
      remove(memberships, one, { all: ['present', flagUnchanged('isDouble', one.isDouble)] }),
    );
    return { due: found, counts: -counted.length, writes };
  });
  await countChanged(profileIds, { people }, context);
  return left.length;
};

interface Before {
  readonly people: PersonIds;
  readonly unmarked?: ReadonlySet<string>;
}

/**
 * What was changed was changed by who is whom before. Whoever merges profiles or undoes that counts their lists after it:
 * so either they have seen this change, or this sees that they have merged.
 */
const countChanged = async (
  profileIds: readonly string[],
  { people, unmarked }: Before,
  context: Deps,
): Promise<void> => {
  const named = [...new Set(profileIds)];
  if (named.length === 0) return;
  const before = new Map([...people.values()].flatMap((ids) => ids.map((id) => [id, ids] as const)));
  const now = await readPersonIds(named, context);
  const isSame = (id: string): boolean => (now.get(id) ?? [id]).join(' ') === (before.get(id) ?? [id]).join(' ');
  await deduplicateMemberships(
    named.filter((id) => unmarked?.has(id) || !isSame(id)).flatMap((id) => [...(before.get(id) ?? []), id]),
    context,
  );
};

export const leaveList = async ({ listId, profileId }: Place, context: Deps): Promise<'left' | 'absent'> =>
  (await removeMembers(listId, [profileId], context)) > 0 ? 'left' : 'absent';

type MemberKey = Pick<Membership, 'account' | 'listId' | 'profileId'>;

interface Due {
  readonly due: readonly MemberKey[];
  /** How many more members these writes make. */
  readonly counts: number;
  readonly writes: readonly Write[];
}

/** In each shard one transaction after the other, so that they don't meet at its count. */
const changeMembers = async <T extends MemberKey>(
  wanted: readonly T[],
  { table }: Deps,
  dueOf: (some: readonly T[]) => Promise<Due>,
): Promise<readonly MemberKey[]> => {
  const different = [...new Map(wanted.map((one) => [one.profileId, one])).values()];
  const shards = Map.groupBy(different, ({ profileId }) => shardOf(profileId));
  const changed = await inParallel([...shards], shards.size, async ([shard, all]) => {
    const done: MemberKey[] = [];
    for (let start = 0; start < all.length; start += AT_ONCE) {
      done.push(...(await settle(all.slice(start, start + AT_ONCE), shard)));
    }
    return done;
  });
  return changed.flat();

  async function settle(some: readonly T[], shard: number): Promise<readonly MemberKey[]> {
    const [{ account, listId } = { account: '', listId: '' }] = some;
    const attempt = async (): Promise<readonly MemberKey[] | undefined> => {
      const { due, counts, writes } = await dueOf(some);
      if (due.length === 0) return [];
      const written = await table.transact([memberCountUpdate({ account, listId, shard }, counts), ...writes]);
      if (!written.done && written.failures[0]) throw closed(listId);
      return written.done ? due : undefined;
    };
    return retryOnContention(attempt, { tries: TRIES, what: 'the members of this list' });
  }
};

const closed = (listId: string): ApiError =>
  new ApiError('not_found', { detail: `The list ${listId} is being deleted.` });

/** How many members a list has: the sum of its counts. */
export const countMembers = async (listId: string, { account, table }: Deps): Promise<number> => {
  const counts = await table.getMany(memberCounts, memberCountKeys(account, listId));
  return counts.reduce((sum, one) => sum + (one?.count ?? 0), 0);
};

export const isMember = async (place: Place, context: Deps): Promise<boolean> =>
  (await membershipsIn(place, context)).length > 0;

/** The memberships of a person in one list: several after profiles were merged. */
export const membershipsIn = async ({ listId, profileId }: Place, context: Deps): Promise<Membership[]> => {
  const ids = (await readPersonIds([profileId], context)).get(profileId) ?? [profileId];
  const places = ids.map((id) => ({ account: context.account, listId, profileId: id }));
  return (await context.table.getMany<Membership, MemberKey>(memberships, places)).filter((one) => one !== undefined);
};

/** Notes that a member agreed to be on the list again. An older statement changes nothing. */
export const renewMember = async (
  { listId, profileId, consentedAt }: Place & { readonly consentedAt: Date },
  { account, table }: Deps,
): Promise<void> => {
  const at = consentedAt.toISOString();
  const isNewer = {
    any: [
      { attribute: 'consentedAt', is: 'missing' },
      { attribute: 'consentedAt', is: '<', value: at },
    ],
  } as const;
  await table.write(
    update(
      memberships,
      { account, listId, profileId },
      { set: { consentedAt: at }, condition: { all: ['present', isNewer] } },
    ),
  );
};

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
  { account, table }: Deps,
): Promise<Members> => {
  const { items, ...cursors } = await listPage(table, {
    index: 'gsi1',
    partitions: memberPartitions(account, listId),
    descending,
    ...asked,
  });
  return { members: items.map(({ gsi1sk }) => memberIn(String(gsi1sk))), ...cursors };
};

const memberIn = (place: string) => {
  const [joinedAt = '', profileId = ''] = place.split('#');
  return { profileId, joinedAt };
};
