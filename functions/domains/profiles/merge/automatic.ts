import type { IdentifierKind } from '../../../model/identity.ts';
import { type Caps, defaultCaps, kindsOverCap, ownKinds } from '../records/identifiers.ts';
import type { Profile } from '../records/profile.ts';
import { kindsByStrength, type StrengthRules } from '../records/strength.ts';

interface MergeOptions {
  /** The strongest identifier of the destination in the call. */
  readonly destinationBy: IdentifierKind | 'id' | undefined;
  /** The strongest identifier of the source in the call. */
  readonly sourceBy: IdentifierKind | undefined;
  readonly caller: 'trusted' | 'public';
  readonly caps?: Caps | undefined;
  readonly rules?: StrengthRules | undefined;
}

/**
 * Whether a profile may be merged into another because a call names both. Two profiles that each have an own value of
 * the destination's kind, or of a stronger one, are two people. An anonymous profile joins the person who uses its browser. A
 * profile with stronger identifiers never joins by a browser, which several people may use. A public caller can only
 * merge anonymous profiles.
 */
export const mayMerge = (
  destination: Profile,
  source: Profile,
  { destinationBy, sourceBy, caller, caps, rules }: MergeOptions,
): boolean => {
  const isAnonymous = ownKinds.every((kind) => source[kind] === undefined);
  // A merge by a public call must not unlink a person's browsers either.
  if (caller === 'public' && countBrowsers(destination, source) > (caps?.anonymous_id ?? defaultCaps.anonymous_id))
    return false;
  if (isAnonymous) return kindsOverCap(destination, source, caps).length === 0;
  if (
    caller === 'public' ||
    destinationBy === undefined ||
    destinationBy === 'anonymous_id' ||
    sourceBy === 'anonymous_id'
  )
    return false;
  const kinds = kindsByStrength(rules);
  const upTo = destinationBy === 'id' ? 1 : kinds.indexOf(destinationBy) + 1;
  const haveConflict = ownKinds.some(
    (kind) => kinds.indexOf(kind) < upTo && destination[kind] !== undefined && source[kind] !== undefined,
  );
  return !haveConflict && kindsOverCap(destination, source, caps).length === 0;
};

const countBrowsers = (...all: readonly Profile[]): number =>
  all.reduce((sum, { anonymous_ids = [] }) => sum + anonymous_ids.length, 0);
