import type { IdentifierKind } from '../../model/identity.ts';
import { ApiError } from '../../platform/errors.ts';
import { create, hasDuplicateKeys, type Write } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { changeIdentity, emailsAfter } from './change-identity.ts';
import { leftOutOf, refuseBlocked } from './identify.ts';
import { stillMixed } from './merge/content.ts';
import type { Candidate, Recognized } from './recognize.ts';
import { applyChange, sameContent } from './records/change.ts';
import { rememberFormer } from './records/former.ts';
import { claimIdentifier, profileUpdate, releaseIdentifier } from './records/identifier-writes.ts';
import { type ImportRow, isLeftBy, outcomeBefore, remember } from './records/imported.ts';
import { overlong, overlongLists } from './records/patch.ts';
import type { Profile, ProfileInput } from './records/profile.ts';
import { partPointers } from './records/profile-parts.ts';
import { type IdentifierOwner, noProfile } from './records/resolve.ts';
import { isTooLarge, sizeOf, sizeOfNew, tooLarge } from './records/size.ts';
import { identifiers, profiles } from './records/store.ts';

/** What a way in may do to a profile that is there already. */
export interface UpsertRules {
  /** Where identifiers belong to several profiles: refuse with 409, or leave those of the others where they are. */
  readonly onConflict: 'refuse' | 'keep';
  /**
   * `trusted` callers may change identifiers. A `public` one proves nothing: it may only add to a profile that has
   * none but anonymous ids, link a new anonymous id, and set attributes, not clear them; all else that it says is left
   * as it is, silently, since an answer would tell who is known here.
   */
  readonly caller: 'trusted' | 'public';
  /** Public: the table gets the same requests for every person, so that the time it takes reveals nothing. */
  readonly hidesWho?: boolean;
  /** The person says it themselves, and has proved to be the owner of what they name: so they come back after an erasure. */
  readonly isProved?: boolean;
  /** Fails where a profile has any of the identifiers. */
  readonly mustCreate?: boolean;
  /** What becomes of the identifiers of a profile that is there: all may change, or only what it has none of. @default 'all' */
  readonly identifierChanges?: 'all' | 'gaps';
  /** The row of an import, so that a row that is read again gives the answer that it gave first. */
  readonly row?: ImportRow;
}

export interface Upserted {
  readonly profile: Profile;
  readonly outcome: 'created' | 'updated' | 'unchanged';
  /** Identifiers that the call names, and that were left where they are. Absent for public callers. */
  readonly leftOut?: readonly IdentifierKind[];
}

type Deps = Pick<Context, 'account' | 'now' | 'newId'> & Partial<Pick<Context, 'accountSettings'>>;

export interface PlannedUpsert extends Upserted {
  /** All or none of them, and no others, make it so. */
  readonly writes: readonly Write[];
  /** About as large are they. */
  readonly bytes: number;
}

/** What is known of those whom a call names. */
export interface Known extends Recognized {
  readonly named: readonly IdentifierOwner[];
  /** Who holds the addresses that the call appends. */
  readonly addresses?: readonly IdentifierOwner[] | undefined;
  /** As `sizeOf` counts what the call says, where it has been asked. */
  readonly bytes?: number;
}

/** What a call does to what is known. Undefined where that has changed since it was read. */
export const planUpsert = (
  input: ProfileInput,
  rules: UpsertRules,
  { named, addresses = [], match, others, bytes }: Known,
  context: Deps,
): PlannedUpsert | undefined => {
  refuseBlocked(input, context.accountSettings);
  if (rules.mustCreate) {
    const taken = named.find(({ owner }) => owner !== undefined)?.owner ?? match?.profile.id;
    if (taken !== undefined) throw duplicate(taken);
  }
  if (!match && input.id) throw noProfile(input.id);
  const planned = match
    ? changeMatch(input, rules, { named, addresses, match, others }, context)
    : createProfile(input, { named, addresses, bytes }, rules, context);
  const leftOut = planned && rules.caller === 'trusted' ? leftOutOf(input, named, planned.profile) : [];
  return planned && leftOut.length > 0 ? { ...planned, leftOut } : planned;
};

const changeMatch = (
  input: ProfileInput,
  rules: UpsertRules,
  { named, addresses, match, others }: Pick<Known, 'named' | 'addresses' | 'others'> & { readonly match: Candidate },
  context: Deps,
): PlannedUpsert | undefined => {
  const { profile } = match;
  const before = rules.row && outcomeBefore(profile, rules.row);
  if (before) return { profile, outcome: before, writes: [], bytes: 0 };
  // A browser is no person: several may use it, so that it belongs to another one is no conflict.
  const rival = others.find(({ by }) => by !== 'anonymous_id');
  if (rival && rules.onConflict === 'refuse') throw duplicate(rival.profile.id);
  return changeProfile(input, { named, addresses, match }, rules, context);
};

