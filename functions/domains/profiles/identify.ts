import type { Account } from '../../model/account.ts';
import { type BlockRules, blockProblem } from '../../model/blocked.ts';
import type { Alias } from '../../model/identity.ts';
import { type IdentifierKind, type Identifiers, identifierKinds } from '../../model/identity.ts';
import { ApiError, type Problem } from '../../platform/errors.ts';
import { isLeftOut, patchEmails } from './further-emails.ts';
import type { Known, UpsertRules } from './plan.ts';
import type { Candidate } from './recognize.ts';
import { defaultCaps, heldBy, isSame } from './records/held-identifiers.ts';
import type { Profile, ProfileInput } from './records/profile.ts';
import type { Named } from './records/resolve.ts';
import { type StrengthRules, strongerThan } from './records/strength.ts';

/** The values of a call that are nobody's, by what its account says. */
export const blockedIn = ({ identifiers }: ProfileInput, settings?: BlockRules): Problem[] =>
  identifierKinds.flatMap((kind) => {
    const value = identifiers[kind];
    const detail = value && blockProblem(kind, value, settings);
    return detail ? [{ detail, source: { pointer: `/data/attributes/${kind}` } }] : [];
  });

export const refuseBlocked = (input: ProfileInput, settings?: BlockRules): void => {
  const problems = blockedIn(input, settings);
  if (problems.length > 0) throw new ApiError('invalid', problems);
};

/** A profile's identifiers after a call, which of them have to be claimed for it, and which it lets go. */
export const changedIdentity = (
  { profile: current, by }: Candidate,
  input: ProfileInput,
  { named, addresses = [] }: Pick<Known, 'named' | 'addresses'>,
  rules: UpsertRules,
  settings: IdentitySettings = {},
) => {
  const { caller, identifierChanges: mayChange = 'all' } = rules;
  const maxBrowsers = settings.identifierCaps?.anonymous_id ?? defaultCaps.anonymous_id;
  const stronger = strongerThan(by, settings);
  const { external_id, email, phone_number, anonymous_ids = [] } = current;
  const next: { -readonly [K in keyof Identifiers]: Identifiers[K] } & {
    anonymous_ids?: string[];
    aliases?: Alias[];
  } = {
    ...(external_id && { external_id }),
    ...(email && { email }),
    ...(phone_number && { phone_number }),
    ...(anonymous_ids.length > 0 && { anonymous_ids }),
    ...(current.aliases && { aliases: current.aliases }),
  };
  const claims: Alias[] = [];
  const releases: Alias[] = [];
  let isSwapped = false;
  const isAnonymous = !external_id && !email && !phone_number;

  for (const kind of ['external_id', 'email', 'phone_number'] as const) {
    const given = input.identifiers[kind];
    const before = next[kind];
    if (given === undefined || given === before || (caller === 'public' && (given === null || !isAnonymous))) continue;
    if (mayChange === 'gaps' && (given === null || before !== undefined)) continue;
    if (given === null && stronger.includes(kind)) continue;
    const alias = given === null ? undefined : (next.aliases ?? []).find((one) => isSame(one, { kind, value: given }));
    if (alias && by !== kind) {
      const others = (next.aliases ?? []).filter((one) => one !== alias);
      next.aliases = before === undefined ? others : [...others, { kind, value: before }];
      next[kind] = alias.value;
      isSwapped = true;
      continue;
    }
    if (given !== null && named.some((one) => one.kind === kind && one.owner !== undefined)) continue;
    if (before !== undefined) releases.push({ kind, value: before });
    if (given === null) delete next[kind];
    else {
      next[kind] = given;
      claims.push({ kind, value: given });
    }
  }
  const mayChangeEmails = !stronger.includes('email');
  const emails = emailsAfter(next, input, { addresses, of: current, mayChange: mayChangeEmails }, rules, settings);
  if (emails) {
    const { email: own, aliases } = emails;
    isSwapped ||= own !== next.email || aliases.length !== (next.aliases ?? []).length;
    if (own !== undefined) next.email = own;
    next.aliases = aliases;
    // What the call has replaced, and keeps as a further one, is not let go.
    const isKept = (one: Alias): boolean => one.kind === 'email' && aliases.some((other) => isSame(one, other));
    releases.splice(0, releases.length, ...releases.filter((one) => !isKept(one)), ...emails.releases);
    claims.push(...emails.claims);
  }
  const isFree = ({ kind, owner }: Named): boolean => kind === 'anonymous_id' && owner === undefined;
  const free = named.filter(isFree);
  // Who proves nothing takes no browser from a person: one more than there is room for is not linked.
  const browsers = caller === 'public' ? free.slice(0, Math.max(0, maxBrowsers - anonymous_ids.length)) : free;
  if (browsers.length > 0) {
    claims.push(...browsers);
    const all = [...anonymous_ids, ...browsers.map(({ value }) => value)];
    next.anonymous_ids = all.slice(-maxBrowsers);
    releases.push(...all.slice(0, -maxBrowsers).map((value) => ({ kind: 'anonymous_id' as const, value })));
  }
  if (next.aliases?.length === 0) delete next.aliases;
  // Who has none before it has not cleared any.
  if (Object.keys(next).length === 0 && releases.length > 0) {
    throw new ApiError('invalid', {
      detail: 'This would clear the last identifier of the profile. Give it another one first.',
      source: { pointer: '/data/attributes' },
    });
  }
  return { next, claims, releases, isSwapped };
};

type IdentitySettings = Pick<Account, 'identifierCaps'> & StrengthRules;

interface EmailsKnown {
  readonly addresses: Known['addresses'];
  /** Undefined for a profile that is made. */
  readonly of?: Profile;
  readonly mayChange: boolean;
}

/** The addresses of a profile after a call that patches them. */
export const emailsAfter = (
  held: Pick<Profile, 'email' | 'aliases'>,
  { emails }: ProfileInput,
  { addresses = [], of, mayChange }: EmailsKnown,
  { onConflict, caller }: UpsertRules,
  { identifierCaps }: IdentitySettings = {},
) =>
  emails && caller === 'trusted'
    ? patchEmails(held, emails, {
        owners: addresses,
        ...(of && { profileId: of.id }),
        mayChange,
        onConflict,
        maxEmails: identifierCaps?.email,
      })
    : undefined;

/** What a call gives or clears without effect: the identifier is another profile's, or stronger than what names this one. */
export const leftOutOf = (
  { identifiers: given, emails }: Pick<ProfileInput, 'identifiers' | 'emails'>,
  named: readonly Named[],
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
