import { type BlockRules, blockProblem } from '../../model/blocked.ts';
import { type IdentifierKind, identifierKinds } from '../../model/identity.ts';
import { ApiError, type Problem } from '../../platform/errors.ts';
import { isPartlyApplied } from './patch-emails.ts';
import { identifiersOf, isSameIdentifier } from './records/identifiers.ts';
import type { Profile, ProfileInput } from './records/profile.ts';
import { partPointers } from './records/profile-parts.ts';
import type { IdentifierOwner } from './records/resolve.ts';

/** Identifiers that the account has blocked, since they stand for nobody, such as `test@example.com`. */
export const blockedIdentifierProblems = ({ identifiers }: ProfileInput, settings?: BlockRules): Problem[] =>
  identifierKinds.flatMap((kind) => {
    const value = identifiers[kind];
    const detail = value && blockProblem(kind, value, settings);
    return detail ? [{ detail, source: { pointer: partPointers[kind] } }] : [];
  });

export const refuseBlocked = (input: ProfileInput, settings?: BlockRules): void => {
  const problems = blockedIdentifierProblems(input, settings);
  if (problems.length > 0) throw new ApiError('invalid', problems);
};

/**
 * The kinds of identifiers that a call sets or clears without effect: they belong to another profile, or are stronger
 * than the identifier that matched this one.
 */
export const leftOutKinds = (
  { identifiers, emails }: Pick<ProfileInput, 'identifiers' | 'emails'>,
  owners: readonly IdentifierOwner[],
  profile: Profile,
): readonly IdentifierKind[] => {
  const stored = identifiersOf(profile);
  return identifierKinds.filter((kind) => {
    const value = identifiers[kind];
    if (kind === 'email' && emails && isPartlyApplied(emails, stored)) return true;
    if (value === undefined) return false;
    if (value === null) return kind !== 'anonymous_id' && profile[kind] !== undefined;
    const isNamed = owners.some((one) => one.kind === kind && one.owner === profile.id);
    return !isNamed && !stored.some((one) => isSameIdentifier(one, { kind, value }));
  });
};
