import { readSignals } from '../../model/signals.ts';
import type { Context } from '../accounts/context.ts';
import { isErasedError } from '../erased/actions.ts';
import { upsertProfile } from '../profiles/actions.ts';
import type { UpsertRules } from '../profiles/plan.ts';
import { hasGuessableIdentifier } from '../profiles/public-calls.ts';
import type { ProfileInput } from '../profiles/records/profile.ts';
import { applyPublicGpc } from './gpc.ts';

/**
 * Creates or updates the profile of a public call, and applies Global Privacy Control to it. Returns its id, or
 * undefined if the person was erased.
 */
export const upsertPublicProfile = async (input: ProfileInput, context: Context): Promise<string | undefined> => {
  const rules: UpsertRules = { onConflict: 'keep', caller: 'public', sendsDecoys: true };
  const signals = readSignals(undefined, context);
  const sendsDecoys = hasGuessableIdentifier(input);
  try {
    const { profile } = await upsertProfile(input, rules, context);
    if (signals) await applyPublicGpc({ profileId: profile.id, signals, sendsDecoys }, context);
    return profile.id;
  } catch (error) {
    // An error would reveal that the person was once known here.
    if (!isErasedError(error)) throw error;
    if (signals) await applyPublicGpc({ signals, sendsDecoys }, context);
    return undefined;
  }
};
