import type { Account } from '../../model/account.ts';
import type { Alias, Identifiers } from '../../model/identity.ts';
import { ApiError } from '../../platform/errors.ts';
import { patchEmails } from './further-emails.ts';
import type { Known, UpsertRules } from './plan.ts';
import type { Candidate } from './recognize.ts';
import { defaultCaps, isSame, ownKinds } from './records/held-identifiers.ts';
import type { Profile, ProfileInput } from './records/profile.ts';
import { partPointers } from './records/profile-parts.ts';
import type { IdentifierOwner } from './records/resolve.ts';
import { type StrengthRules, strongerThan } from './records/strength.ts';

type IdentitySettings = Pick<Account, 'identifierCaps'> & StrengthRules;

type Identity = Readonly<Pick<Identifiers, (typeof ownKinds)[number]>> & {
  readonly anonymous_ids?: string[];
  readonly aliases?: Alias[];
};

interface IdentityChange {
  readonly next: Identity;
  /** Identifiers to claim for the profile. */
  readonly claims: readonly Alias[];
  /** Identifiers that the profile lets go. */
  readonly releases: readonly Alias[];
  /** Whether an identifier of its own became an alias, or the other way round. */
  readonly isSwapped: boolean;
}

/** A call, and the profile that it is about. */
interface Call extends Pick<Known, 'named' | 'addresses'> {
  readonly match: Candidate;
  readonly input: ProfileInput;
  readonly rules: UpsertRules;
  readonly settings?: IdentitySettings | undefined;
}

/** A profile's identifiers after a call, those to claim for it, and those that it lets go. */
export const changeIdentity = (call: Call): IdentityChange => {
  const before = { next: identityOf(call.match.profile), claims: [], releases: [], isSwapped: false };
  const own = ownKinds.reduce<IdentityChange>((change, kind) => changeOwnIdentifier(change, kind, call), before);
  const { next, ...change } = linkBrowsers(changeEmails(own, call), call);
  const { aliases = [], ...rest } = next;
  const identity = aliases.length > 0 ? next : rest;
  // A profile without identifiers before the call has not cleared any.
  if (Object.keys(identity).length === 0 && change.releases.length > 0) {
    throw new ApiError('invalid', {
      detail: 'This would clear the last identifier of the profile. Give it another one first.',
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
  const given = call.input.identifiers[kind];
  const before = next[kind];
  if (given === undefined || given === before || !mayChange(kind, { given, before }, call)) return change;
  const aliases = next.aliases ?? [];
  const alias = given === null ? undefined : aliases.find((one) => isSame(one, { kind, value: given }));
  if (alias && call.match.by !== kind) {
    const others = aliases.filter((one) => one !== alias);
    const swapped = before === undefined ? others : [...others, { kind, value: before }];
    return { ...change, next: { ...next, aliases: swapped, [kind]: alias.value }, isSwapped: true };
  }
  const isOwned = ({ kind: of, owner }: IdentifierOwner): boolean => of === kind && owner !== undefined;
  if (given !== null && call.named.some(isOwned)) return change;
  const released = before === undefined ? releases : [...releases, { kind, value: before }];
  if (given === null) {
    const { [kind]: _, ...rest } = next;
    return { ...change, next: rest, releases: released };
  }
  return {
    ...change,
    next: { ...next, [kind]: given },
    claims: [...claims, { kind, value: given }],
    releases: released,
  };
};

const mayChange = (
  kind: OwnKind,
  { given, before }: { readonly given: string | null; readonly before: string | undefined },
  { match: { profile, by }, rules: { caller, identifierChanges = 'all' }, settings }: Call,
): boolean => {
  const isAnonymous = ownKinds.every((own) => !profile[own]);
  if (caller === 'public' && (given === null || !isAnonymous)) return false;
  if (identifierChanges === 'gaps' && (given === null || before !== undefined)) return false;
  return given !== null || !strongerThan(by, settings).includes(kind);
};

const changeEmails = (change: IdentityChange, call: Call): IdentityChange => {
  const { next, claims, releases } = change;
  const { match, input, addresses, rules, settings } = call;
  const mayChangeEmails = !strongerThan(match.by, settings).includes('email');
  const patch = { addresses, of: match.profile, mayChange: mayChangeEmails };
  const emails =
    input.emails && emailsAfter(next, input, patch, { ...rules, identifierCaps: settings?.identifierCaps });
  if (!emails) return change;
  const { email, aliases } = emails;
  // An address that the call replaces, and keeps as a further one, is not let go.
  const isKept = (one: Alias): boolean => one.kind === 'email' && aliases.some((other) => isSame(one, other));
  return {
    next: { ...next, ...(email !== undefined && { email }), aliases },
    claims: [...claims, ...emails.claims],
    releases: [...releases.filter((one) => !isKept(one)), ...emails.releases],
    isSwapped: change.isSwapped || email !== next.email || aliases.length !== (next.aliases ?? []).length,
  };
};

/** Links anonymous ids that have no owner; the oldest make room. */
const linkBrowsers = (change: IdentityChange, { match, named, rules, settings }: Call): IdentityChange => {
  const max = settings?.identifierCaps?.anonymous_id ?? defaultCaps.anonymous_id;
  const { anonymous_ids: linked = [] } = match.profile;
  const free = named.filter(({ kind, owner }) => kind === 'anonymous_id' && owner === undefined);
  // A public caller proves nothing, so it takes no browser from a person: those above the limit are not linked.
  const browsers = rules.caller === 'public' ? free.slice(0, Math.max(0, max - linked.length)) : free;
  if (browsers.length === 0) return change;
  const all = [...linked, ...browsers.map(({ value }) => value)];
  const dropped = all.slice(0, -max).map((value) => ({ kind: 'anonymous_id' as const, value }));
  return {
    ...change,
    next: { ...change.next, anonymous_ids: all.slice(-max) },
    claims: [...change.claims, ...browsers],
    releases: [...change.releases, ...dropped],
  };
};

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
  { onConflict, caller, identifierCaps }: UpsertRules & Pick<IdentitySettings, 'identifierCaps'>,
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
