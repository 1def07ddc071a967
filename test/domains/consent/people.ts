import type { Context } from '../../../functions/domains/accounts/context.ts';
import { resolveProfileId } from '../../../functions/domains/profiles/actions.ts';
import { getProfile } from '../../../functions/domains/profiles/records/resolve.ts';

/** The profile with this address or number; created if missing. */
export const personWith = async (
  identifiers: { readonly email?: string; readonly phone_number?: string },
  context: Context,
) => {
  const rules = { onConflict: 'refuse', caller: 'trusted' } as const;
  return getProfile(await resolveProfileId({ identifiers, fields: {} }, rules, context), context);
};
