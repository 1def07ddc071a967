import { ApiError } from '../../platform/errors.ts';
import { type Candidate, isDifferentPerson, matchOptions } from './match-profile.ts';
import { type Deps, mergeProfiles } from './merge/actions.ts';
import { mayMerge } from './merge/automatic.ts';
import type { UpsertRules } from './plan.ts';
import { ownKinds } from './records/identifiers.ts';
import { previousOutcome } from './records/import-rows.ts';
import type { Profile, ProfileInput } from './records/profile.ts';

/**
 * Merges an anonymous profile into the profile that a token names: what a browser did before it opened a link then
 * belongs to the person. Only if the account merges, and the call is not about another person. Returns whether it
 * merged.
 */
export const mergeByToken = async (
  input: ProfileInput,
  { current, tokenProfile }: { readonly current: Profile; readonly tokenProfile: Profile },
  rules: UpsertRules,
  context: Deps,
): Promise<boolean> => {
  const isBrowser = ownKinds.every((kind) => current[kind] === undefined) && !current.aliases;
  if (!mergesSeveralProfiles(context) || current.id === tokenProfile.id || !isBrowser) return false;
  if (isDifferentPerson(input, { profile: tokenProfile, by: 'token' }, matchOptions(rules, context))) return false;
  const caps = context.accountSettings?.identifierCaps;
  if (
    !mayMerge(tokenProfile, current, { destinationBy: undefined, sourceBy: 'anonymous_id', caller: rules.caller, caps })
  )
    return false;
  await tryMerge(tokenProfile, current, context);
  return true;
};

/**
 * Merges another profile that the call names into the matched one, if the rules allow it. Returns whether it merged:
 * the caller then reads everything again.
 */
export const mergeCandidates = async (
  { profile: current, by }: Candidate,
  others: readonly Candidate[],
  { caller, row }: UpsertRules,
  context: Deps,
): Promise<boolean> => {
  if (!mergesSeveralProfiles(context) || (row && previousOutcome(current, row))) return false;
  const destinationBy = by === 'token' ? undefined : by;
  const rules = context.accountSettings;
  for (const { profile: other, by: sourceBy } of others) {
    if (sourceBy === 'id' || sourceBy === 'token') continue;
    if (!mayMerge(current, other, { destinationBy, sourceBy, caller, caps: rules?.identifierCaps, rules })) continue;
    await tryMerge(current, other, context);
    return true;
  }
  return false;
};

/**
 * Merges two profiles that a call names. If one of them is erased meanwhile, or the result would hold too much, the
 * call itself is still valid: its caller reads everything again.
 */
const tryMerge = async ({ id: destination }: Profile, { id: source }: Profile, context: Deps): Promise<void> => {
  try {
    await mergeProfiles({ destination, source, cause: 'automatic' }, context);
  } catch (error) {
    if (!(error instanceof ApiError) || (error.code !== 'not_found' && error.code !== 'conflict')) throw error;
  }
};

export const mergesSeveralProfiles = ({ accountSettings }: Pick<Deps, 'accountSettings'>): boolean =>
  accountSettings?.onSeveralProfiles === 'merge';
