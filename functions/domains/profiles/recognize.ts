import type { UpsertRules } from './plan.ts';
import { hasOtherStandIn } from './public.ts';
import { ownKinds } from './records/held-identifiers.ts';
import { type ImportRow, outcomeBefore } from './records/imported.ts';
import type { Profile, ProfileInput } from './records/profile.ts';
import type { IdentifierOwner } from './records/resolve.ts';
import { type NamedBy, type StrengthRules, strongerThan } from './records/strength.ts';

/** A profile that a call names, by the strongest identifier of it that the call gives. */
export interface Candidate {
  readonly profile: Profile;
  readonly by: NamedBy;
}

export interface Recognized {
  /** The profile that the call is about. Undefined where it is about somebody new. */
  readonly match: Candidate | undefined;
  /** Further profiles that may be of the same person: the account says what becomes of a call that names several. */
  readonly others: readonly Candidate[];
}

interface Known {
  readonly named: readonly IdentifierOwner[];
  /** By the ids that `named` has. */
  readonly owners: ReadonlyMap<string, Profile>;
  /** The profile that the call names by its id. */
  readonly byId?: Profile | undefined;
  readonly byToken?: Profile | undefined;
}

interface How {
  readonly row?: ImportRow | undefined;
  readonly isPublic?: boolean;
  readonly rules?: StrengthRules | undefined;
}

export const howOf = (
  { row, caller }: UpsertRules,
  { accountSettings: rules }: { readonly accountSettings?: StrengthRules | undefined },
): How => ({ row, isPublic: caller === 'public', rules });

/**
 * Whom a call is about: the profile that holds its strongest identifier, unless the call says something against it. Where
 * it gives another value of a stronger identifier than the one that names the profile, it is about another person; the
 * next one is looked at then. Undefined where one whom it may be about is gone: they were just merged or erased.
 */
export const recognize = (said: ProfileInput, known: Known, how: How): Recognized | undefined => {
  const { candidates, isWhole } = candidatesIn(known);
  const { byId, byToken } = known;
  if (said.id !== undefined) {
    if (!isWhole) return undefined;
    const others = candidates.filter(({ profile }) => profile.id !== byId?.id);
    return { match: byId && { profile: byId, by: 'id' }, others };
  }
  const { row } = how;
  const possible = candidates.filter((one) => !isSomebodyElse(said, one, how));
  // A row that is read again was about this profile the first time, whatever it has come to hold since.
  const isKnownRow = ({ profile }: Candidate): boolean =>
    row !== undefined && outcomeBefore(profile, row) !== undefined;
  const match =
    candidates.find((one) => possible.includes(one) || isKnownRow(one)) ??
    (isWhole ? byTokenAlone(said, byToken, how) : undefined);
  if (!match && !isWhole) return undefined;
  return { match, others: possible.filter(({ profile }) => profile.id !== match?.profile.id) };
};

const byTokenAlone = (said: ProfileInput, profile: Profile | undefined, how: How): Candidate | undefined => {
  const one = profile && ({ profile, by: 'token' } as const);
  return one && !isSomebodyElse(said, one, how) ? one : undefined;
};

/** The strongest first, up to one that is no longer what was read. */
const candidatesIn = ({ named, owners }: Known): { readonly candidates: Candidate[]; readonly isWhole: boolean } => {
  const found: Candidate[] = [];
  for (const { kind, owner } of named) {
    if (owner === undefined || found.some(({ profile }) => profile.id === owner)) continue;
    const profile = owners.get(owner);
    if (profile?.id !== owner) return { candidates: found, isWhole: false };
    found.push({ profile, by: kind });
  }
  return { candidates: found, isWhole: true };
};

/**
 * Whether a call gives an identifier, stronger than the one that names a profile, of which the profile has another value.
 * `said` is all that the call says, also what a public caller may not claim.
 */
export const isSomebodyElse = (
  { identifiers }: Pick<ProfileInput, 'identifiers'>,
  { profile, by }: Candidate,
  { rules, isPublic = false }: Pick<How, 'rules' | 'isPublic'>,
): boolean => {
  const stronger = strongerThan(by, rules);
  return (
    ownKinds.some((kind) => stronger.includes(kind) && identifiers[kind] && profile[kind] !== undefined) ||
    (isPublic && by === 'anonymous_id' && hasOtherStandIn(profile, identifiers))
  );
};
