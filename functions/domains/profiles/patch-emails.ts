import { spellingsOf } from '../../model/email.ts';
import type { Alias } from '../../model/identity.ts';
import { ApiError } from '../../platform/errors.ts';
import type { UpsertRules } from './plan.ts';
import type { EmailPatch } from './records/email-patch.ts';
import { defaultCaps } from './records/identifiers.ts';
import type { Profile } from './records/profile.ts';
import { partPointers } from './records/profile-parts.ts';
import type { IdentifierOwner } from './records/resolve.ts';

interface StoredEmails {
  readonly email?: string | undefined;
  readonly aliases?: readonly Alias[] | undefined;
}

interface PatchRules {
  /** The owners of the appended addresses. */
  readonly owners: readonly IdentifierOwner[];
  /** The profile to change. Undefined for a new one. */
  readonly profileId?: string;
  /** Whether the call matched the profile by an e-mail address or a stronger identifier. */
  readonly mayChange: boolean;
  readonly onConflict: UpsertRules['onConflict'];
  readonly maxEmails?: number | undefined;
}

interface PatchedEmails {
  readonly email: string | undefined;
  readonly aliases: Alias[];
  readonly claims: readonly Alias[];
  readonly releases: readonly Alias[];
}

/**
 * The e-mail addresses of a profile after a patch. A profile without any takes the first one as its primary address. A
 * change that is not possible throws, or is skipped if `onConflict` says so.
 */
export const patchEmails = (
  { email, aliases = [] }: StoredEmails,
  { append, unappend }: EmailPatch,
  { owners, profileId, mayChange, onConflict, maxEmails = defaultCaps.email }: PatchRules,
): PatchedEmails => {
  const refuseOrSkip = (error: ApiError): void => {
    if (onConflict === 'refuse') throw error;
  };
  let primary = email;
  let others = [...aliases];
  const claims: Alias[] = [];
  const releases: Alias[] = [];
  const storedSpelling = (value: string): string | undefined =>
    [primary, ...others.map((one) => (one.kind === 'email' ? one.value : undefined))].find(
      (one) => one !== undefined && spellingsOf('email', value).includes(one),
    );

  for (const value of append) {
    if (storedSpelling(value) !== undefined || (primary !== undefined && !mayChange)) continue;
    const owner = owners.find((one) => one.value === value)?.owner;
    if (owner !== undefined && owner !== profileId) {
      refuseOrSkip(emailConflictError(owner));
      continue;
    }
    if (1 + others.filter(({ kind }) => kind === 'email').length >= maxEmails && primary !== undefined) {
      refuseOrSkip(tooManyEmailsError(maxEmails));
      continue;
    }
    const added: Alias = { kind: 'email', value };
    if (primary === undefined) primary = value;
    else others.push(added);
    // An address that the call has just replaced already belongs to the profile.
    if (owner === undefined) claims.push(added);
  }
  for (const value of mayChange ? unappend : []) {
    const stored = storedSpelling(value);
    if (stored === undefined) continue;
    if (stored === primary) {
      refuseOrSkip(primaryEmailError());
      continue;
    }
    others = others.filter((one) => one.kind !== 'email' || one.value !== stored);
    releases.push({ kind: 'email', value: stored });
  }
  const isReleased = ({ value }: Alias): boolean => releases.some((one) => one.value === value);
  return {
    email: primary,
    aliases: others,
    claims: claims.filter((one) => !isReleased(one)),
    releases: releases.filter((one) => !claims.some(({ value }) => value === one.value)),
  };
};

/** Whether a patch was applied only in part. */
export const isPartlyApplied = ({ append, unappend }: EmailPatch, aliases: readonly Alias[]): boolean => {
  const has = (value: string): boolean =>
    aliases.some((one) => one.kind === 'email' && spellingsOf('email', value).includes(one.value));
  return append.some((value) => !unappend.includes(value) && !has(value)) || unappend.some(has);
};

const emailConflictError = (id: Profile['id']): ApiError =>
  new ApiError('duplicate_profile', {
    detail: 'Another profile has one of these addresses.',
    source: { pointer: partPointers.addedEmails },
    meta: { duplicate_profile_id: id },
  });

const tooManyEmailsError = (max: number): ApiError =>
  new ApiError('invalid', {
    detail: `A profile has at most ${max} e-mail addresses. Remove one first, with unappend.`,
    source: { pointer: partPointers.addedEmails },
  });

const primaryEmailError = (): ApiError =>
  new ApiError('invalid', {
    detail: "One of these is the profile's own address. Change it with attributes.email.",
    source: { pointer: partPointers.removedEmails },
  });
