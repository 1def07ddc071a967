import type { Context } from '../context.ts';
import { inParallel } from '../parallel.ts';
import { profilePk } from '../profiles/partition.ts';
import { shardOf } from '../table/shards.ts';
import { update } from '../table/write.ts';
import { counting, isStill } from './count.ts';
import type { Membership } from './list.ts';
import { listSk, memberships } from './store.ts';

const MAX_MEMBERSHIPS = 1_000;
const PARALLEL = 8;

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

/**
 * Lets a person count once in each list that they are on, after profiles became one or several. Each change is one
 * transaction with its count, and doing it again changes nothing.
 */
export const countOnce = async (ids: readonly string[], context: Pick<Context, 'account' | 'table'>): Promise<void> => {
  const all = await membershipsOf(ids, context);
  const byList = Map.groupBy(all, ({ listId }) => listId);
  const wrong = [...byList.values()].flatMap((some) => {
    const first = firstOf(some);
    return some.filter((one) => (one.isDouble ?? false) !== (one !== first));
  });
  await inParallel(wrong, PARALLEL, async ({ account, listId, profileId, isDouble }) => {
    await context.table.transact([
      counting({ account, listId, shard: shardOf(profileId) }, isDouble ? 1 : -1),
      update(
        memberships,
        { account, listId, profileId },
        {
          ...(isDouble ? { remove: ['isDouble'] } : { set: { isDouble: true } }),
          condition: { all: ['present', isStill('isDouble', isDouble)] },
        },
      ),
    ]);
  });
};
