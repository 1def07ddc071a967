import type { IdentifierKind } from '../../../model/identity.ts';
import { type Caps, defaultCaps, overCap, ownKinds } from '../records/held-identifiers.ts';
import type { Profile } from '../records/profile.ts';
import { kindsByStrength, type StrengthRules } from '../records/strength.ts';

interface How {
  /** What the call names the destination by, the strongest of it. */
  readonly by: IdentifierKind | 'id' | undefined;
  /** What it names the source by, the strongest of it. */
  readonly namedAs: IdentifierKind | undefined;
  readonly caller: 'trusted' | 'public';
  readonly caps?: Caps | undefined;
  readonly rules?: StrengthRules | undefined;
}

/**
 * Whether a profile may be merged into another one because a call names both. Two of which each has a value of its own of
 * the kind that named the destination, or of a stronger one, are two people. A profile that is known by its browser
 * alone joins whoever uses that browser; one that is known by more doesn't join by a browser, which several may use. Who
 * proves nothing can only bring browsers.
 */
export const mayMerge = (destination: Profile, source: Profile, { by, namedAs, caller, caps, rules }: How): boolean => {
  const isBrowser = ownKinds.every((kind) => source[kind] === undefined);
  // A merge that the public sets off takes no browser from a person either.
  if (caller === 'public' && browsersOf(destination, source) > (caps?.anonymous_id ?? defaultCaps.anonymous_id))
    return false;
  if (isBrowser) return overCap(destination, source, caps).length === 0;
  if (caller === 'public' || by === undefined || by === 'anonymous_id' || namedAs === 'anonymous_id') return false;
  const kinds = kindsByStrength(rules);
  const upTo = by === 'id' ? 1 : kinds.indexOf(by) + 1;
  const areTwo = ownKinds.some(
    (kind) => kinds.indexOf(kind) < upTo && destination[kind] !== undefined && source[kind] !== undefined,
  );
  return !areTwo && overCap(destination, source, caps).length === 0;
};

const browsersOf = (...all: readonly Profile[]): number =>
  all.reduce((sum, { anonymous_ids = [] }) => sum + anonymous_ids.length, 0);
