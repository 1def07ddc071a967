import type { UpsertRules } from './plan.ts';
import { hasOtherStandIn } from './public-calls.ts';
import { ownKinds } from './records/identifiers.ts';
import { type ImportRow, previousOutcome } from './records/import-rows.ts';
import type { Profile, ProfileInput } from './records/profile.ts';
import type { IdentifierOwner } from './records/resolve.ts';
import { type MatchedBy, type StrengthRules, strongerKinds } from './records/strength.ts';

/** A profile that a call names, and its strongest identifier in the call. */
export interface Candidate {
  readonly profile: Profile;
  readonly by: MatchedBy;
}

export interface ProfileMatch {
  /** The profile that the call is about. Undefined for a new person. */
  readonly match: Candidate | undefined;
  /**
   * Further profiles that the call names. They may be of the same person: account settings decide whether they are
   * merged.
   */
  readonly others: readonly Candidate[];
}

interface LookupResult {
  readonly owners: readonly IdentifierOwner[];
  /** The profiles of `owners`, by id. */
  readonly profileById: ReadonlyMap<string, Profile>;
  /** The profile that the call names by its id. */
  readonly byId?: Profile | undefined;
  readonly tokenProfile?: Profile | undefined;
}

interface MatchOptions {
  readonly row?: ImportRow | undefined;
  readonly isPublic?: boolean;
  readonly rules?: StrengthRules | undefined;
}

export const matchOptions = (
  { row, caller }: UpsertRules,
  { accountSettings: rules }: { readonly accountSettings?: StrengthRules | undefined },
): MatchOptions => ({ row, isPublic: caller === 'public', rules });

/**
 * Finds the profile that a call is about: the one with its strongest identifier. If the call and a profile differ in a
 * stronger identifier, they are two people, and the next candidate is tried. Returns undefined if a candidate is gone,
 * since it was just merged or erased.
 */
export const matchProfile = (
  input: ProfileInput,
  lookup: LookupResult,
  options: MatchOptions,
): ProfileMatch | undefined => {
  const { candidates, isComplete } = listCandidates(lookup);
  const { byId, tokenProfile } = lookup;
  if (input.id !== undefined) {
    if (!isComplete) return undefined;
    const others = candidates.filter(({ profile }) => profile.id !== byId?.id);
    return { match: byId && { profile: byId, by: 'id' }, others };
  }
  const { row } = options;
  const compatible = candidates.filter((one) => !isDifferentPerson(input, one, options));
  // A row that is processed again matched this profile the first time, even if its identifiers have changed since.
  const isRepeatedRow = ({ profile }: Candidate): boolean =>
    row !== undefined && previousOutcome(profile, row) !== undefined;
  const match =
    candidates.find((one) => compatible.includes(one) || isRepeatedRow(one)) ??
    (isComplete ? tokenCandidate(input, tokenProfile, options) : undefined);
  if (!match && !isComplete) return undefined;
  return { match, others: compatible.filter(({ profile }) => profile.id !== match?.profile.id) };
};

const tokenCandidate = (
  input: ProfileInput,
  profile: Profile | undefined,
  options: MatchOptions,
): Candidate | undefined => {
  const one = profile && ({ profile, by: 'token' } as const);
  return one && !isDifferentPerson(input, one, options) ? one : undefined;
};

/** Candidates, strongest first, up to the first profile that has changed since its identifier was read. */
const listCandidates = ({
  owners,
  profileById,
}: LookupResult): { readonly candidates: Candidate[]; readonly isComplete: boolean } => {
  const candidates: Candidate[] = [];
  for (const { kind, owner } of owners) {
    if (owner === undefined || candidates.some(({ profile }) => profile.id === owner)) continue;
    const profile = profileById.get(owner);
    if (profile?.id !== owner) return { candidates, isComplete: false };
    candidates.push({ profile, by: kind });
  }
  return { candidates, isComplete: true };
};

/**
 * Whether a call and a profile differ in an identifier that is stronger than the one that matched. `identifiers` are
 * all identifiers of the call, including those that a public caller may not claim.
 */
export const isDifferentPerson = (
  { identifiers }: Pick<ProfileInput, 'identifiers'>,
  { profile, by }: Candidate,
  { rules, isPublic = false }: Pick<MatchOptions, 'rules' | 'isPublic'>,
): boolean => {
  const stronger = strongerKinds(by, rules);
  return (
    ownKinds.some((kind) => stronger.includes(kind) && identifiers[kind] && profile[kind] !== undefined) ||
    (isPublic && by === 'anonymous_id' && hasOtherStandIn(profile, identifiers))
  );
};
