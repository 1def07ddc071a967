import type { Account } from '../../model/account.ts';
import type { Alias, Identifiers } from '../../model/identity.ts';
import { ApiError } from '../../platform/errors.ts';
import type { Candidate } from './match-profile.ts';
import { patchEmails } from './patch-emails.ts';
import type { UpsertRules, UpsertState } from './plan.ts';
import { defaultCaps, isSameIdentifier, ownKinds } from './records/identifiers.ts';
import type { Profile, ProfileInput } from './records/profile.ts';
import { partPointers } from './records/profile-parts.ts';
import type { IdentifierOwner } from './records/resolve.ts';
import { type StrengthRules, strongerKinds } from './records/strength.ts';

type IdentitySettings = Pick<Account, 'identifierCaps'> & StrengthRules;

type Identity = Readonly<Pick<Identifiers, (typeof ownKinds)[number]>> & {
  readonly anonymous_ids?: string[];
  readonly aliases?: Alias[];
};

interface IdentityChange {
  readonly next: Identity;
  /** Identifiers to claim for the profile. */
  readonly claims: readonly Alias[];
  /** Identifiers that the profile gives up. */
  readonly releases: readonly Alias[];
  /** Whether a primary identifier became an alias, or the other way round. */
  readonly isSwapped: boolean;
}

/** A call, and the profile that it matched. */
interface Call extends Pick<UpsertState, 'owners' | 'emailOwners'> {
  readonly match: Candidate;
  readonly input: ProfileInput;
  readonly rules: UpsertRules;
  readonly settings?: IdentitySettings | undefined;
}

/** Computes the identifiers of a profile after a call: the result, those to claim and those to release. */
export const changeIdentity = (call: Call): IdentityChange => {
  const before = { next: identityOf(call.match.profile), claims: [], releases: [], isSwapped: false };
  const afterOwn = ownKinds.reduce<IdentityChange>((change, kind) => changeOwnIdentifier(change, kind, call), before);
  const { next, ...change } = linkBrowsers(changeEmails(afterOwn, call), call);
  const { aliases = [], ...rest } = next;
  const identity = aliases.length > 0 ? next : rest;
  // A profile without identifiers before the call has not cleared any.
  if (Object.keys(identity).length === 0 && change.releases.length > 0) {
    throw new ApiError('invalid', {
      detail: 'This would clear the last identifier of the profile. Add another one first.',
      source: { pointer: partPointers.attributes },
    });
  }
  return { ...change, next: identity };
};

const identityOf = ({ external_id, email, phone_number, anonymous_ids = [], aliases }: Profile): Identity => ({
  ...(external_id && { external_id }),
  ...(email && { email }),
  ...(phone_number && { phone_number }),
  ...(anonymous_ids.length > 0 && { anonymous_ids }),
  ...(aliases && { aliases }),
});

type OwnKind = (typeof ownKinds)[number];

/** Sets, clears or swaps one external id, e-mail address or phone number. */
const changeOwnIdentifier = (change: IdentityChange, kind: OwnKind, call: Call): IdentityChange => {
  const { next, claims, releases } = change;
  const requested = call.input.identifiers[kind];
  const before = next[kind];
  if (requested === undefined || requested === before || !mayChange(kind, { given: requested, before }, call))
    return change;
  const aliases = next.aliases ?? [];
  const alias =
    requested === null ? undefined : aliases.find((one) => isSameIdentifier(one, { kind, value: requested }));
  if (alias && call.match.by !== kind) {
    const others = aliases.filter((one) => one !== alias);
    const swapped = before === undefined ? others : [...others, { kind, value: before }];
    return { ...change, next: { ...next, aliases: swapped, [kind]: alias.value }, isSwapped: true };
  }
  const isOwned = ({ kind: of, owner }: IdentifierOwner): boolean => of === kind && owner !== undefined;
  if (requested !== null && call.owners.some(isOwned)) return change;
  const nextReleases = before === undefined ? releases : [...releases, { kind, value: before }];
  if (requested === null) {
    const { [kind]: _, ...rest } = next;
    return { ...change, next: rest, releases: nextReleases };
  }
  return {
    ...change,
    next: { ...next, [kind]: requested },
    claims: [...claims, { kind, value: requested }],
    releases: nextReleases,
  };
};

