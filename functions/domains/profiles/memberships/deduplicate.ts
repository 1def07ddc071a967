import { profilePk } from '../../../model/partition.ts';
import { inParallel } from '../../../platform/parallel.ts';
import { contentionError, waitAfterContention } from '../../../platform/retry.ts';
import { shardOf } from '../../../platform/table/listing/shards.ts';
import { check, update, type Write } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { idsOf, MAX_ID_LENGTH, type Profile } from '../records/profile.ts';
import { followFrom, profileFromItem, profileKey } from '../records/resolve.ts';
import { flagUnchanged, memberCountUpdate } from './member-count.ts';
import type { Membership } from './membership.ts';
import { listSk, memberships } from './store.ts';

const MAX_MEMBERSHIPS = 1_000;
const PARALLEL = 8;
const TRIES = 10;

/** Reads all memberships of a person, under all their ids. */
export const readMemberships = async (
  ids: readonly string[],
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<Membership[]> => {
  const pages = await inParallel(ids, PARALLEL, (id) =>
    table.queryOf(memberships, { pk: profilePk(account, id), prefix: listSk(''), limit: MAX_MEMBERSHIPS }),
  );
  return pages.flat();
};

/** Of several memberships of one person in a list, the oldest is the one that is listed and counted. */
export const countedMembership = (ofOnePerson: readonly Membership[]): Membership | undefined =>
  ofOnePerson.toSorted(byJoinTime)[0];

const byJoinTime = (a: Membership, b: Membership): number => (joinSortKey(a) < joinSortKey(b) ? -1 : 1);
const joinSortKey = ({ joinedAt, profileId }: Membership): string => `${joinedAt}#${profileId}`;

/** Whether all memberships of one person in one list but the counted one are marked as doubles. */
export const areMarkedCorrectly = (ofOnePerson: readonly Membership[]): boolean =>
  wronglyMarked(ofOnePerson).length === 0;

const wronglyMarked = (ofOnePerson: readonly Membership[]): Membership[] => {
  const first = countedMembership(ofOnePerson);
  return ofOnePerson.filter((one) => (one.isDouble ?? false) !== (one !== first));
};

export type PersonIds = ReadonlyMap<string, readonly string[]>;

/** Reads all ids of each named person, their current id first. */
export const readPersonIds = async (
  ids: readonly string[],
  context: Pick<Context, 'account' | 'table'>,
): Promise<PersonIds> => {
  const storable = ids.filter((id) => id.length <= MAX_ID_LENGTH);
  const items = await context.table.getItems(storable.map((id) => profileKey(context.account, id)));
  // Hardly anybody has several ids. Parsing whole profiles would be most of the work.
  const single = storable.filter((_, i) => items[i] && !mergeAttributes.some((name) => items[i]?.[name] !== undefined));
  const isSingle = new Set(single);
  const others = items.flatMap((item, i) => (item && !isSingle.has(storable[i] ?? '') ? profileFromItem(item) : []));
  const profileById = await followFrom(others, context);
  return new Map<string, readonly string[]>([
    ...single.map((id): [string, readonly string[]] => [id, [id]]),
    ...[...profileById].map(([id, profile]): [string, readonly string[]] => [id, idsOf(profile)]),
  ]);
};

/** The attributes of a profile that was merged, or that others were merged into. */
const mergeAttributes = ['mergedInto', 'sources'] as const satisfies readonly (keyof Profile)[];

/**
 * Makes people count once in each of their lists, after profiles were merged or separated. A transaction changes a mark
 * together with the count, on condition that the counted membership still exists. Repeats until all marks are correct
 * and no merge happened meanwhile: later merges call this again. Also checks everybody merged with the given people in
 * the meantime.
 */
export const deduplicateMemberships = async (
  profileIds: readonly string[],
  context: Pick<Context, 'account' | 'table'>,
): Promise<void> => {
  const ids = new Set(profileIds);
  if (ids.size === 0) return;
  let people = distinctPeople(await readPersonIds([...ids], context));
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    for (const id of people.flat()) ids.add(id);
    const areCorrect = await inParallel(people, PARALLEL, (personIds) => deduplicatePerson(personIds, context));
    const now = distinctPeople(await readPersonIds([...ids], context));
    if (areCorrect.every(Boolean) && comparisonKey(now) === comparisonKey(people)) return;
    people = now;
    if (attempt > 1) await waitAfterContention(attempt);
  }
  throw contentionError('the lists of this person');
};

const distinctPeople = (people: PersonIds): (readonly string[])[] => [
  ...new Map([...people.values()].map((ids) => [ids.join(' '), ids])).values(),
];
const comparisonKey = (people: readonly (readonly string[])[]): string =>
  people
    .map((ids) => ids.join(' '))
    .toSorted()
    .join(',');

/** Returns whether all marks were correct. */
const deduplicatePerson = async (
  ids: readonly string[],
  context: Pick<Context, 'account' | 'table'>,
): Promise<boolean> => {
  const byList = Map.groupBy(await readMemberships(ids, context), ({ listId }) => listId);
  const incorrect = [...byList.values()].filter((some) => !areMarkedCorrectly(some));
  await inParallel(incorrect, PARALLEL, (some) => markMemberships(some, context));
  return incorrect.length === 0;
};

/** Unmarks the counted membership first, so that a double always has a counted one. */
const markMemberships = async (
  ofOnePerson: readonly Membership[],
  { table }: Pick<Context, 'table'>,
): Promise<void> => {
  const first = countedMembership(ofOnePerson);
  if (!first) return;
  if (first.isDouble) {
    await table.transact(markWrites(first, false));
    return;
  }
  for (const double of wronglyMarked(ofOnePerson)) {
    const isCounted = { all: ['present', flagUnchanged('isDouble', undefined)] } as const;
    const { done } = await table.transact([...markWrites(double, true), check(memberships, first, isCounted)]);
    if (!done) return;
  }
};

const markWrites = ({ account, listId, profileId, isDouble }: Membership, asDouble: boolean): Write[] => [
  memberCountUpdate({ account, listId, shard: shardOf(profileId) }, asDouble ? -1 : 1),
  update(
    memberships,
    { account, listId, profileId },
    {
      ...(asDouble ? { set: { isDouble: true } } : { remove: ['isDouble'] }),
      condition: { all: ['present', flagUnchanged('isDouble', isDouble)] },
    },
  ),
];
