import { ApiError } from '../../platform/errors.ts';
import { applyChange } from './records/change.ts';
import { listTooLongError, overlongLists } from './records/patch-properties.ts';
import type { Profile, ProfileInput } from './records/profile.ts';
import { partPointers } from './records/profile-parts.ts';
import { type Deps, type IdentifierOwner, readIdentifierOwnersOfMany } from './records/resolve.ts';
import { MAX_CALL_BYTES, sizeOf } from './records/size.ts';

/**
 * Refuses a call that is too large for a new profile, judged by the call alone. A public caller must not learn the size
 * of an existing profile.
 */
export const refuseOversized = (input: ProfileInput): void => {
  const content = applyChange({ properties: {} }, input);
  if (sizeOf(content) > MAX_CALL_BYTES)
    throw new ApiError('invalid', {
      detail: `A public call may have at most ${MAX_CALL_BYTES} bytes about a person. Send less, or send it from a server.`,
      source: { pointer: partPointers.properties },
    });
  const tooLong = overlongLists(content.properties, input.patch);
  if (tooLong.length > 0) throw listTooLongError(tooLong);
};

/** Whether a stranger could know or guess the identifiers of a call. Nobody guesses the random id of a browser. */
export const hasGuessableIdentifier = ({ identifiers: { external_id, email, phone_number } }: ProfileInput): boolean =>
  Boolean(external_id || email || phone_number);

const STAND_IN_PREFIX = 'external_id:';

/**
 * Only the shop assigns external ids. A public call may find a profile by one, but never claims one. If no profile has
 * the external id, this anonymous id stands in for it.
 */
export const standInId = (externalId: string): string => STAND_IN_PREFIX + externalId;

interface PublicOwners {
  /** The call, without an external id that belongs to nobody. */
  readonly input: ProfileInput;
  readonly owners: readonly IdentifierOwner[];
  /** The owners to use if the call creates a profile. They include the stand-in if only the external id is new. */
  readonly ownersIfNew: readonly IdentifierOwner[];
}

/** Reads the owners of a public call's identifiers, in one request. */
export const readPublicOwners = async (input: ProfileInput, context: Deps): Promise<PublicOwners> => {
  const { external_id, ...others } = input.identifiers;
  const lookups = external_id ? [input.identifiers, { anonymous_id: standInId(external_id) }] : [input.identifiers];
  const [all = [], [standIn] = []] = await readIdentifierOwnersOfMany(lookups, context);
  if (!standIn) return { input, owners: all, ownersIfNew: all };
  const hasOwner = all.some(({ kind, owner }) => kind === 'external_id' && owner !== undefined);
  const known = all.filter(({ kind, owner }) => kind !== 'external_id' || owner !== undefined);
  const isNeeded = standIn.owner !== undefined || (!hasOwner && !others.email && !others.phone_number);
  const withStandIn = [
    ...known.filter(({ kind }) => kind !== 'anonymous_id'),
    standIn,
    ...known.filter(({ kind }) => kind === 'anonymous_id'),
  ];
  const identifiesNobody =
    !hasOwner && !known.some(({ kind, owner }) => kind !== 'anonymous_id' && owner === undefined);
  return {
    input: hasOwner ? input : { ...input, identifiers: others },
    owners: isNeeded ? withStandIn : known,
    ownersIfNew: isNeeded || identifiesNobody ? withStandIn : known,
  };
};

/** Whether an anonymous profile has the stand-in of another external id. */
export const hasOtherStandIn = (
  { external_id: own, anonymous_ids = [] }: Profile,
  { external_id: requested }: ProfileInput['identifiers'],
): boolean => {
  if (!requested || own !== undefined) return false;
  const standIns = anonymous_ids.filter((id) => id.startsWith(STAND_IN_PREFIX));
  return standIns.length > 0 && !standIns.includes(standInId(requested));
};
