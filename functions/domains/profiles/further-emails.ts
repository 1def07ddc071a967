import { spellingsOf } from '../../model/email.ts';
import type { Alias } from '../../model/identity.ts';
import { ApiError } from '../../platform/errors.ts';
import type { UpsertRules } from './plan.ts';
import type { PatchEmails } from './records/email-patch.ts';
import { defaultCaps } from './records/held-identifiers.ts';
import type { Profile } from './records/profile.ts';
import { partPointers } from './records/profile-parts.ts';
import type { IdentifierOwner } from './records/resolve.ts';

interface Held {
  readonly email?: string | undefined;
  readonly aliases?: readonly Alias[] | undefined;
}

interface Known {
  /** Who holds the appended addresses. */
  readonly owners: readonly IdentifierOwner[];
  /** The profile that is changed. Undefined for one that is made. */
  readonly profileId?: string;
  /** Whether a stronger identifier than an address names the profile, or an address itself. */
  readonly mayChange: boolean;
  readonly onConflict: UpsertRules['onConflict'];
  readonly maxEmails?: number | undefined;
}

interface Patched {
  readonly email: string | undefined;
  readonly aliases: Alias[];
  readonly claims: readonly Alias[];
  readonly releases: readonly Alias[];
}

/**
 * The addresses of a profile after a patch. A profile that has none takes the first one as its own. What cannot be done
 * is refused, or left out where the call says so.
 */
export const patchEmails = (
  { email, aliases = [] }: Held,
  { append, unappend }: PatchEmails,
  { owners, profileId, mayChange, onConflict, maxEmails = defaultCaps.email }: Known,
): Patched => {
  const refuse = (error: ApiError): void => {
    if (onConflict === 'refuse') throw error;
  };
  let own = email;
  let others = [...aliases];
  const claims: Alias[] = [];
  const releases: Alias[] = [];
  const held = (value: string): string | undefined =>
    [own, ...others.map((one) => (one.kind === 'email' ? one.value : undefined))].find(
      (one) => one !== undefined && spellingsOf('email', value).includes(one),
    );

  for (const value of append) {
    if (held(value) !== undefined || (own !== undefined && !mayChange)) continue;
    const owner = owners.find((one) => one.value === value)?.owner;
    if (owner !== undefined && owner !== profileId) {
      refuse(taken(owner));
      continue;
    }
    if (1 + others.filter(({ kind }) => kind === 'email').length >= maxEmails && own !== undefined) {
      refuse(tooMany(maxEmails));
      continue;
    }
    const added: Alias = { kind: 'email', value };
    if (own === undefined) own = value;
    else others.push(added);
    // One that the call has just replaced is the profile's already.
    if (owner === undefined) claims.push(added);
  }
  for (const value of mayChange ? unappend : []) {
    const gone = held(value);
    if (gone === undefined) continue;
    if (gone === own) {
      refuse(isOwn());
      continue;
    }
    others = others.filter((one) => one.kind !== 'email' || one.value !== gone);
    releases.push({ kind: 'email', value: gone });
  }
  const isReleased = ({ value }: Alias): boolean => releases.some((one) => one.value === value);
  return {
    email: own,
    aliases: others,
    claims: claims.filter((one) => !isReleased(one)),
    releases: releases.filter((one) => !claims.some(({ value }) => value === one.value)),
  };
};

/** Whether a patch was done only in part. */
export const isLeftOut = ({ append, unappend }: PatchEmails, held: readonly Alias[]): boolean => {
  const has = (value: string): boolean =>
    held.some((one) => one.kind === 'email' && spellingsOf('email', value).includes(one.value));
  return append.some((value) => !unappend.includes(value) && !has(value)) || unappend.some(has);
};

/** By the id of a profile that holds one of the addresses. */
const taken = (id: Profile['id']): ApiError =>
  new ApiError('duplicate_profile', {
    detail: 'Another profile has one of these addresses.',
    source: { pointer: partPointers.addedEmails },
    meta: { duplicate_profile_id: id },
  });

const tooMany = (max: number): ApiError =>
  new ApiError('invalid', {
    detail: `A profile has at most ${max} e-mail addresses. Take one away first, by unappend.`,
    source: { pointer: partPointers.addedEmails },
  });

const isOwn = (): ApiError =>
  new ApiError('invalid', {
    detail: "One of these is the profile's own address. Change it by attributes.email.",
    source: { pointer: partPointers.removedEmails },
  });
