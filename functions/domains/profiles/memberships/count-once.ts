import { profilePk } from '../../../model/partition.ts';
import { inParallel } from '../../../platform/parallel.ts';
import { contentionError, waitAfterContention } from '../../../platform/retry.ts';
import { shardOf } from '../../../platform/table/shards.ts';
import { check, update, type Write } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { idsOf } from '../records/profile.ts';
import { profilesById } from '../records/resolve.ts';
import { countChange, isStill } from './count.ts';
import type { Membership } from './membership.ts';
import { listSk, memberships } from './store.ts';

const MAX_MEMBERSHIPS = 1_000;
const PARALLEL = 8;
const TRIES = 10;

/** All memberships of a person, under whatever of their ids. */
export const membershipsOf = async (
  ids: readonly string[],
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<Membership[]> => {
  const found = await inParallel(ids, PARALLEL, (id) =>
    table.queryOf(memberships, { pk: profilePk(account, id), prefix: listSk(''), limit: MAX_MEMBERSHIPS }),
  );
  return found.flat();
};

/** Of several memberships of one person in a list, the one that it is listed and counted by: the oldest. */
export const firstOf = (some: readonly Membership[]): Membership | undefined => some.toSorted(byPlace)[0];

const byPlace = (a: Membership, b: Membership): number => (placeOf(a) < placeOf(b) ? -1 : 1);
const placeOf = ({ joinedAt, profileId }: Membership): string => `${joinedAt}#${profileId}`;

/** Whether memberships of one person in one list are marked as they are to be: all but the first as doubles. */
export const areMarked = (some: readonly Membership[]): boolean => wrongIn(some).length === 0;

const wrongIn = (some: readonly Membership[]): Membership[] => {
  const first = firstOf(some);
  return some.filter((one) => (one.isDouble ?? false) !== (one !== first));
};

export type People = ReadonlyMap<string, readonly string[]>;

/** The ids of each person that is named, the one that stands for them first. */
export const peopleOf = async (
  ids: readonly string[],
  context: Pick<Context, 'account' | 'table'>,
): Promise<People> => {
  const found = await profilesById(ids, context);
  return new Map([...found].map(([id, profile]) => [id, idsOf(profile)]));
};

/**
 * Lets people count once in each list that they are on, after profiles became one or several. Each change is one
 * transaction with its count, and is made only while the membership that counts is there. It is over when nothing is
 * wrong and everybody is still whom they were when it was looked: whoever changes that later does this after it. Whoever
 * was found with those that were asked for is looked after too: what is changed here may be of somebody who has just
 * become another person.
 */
export const countOnce = async (
  profileIds: readonly string[],
  context: Pick<Context, 'account' | 'table'>,
): Promise<void> => {
  const asked = new Set(profileIds);
  if (asked.size === 0) return;
  let people = different(await peopleOf([...asked], context));
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    for (const id of people.flat()) asked.add(id);
    const isRight = await inParallel(people, PARALLEL, (ids) => countPerson(ids, context));
    const now = different(await peopleOf([...asked], context));
    if (isRight.every(Boolean) && textOf(now) === textOf(people)) return;
    people = now;
    if (attempt > 1) await waitAfterContention(attempt);
  }
  throw contentionError('the lists of this person');
};

const different = (people: People): (readonly string[])[] => [
  ...new Map([...people.values()].map((ids) => [ids.join(' '), ids])).values(),
];
const textOf = (people: readonly (readonly string[])[]): string =>
  people
    .map((ids) => ids.join(' '))
    .toSorted()
    .join(',');

/** Whether nothing was wrong. */
const countPerson = async (ids: readonly string[], context: Pick<Context, 'account' | 'table'>): Promise<boolean> => {
  const byList = Map.groupBy(await membershipsOf(ids, context), ({ listId }) => listId);
  const wrong = [...byList.values()].filter((some) => !areMarked(some));
  await inParallel(wrong, PARALLEL, (some) => markOnce(some, context));
  return wrong.length === 0;
};

/** First the one that counts, so that the others are doubles of something. */
const markOnce = async (some: readonly Membership[], { table }: Pick<Context, 'table'>): Promise<void> => {
  const first = firstOf(some);
  if (!first) return;
  if (first.isDouble) {
    await table.transact(marking(first, false));
    return;
  }
  for (const double of wrongIn(some)) {
    const isCounted = { all: ['present', isStill('isDouble', undefined)] } as const;
    const { done } = await table.transact([...marking(double, true), check(memberships, first, isCounted)]);
    if (!done) return;
  }
};

const marking = ({ account, listId, profileId, isDouble }: Membership, asDouble: boolean): Write[] => [
  countChange({ account, listId, shard: shardOf(profileId) }, asDouble ? -1 : 1),
  update(
    memberships,
    { account, listId, profileId },
    {
      ...(asDouble ? { set: { isDouble: true } } : { remove: ['isDouble'] }),
      condition: { all: ['present', isStill('isDouble', isDouble)] },
    },
  ),
];