const createProfile = (
  input: ProfileInput,
  { named, addresses, bytes: said }: Pick<Known, 'named' | 'addresses'> & { readonly bytes: number | undefined },
  rules: UpsertRules,
  { account, accountSettings, now, newId }: Deps,
): PlannedUpsert => {
  const free = named.filter(({ owner }) => owner === undefined);
  if (free.length === 0) {
    throw new ApiError('invalid', {
      detail: input.kx
        ? 'This _kx was not made by this account, or has been revoked, and nothing else says whose profile this is.'
        : 'Nothing says whose profile this is. Send an email, phone_number, external_id or anonymous_id.',
      source: { pointer: input.kx ? partPointers.kx : partPointers.attributes },
    });
  }
  const time = now();
  const at = time.toISOString();
  // Not of many spreads, which take ten times as long: every new row would pay that.
  const profile: Profile = {
    account,
    id: newId(time),
    rev: 1,
    created: at,
    updated: at,
    ...applyChange({ properties: {} }, input),
  };
  for (const { kind, value } of free) {
    if (kind === 'anonymous_id') profile.anonymous_ids = [...(profile.anonymous_ids ?? []), value];
    else profile[kind] = value;
  }
  const patch = { addresses, mayChange: true };
  const emails =
    input.emails && emailsAfter(profile, input, patch, { ...rules, identifierCaps: accountSettings?.identifierCaps });
  if (emails?.email !== undefined) profile.email = emails.email;
  if (emails && emails.aliases.length > 0) profile.aliases = emails.aliases;
  const { row } = rules;
  if (row) profile.imported = { [row.job]: { [row.row]: 'created' } };
  const bytes = sizeOfNew(profile, said);
  if (isTooLarge(bytes)) throw tooLarge(bytes);
  const tooLong = overlongLists(profile.properties, input.patch);
  if (tooLong.length > 0) throw overlong(tooLong);
  const claims = [...free, ...(emails?.claims ?? [])].map(({ kind, value }) =>
    create(identifiers, { account, kind, value, profileId: profile.id }),
  );
  return { profile, outcome: 'created', writes: [create(profiles, profile), ...claims], bytes };
};

const changeProfile = (
  input: ProfileInput,
  known: Pick<Known, 'named' | 'addresses'> & { readonly match: Candidate },
  rules: UpsertRules,
  { account, now, accountSettings }: Deps,
): PlannedUpsert | undefined => {
  const { named, match } = known;
  const { profile: current } = match;
  const call = { ...known, input, rules, settings: accountSettings };
  const { next: identity, claims, releases, isSwapped } = changeIdentity(call);
  // An identifier named it that has gone to another one since.
  if (Object.keys(identity).length === 0 && named.some(({ owner }) => owner === current.id)) return undefined;
  const content = applyChange(current, input);
  if (sameContent(current, content) && claims.length + releases.length === 0 && !isSwapped) {
    return { profile: current, outcome: 'unchanged', writes: [], bytes: 0 };
  }
  if (rules.row && isLeftBy(current, rules.row))
    return { profile: current, outcome: 'unchanged', writes: [], bytes: 0 };
  const imported = rules.row && remember(current.imported, rules.row);
  const next: Profile = {
    account,
    id: current.id,
    created: current.created,
    ...identity,
    ...content,
    ...(current.sources && { sources: current.sources }),
    ...stillMixed(current, content),
    rev: current.rev + 1,
    updated: now().toISOString(),
    ...(imported ? { imported, importedRev: current.rev + 1 } : current.imported && { imported: current.imported }),
  };
  const bytes = sizeOf(next);
  const tooLong = overlongLists(next.properties, input.patch);
  if (isTooLarge(bytes) || tooLong.length > 0) {
    // An error would reveal that there is such a profile.
    if (rules.caller === 'public') return { profile: current, outcome: 'unchanged', writes: [], bytes: 0 };
    throw isTooLarge(bytes) ? tooLarge(bytes) : overlong(tooLong);
  }
  const writes = [
    profileUpdate(current, next),
    ...claims.map((one) => claimIdentifier(one, current)),
    ...releases.map((one) => releaseIdentifier(one, current)),
    ...rememberFormer(releases, current),
  ];
  return hasDuplicateKeys(writes) ? undefined : { profile: next, outcome: 'updated', writes, bytes };
};

const duplicate = (id: string): ApiError =>
  new ApiError('duplicate_profile', {
    detail: 'A profile already exists with one of these identifiers.',
    source: { pointer: partPointers.attributes },
    meta: { duplicate_profile_id: id },
  });
