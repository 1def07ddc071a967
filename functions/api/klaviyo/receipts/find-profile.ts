import type { Context } from '../../../domains/accounts/context.ts';
import { tokenOwners } from '../../../domains/profiles/push-tokens/store.ts';
import { findProfile } from '../../../domains/profiles/records/resolve.ts';
import type { Found, Recorded } from './found.ts';

/** Finds the profile of a call, or the one that it was merged into. */
export const findProfileOfReceipt = async (id: string, { outcome }: Recorded, context: Context): Promise<Found> => {
  const profile = await findProfile(id, context);
  return profile ? { outcome, profileId: profile.id } : { outcome: 'erased' };
};

/** Finds a push token, with the profile that has it now. Erasures remove tokens, as do apps and the API. */
export const findToken = async (id: string, { outcome }: Recorded, context: Context): Promise<Found> => {
  const owner = await context.table.get(tokenOwners, { account: context.account, id });
  if (!owner) return { outcome: 'removed' };
  const profile = await findProfile(owner.profileId, context);
  return { outcome, pushTokenId: id, ...(profile && { profileId: profile.id }) };
};
