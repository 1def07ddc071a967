import { ApiError } from '../../platform/errors.ts';
import { type Deps, mergeProfiles } from './merge/actions.ts';
import { mayMerge } from './merge/automatic.ts';
import type { UpsertRules } from './plan.ts';
import { type Candidate, howOf, isSomebodyElse } from './recognize.ts';
import { ownKinds } from './records/held-identifiers.ts';
import { outcomeBefore } from './records/imported.ts';
import type { Profile, ProfileInput } from './records/profile.ts';

/** What a browser did before it opened a link becomes the person's, where the account merges, unless the call is about somebody else. */
export const mergeByToken = async (
  said: ProfileInput,
  { current, byToken }: { readonly current: Profile; readonly byToken: Profile },
  rules: UpsertRules,
  context: Deps,
): Promise<boolean> => {
  const isBrowser = ownKinds.every((kind) => current[kind] === undefined) && !current.aliases;
  if (!mergesOthers(context) || current.id === byToken.id || !isBrowser) return false;
  if (isSomebodyElse(said, { profile: byToken, by: 'token' }, howOf(rules, context))) return false;
  const caps = context.accountSettings?.identifierCaps;
  if (!mayMerge(byToken, current, { by: undefined, namedAs: 'anonymous_id', caller: rules.caller, caps })) return false;
  await mergeNamed(byToken, current, context);
  return true;
};

/** Whether another profile that the call names has been merged into the one that it means: then all is read again. */
export const mergeCandidates = async (
  { profile: current, by: namedBy }: Candidate,
  others: readonly Candidate[],
  { caller, row }: UpsertRules,
  context: Deps,
): Promise<boolean> => {
  if (!mergesOthers(context) || (row && outcomeBefore(current, row))) return false;
  const by = namedBy === 'token' ? undefined : namedBy;
  const rules = context.accountSettings;
  for (const { profile: other, by: namedAs } of others) {
    if (namedAs === 'id' || namedAs === 'token') continue;
    if (!mayMerge(current, other, { by, namedAs, caller, caps: rules?.identifierCaps, rules })) continue;
    await mergeNamed(current, other, context);
    return true;
  }
  return false;
};

/**
 * Merges what a call names together. Where one of the two is erased meanwhile, or has come to hold too much, the call
 * itself is still right: its caller reads all again.
 */
const mergeNamed = async ({ id: destination }: Profile, { id: source }: Profile, context: Deps): Promise<void> => {
  try {
    await mergeProfiles({ destination, source, cause: 'automatic' }, context);
  } catch (error) {
    if (!(error instanceof ApiError) || (error.code !== 'not_found' && error.code !== 'conflict')) throw error;
  }
};

export const mergesOthers = ({ accountSettings }: Pick<Deps, 'accountSettings'>): boolean =>
  accountSettings?.onSeveralProfiles === 'merge';
