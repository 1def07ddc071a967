import type { Context } from '../context.ts';
import { remove, type Write } from '../table/write.ts';
import { heldBy } from './merge/holding.ts';
import { releasing } from './merge/write.ts';
import type { Profile } from './profile.ts';
import { profiles } from './store.ts';

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
    ...heldBy(profile).map((one) => releasing(one, profile)),
    ...besides,
  ]);
  return done;
};
