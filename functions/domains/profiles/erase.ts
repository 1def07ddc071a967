import { profilePk } from '../../model/partition.ts';
import { inParallel } from '../../platform/parallel.ts';
import type { Item } from '../../platform/table/entity.ts';
import { remove, type Write } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { merges, UNDONE, undoings } from './merge/store.ts';
import { releaseIdentifier } from './records/identifier-writes.ts';
import { identifiersOf } from './records/identifiers.ts';
import type { Profile } from './records/profile.ts';
import { profiles } from './records/store.ts';

const MAX_UNDONE = 10_000;

/** Reads the journals of undone merges. They are stored under other profiles, and name identifiers of these. */
export const readUndoneMerges = async (
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
 * Removes a profile, the profiles merged into it and all their identifiers, in one transaction with `otherWrites`. From
 * then on no lookup finds the person. Returns false if one of the profiles has changed since it was read.
 */
export const removeProfiles = async (
  [profile, ...sources]: readonly [Profile, ...Profile[]],
  otherWrites: readonly Write[],
  { table }: Pick<Context, 'table'>,
): Promise<boolean> => {
  const { done } = await table.transact([
    ...[profile, ...sources].map((one) => remove(profiles, one, { attribute: 'rev', is: '=', value: one.rev })),
    ...identifiersOf(profile).map((one) => releaseIdentifier(one, profile)),
    ...otherWrites,
  ]);
  return done;
};
