import { type BlockRules, blockProblem } from '../../model/blocked.ts';
import { type IdentifierKind, identifierKinds } from '../../model/identity.ts';
import { ApiError, type Problem } from '../../platform/errors.ts';
import { isLeftOut } from './further-emails.ts';
import { heldBy, isSame } from './records/held-identifiers.ts';
import type { Profile, ProfileInput } from './records/profile.ts';
import { partPointers } from './records/profile-parts.ts';
import type { IdentifierOwner } from './records/resolve.ts';

/** The values of a call that are nobody's, by what its account says. */
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

/** What a call gives or clears without effect: the identifier is another profile's, or stronger than what names this one. */
export const leftOutOf = (
  { identifiers: given, emails }: Pick<ProfileInput, 'identifiers' | 'emails'>,
  named: readonly IdentifierOwner[],
  profile: Profile,
): readonly IdentifierKind[] => {
  const held = heldBy(profile);
  return identifierKinds.filter((kind) => {
    const value = given[kind];
    if (kind === 'email' && emails && isLeftOut(emails, held)) return true;
    if (value === undefined) return false;
    if (value === null) return kind !== 'anonymous_id' && profile[kind] !== undefined;
    const isNamed = named.some((one) => one.kind === kind && one.owner === profile.id);
    return !isNamed && !held.some((one) => isSame(one, { kind, value }));
  });
};
