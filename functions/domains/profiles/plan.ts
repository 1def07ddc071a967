import type { IdentifierKind } from '../../model/identity.ts';
import { ApiError } from '../../platform/errors.ts';
import { create, hasDuplicateKeys, type Write } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { leftOutKinds, refuseBlocked } from './blocked-identifiers.ts';
import { changeIdentity, emailsAfter } from './change-identity.ts';
import type { Candidate, ProfileMatch } from './match-profile.ts';
import { trackOrigins } from './merge/content.ts';
import { applyChange, hasSameContent, withoutChanges } from './records/change.ts';
import { formerIdentifierWrites } from './records/former-identifiers.ts';
import { claimIdentifier, profileUpdate, releaseIdentifier } from './records/identifier-writes.ts';
import { ownKinds } from './records/identifiers.ts';
import { type ImportRow, isUnchangedSinceImport, previousOutcome, rememberRow } from './records/import-rows.ts';
import { listTooLongError, overlongLists } from './records/patch-properties.ts';
import type { Profile, ProfileInput } from './records/profile.ts';
import { partPointers } from './records/profile-parts.ts';
import { type IdentifierOwner, profileNotFoundError } from './records/resolve.ts';
import { isTooLarge, profileTooLargeError, sizeOf, sizeOfNew } from './records/size.ts';
import { identifiers, profiles } from './records/store.ts';

/** What a caller may do to an existing profile. */
export interface UpsertRules {
  /** If the identifiers belong to several profiles: answer 409, or leave those of the other profiles where they are. */
  readonly onConflict: 'refuse' | 'keep';
  /**
   * A `trusted` caller may change identifiers. A `public` one proves nothing. It may only add identifiers to an
   * anonymous profile, link a new anonymous id, and set attributes that the profile does not have. Everything else is
   * ignored silently, since an answer would reveal who is a customer. See ADR 78.
   */
  readonly caller: 'trusted' | 'public';
  /** For public calls: the table gets the same requests for every person, so that response times reveal nothing. */
  readonly sendsDecoys?: boolean;
  /** The call comes from the person, who has proved to own the identifiers. It lifts their erasure. */
  readonly isVerifiedOwner?: boolean;
  /** Fails if any identifier belongs to a profile. */
  readonly mustCreate?: boolean;
  /** Which identifiers of an existing profile may change: all, or only missing ones. @default 'all' */
  readonly identifierChanges?: 'all' | 'gaps';
  /** The row of an import. If the row is processed again, it gets its first answer. */
  readonly row?: ImportRow;
}

export interface Upserted {
  readonly profile: Profile;
  readonly outcome: 'created' | 'updated' | 'unchanged';
  /** Identifiers of the call that were left where they are. Absent for public callers. */
  readonly leftOut?: readonly IdentifierKind[];
}

type Deps = Pick<Context, 'account' | 'now' | 'newId'> & Partial<Pick<Context, 'accountSettings'>>;

export interface PlannedUpsert extends Upserted {
  /** To be written in one transaction. */
  readonly writes: readonly Write[];
  /** The approximate size of the writes. */
  readonly bytes: number;
}

/** The stored state that a call is applied to. */
export interface UpsertState extends ProfileMatch {
  readonly owners: readonly IdentifierOwner[];
  /** The owners of the e-mail addresses that the call appends. */
  readonly emailOwners?: readonly IdentifierOwner[] | undefined;
  /** The size of the input by `sizeOf`, if it has been computed. */
  readonly bytes?: number;
}

/** Computes the writes of a call. Returns undefined if the state has changed since it was read. */
export const planUpsert = (
  input: ProfileInput,
  rules: UpsertRules,
  { owners, emailOwners = [], match, others, bytes }: UpsertState,
  context: Deps,
): PlannedUpsert | undefined => {
  refuseBlocked(input, context.accountSettings);
  if (rules.mustCreate) {
    const existingId = owners.find(({ owner }) => owner !== undefined)?.owner ?? match?.profile.id;
    if (existingId !== undefined) throw duplicateProfileError(existingId);
  }
  if (!match && input.id) throw profileNotFoundError(input.id);
  const plan = match
    ? changeMatchedProfile(input, rules, { owners, emailOwners, match, others }, context)
    : createProfile(input, { owners, emailOwners, bytes }, rules, context);
  const leftOut = plan && rules.caller === 'trusted' ? leftOutKinds(input, owners, plan.profile) : [];
  return plan && leftOut.length > 0 ? { ...plan, leftOut } : plan;
};

const changeMatchedProfile = (
  input: ProfileInput,
  rules: UpsertRules,
  {
    owners,
    emailOwners,
    match,
    others,
  }: Pick<UpsertState, 'owners' | 'emailOwners' | 'others'> & { readonly match: Candidate },
  context: Deps,
): PlannedUpsert | undefined => {
  const { profile } = match;
  const before = rules.row && previousOutcome(profile, rules.row);
  if (before) return { profile, outcome: before, writes: [], bytes: 0 };
  // Several people may use one browser, so another owner of an anonymous id is no conflict.
  const conflict = others.find(({ by }) => by !== 'anonymous_id');
  if (conflict && rules.onConflict === 'refuse') throw duplicateProfileError(conflict.profile.id);
  return changeProfile(input, { owners, emailOwners, match }, rules, context);
};