const mayChange = (
  kind: OwnKind,
  { given: requested, before }: { readonly given: string | null; readonly before: string | undefined },
  { match: { profile, by }, rules: { caller, identifierChanges = 'all' }, settings }: Call,
): boolean => {
  const isAnonymous = ownKinds.every((own) => !profile[own]);
  if (caller === 'public' && (requested === null || !isAnonymous)) return false;
  if (identifierChanges === 'gaps' && (requested === null || before !== undefined)) return false;
  return requested !== null || !strongerKinds(by, settings).includes(kind);
};

const changeEmails = (change: IdentityChange, call: Call): IdentityChange => {
  const { next, claims, releases } = change;
  const { match, input, emailOwners, rules, settings } = call;
  const mayChangeEmails = !strongerKinds(match.by, settings).includes('email');
  const patch = { emailOwners, profile: match.profile, mayChange: mayChangeEmails };
  const emails =
    input.emails && emailsAfter(next, input, patch, { ...rules, identifierCaps: settings?.identifierCaps });
  if (!emails) return change;
  const { email, aliases } = emails;
  // An address that the call replaces and also appends is not released.
  const isKept = (one: Alias): boolean => one.kind === 'email' && aliases.some((other) => isSameIdentifier(one, other));
  return {
    next: { ...next, ...(email !== undefined && { email }), aliases },
    claims: [...claims, ...emails.claims],
    releases: [...releases.filter((one) => !isKept(one)), ...emails.releases],
    isSwapped: change.isSwapped || email !== next.email || aliases.length !== (next.aliases ?? []).length,
  };
};

/** Links anonymous ids that have no owner. Above the limit, the oldest are unlinked. */
const linkBrowsers = (change: IdentityChange, { match, owners, rules, settings }: Call): IdentityChange => {
  const max = settings?.identifierCaps?.anonymous_id ?? defaultCaps.anonymous_id;
  const { anonymous_ids: linkedIds = [] } = match.profile;
  const unowned = owners.filter(({ kind, owner }) => kind === 'anonymous_id' && owner === undefined);
  // A public caller proves nothing, so it must not unlink a person's browsers: ids above the limit are not linked.
  const browsers = rules.caller === 'public' ? unowned.slice(0, Math.max(0, max - linkedIds.length)) : unowned;
  if (browsers.length === 0) return change;
  const all = [...linkedIds, ...browsers.map(({ value }) => value)];
  const unlinked = all.slice(0, -max).map((value) => ({ kind: 'anonymous_id' as const, value }));
  return {
    ...change,
    next: { ...change.next, anonymous_ids: all.slice(-max) },
    claims: [...change.claims, ...browsers],
    releases: [...change.releases, ...unlinked],
  };
};

interface EmailPatchState {
  readonly emailOwners: UpsertState['emailOwners'];
  /** Undefined for a new profile. */
  readonly profile?: Profile;
  readonly mayChange: boolean;
}

/** The e-mail addresses of a profile after a call that patches them. Undefined if the call does not, or may not. */
export const emailsAfter = (
  stored: Pick<Profile, 'email' | 'aliases'>,
  { emails }: ProfileInput,
  { emailOwners = [], profile, mayChange }: EmailPatchState,
  { onConflict, caller, identifierCaps }: UpsertRules & Pick<IdentitySettings, 'identifierCaps'>,
) =>
  emails && caller === 'trusted'
    ? patchEmails(stored, emails, {
        owners: emailOwners,
        ...(profile && { profileId: profile.id }),
        mayChange,
        onConflict,
        maxEmails: identifierCaps?.email,
      })
    : undefined;
