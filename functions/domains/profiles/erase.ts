import { profilePk } from '../../model/partition.ts';
import { inParallel } from '../../platform/parallel.ts';
import type { Item } from '../../platform/table/entity.ts';
import { remove, type Write } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { merges, UNDONE, undoings } from './merge/store.ts';
import { heldBy } from './records/held-identifiers.ts';
import { releaseIdentifier } from './records/identifier-writes.ts';
import type { Profile } from './records/profile.ts';
import { profiles } from './records/store.ts';

const MAX_UNDONE = 10_000;

/** Journals of merges that were undone: they stand with others, and name what these profiles had. */
export const undoneMergesOf = async (
  profileIds: readonly string[],
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<Item[]> => {
  const undone = await inParallel(profileIds, PARALLEL, (id) =>
    table.queryOf(undoings, { pk: profilePk(account, id), prefix: UNDONE, limit: MAX_UNDONE }),
  );
  const items = await table.getItems(
    undone.flat().map(({ destination, id }) => merges.key({ account, destination, id })),
  );
  return items.filter((item) => item !== undefined);
};

const PARALLEL = 16;

/**
 * Removes a profile with those that were merged into it and with every identifier, in one transaction with `besides`:
 * from then on nobody finds the person. False where one of them was changed since it was read.
 */
export const removeProfiles = async (
  [profile, ...sources]: readonly [Profile, ...Profile[]],
  besides: readonly Write[],
  { table }: Pick<Context, 'table'>,
): Promise<boolean> => {
  const { done } = await table.transact([
    ...[profile, ...sources].map((one) => remove(profiles, one, { attribute: 'rev', is: '=', value: one.rev })),
    ...heldBy(profile).map((one) => releaseIdentifier(one, profile)),
    ...besides,
  ]);
  return done;
};