const createProfile = (
  input: ProfileInput,
  {
    owners,
    emailOwners,
    bytes: inputBytes,
  }: Pick<UpsertState, 'owners' | 'emailOwners'> & { readonly bytes: number | undefined },
  rules: UpsertRules,
  { account, accountSettings, now, newId }: Deps,
): PlannedUpsert => {
  const free = owners.filter(({ owner }) => owner === undefined);
  if (free.length === 0) {
    throw new ApiError('invalid', {
      detail: input.kx
        ? 'This _kx is of another account or was revoked, and the call has no other identifier.'
        : 'The profile has no identifier. Send an email, phone_number, external_id or anonymous_id.',
      source: { pointer: input.kx ? partPointers.kx : partPointers.attributes },
    });
  }
  const time = now();
  const at = time.toISOString();
  // Many spreads would take ten times as long, for each new row of an import.
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
  const patch = { emailOwners, mayChange: true };
  const emails =
    input.emails && emailsAfter(profile, input, patch, { ...rules, identifierCaps: accountSettings?.identifierCaps });
  if (emails?.email !== undefined) profile.email = emails.email;
  if (emails && emails.aliases.length > 0) profile.aliases = emails.aliases;
  const { row } = rules;
  if (row) profile.imported = { [row.job]: { [row.row]: 'created' } };
  const bytes = sizeOfNew(profile, inputBytes);
  if (isTooLarge(bytes)) throw profileTooLargeError(bytes);
  const overlongNames = overlongLists(profile.properties, input.patch);
  if (overlongNames.length > 0) throw listTooLongError(overlongNames);
  const claims = [...free, ...(emails?.claims ?? [])].map(({ kind, value }) =>
    create(identifiers, { account, kind, value, profileId: profile.id }),
  );
  return { profile, outcome: 'created', writes: [create(profiles, profile), ...claims], bytes };
};

const changeProfile = (
  input: ProfileInput,
  state: Pick<UpsertState, 'owners' | 'emailOwners'> & { readonly match: Candidate },
  rules: UpsertRules,
  { account, now, accountSettings }: Deps,
): PlannedUpsert | undefined => {
  const { owners, match } = state;
  const { profile: current } = match;
  const call = { ...state, input, rules, settings: accountSettings };
  const { next: identity, claims, releases, isSwapped } = changeIdentity(call);
  // The profile was found by an identifier that has moved to another profile since.
  if (Object.keys(identity).length === 0 && owners.some(({ owner }) => owner === current.id)) return undefined;
  const content = applyChange(
    current,
    mayOverwrite(current, rules, accountSettings) ? input : withoutChanges(current, input),
  );
  if (hasSameContent(current, content) && claims.length + releases.length === 0 && !isSwapped) {
    return { profile: current, outcome: 'unchanged', writes: [], bytes: 0 };
  }
  if (rules.row && isUnchangedSinceImport(current, rules.row))
    return { profile: current, outcome: 'unchanged', writes: [], bytes: 0 };
  const imported = rules.row && rememberRow(current.imported, rules.row);
  const next: Profile = {
    account,
    id: current.id,
    created: current.created,
    ...identity,
    ...content,
    ...(current.sources && { sources: current.sources }),
    ...trackOrigins(current, content),
    rev: current.rev + 1,
    updated: now().toISOString(),
    ...(imported ? { imported, importedRev: current.rev + 1 } : current.imported && { imported: current.imported }),
  };
  const bytes = sizeOf(next);
  const overlongNames = overlongLists(next.properties, input.patch);
  if (isTooLarge(bytes) || overlongNames.length > 0) {
    // An error would reveal that the profile exists.
    if (rules.caller === 'public') return { profile: current, outcome: 'unchanged', writes: [], bytes: 0 };
    throw isTooLarge(bytes) ? profileTooLargeError(bytes) : listTooLongError(overlongNames);
  }
  const writes = [
    profileUpdate(current, next),
    ...claims.map((one) => claimIdentifier(one, current)),
    ...releases.map((one) => releaseIdentifier(one, current)),
    ...formerIdentifierWrites(releases, current),
  ];
  return hasDuplicateKeys(writes) ? undefined : { profile: next, outcome: 'updated', writes, bytes };
};

/** Anybody can claim an address. Nobody guesses the id of a browser, so a profile with nothing else is its own. */
const mayOverwrite = (
  current: Profile,
  { caller, isVerifiedOwner = false }: UpsertRules,
  settings: Deps['accountSettings'],
): boolean =>
  caller === 'trusted' ||
  isVerifiedOwner ||
  settings?.publicChanges === 'overwrite' ||
  ownKinds.every((kind) => current[kind] === undefined);

const duplicateProfileError = (id: string): ApiError =>
  new ApiError('duplicate_profile', {
    detail: 'A profile already exists with one of these identifiers.',
    source: { pointer: partPointers.attributes },
    meta: { duplicate_profile_id: id },
  });
