import { ApiError } from '../../platform/errors.ts';
import { applyChange } from './records/change.ts';
import { overlong, overlongLists } from './records/patch.ts';
import type { Profile, ProfileInput } from './records/profile.ts';
import { partPointers } from './records/profile-parts.ts';
import { type Deps, type IdentifierOwner, identifierOwnersOfAll } from './records/resolve.ts';
import { MAX_SAID_BYTES, sizeOf } from './records/size.ts';

/**
 * Refuses what would be too large for a new profile, judged by the call alone. What a known profile would grow to is
 * never shown to a public caller.
 */
export const refuseOversized = (input: ProfileInput): void => {
  const content = applyChange({ properties: {} }, input);
  if (sizeOf(content) > MAX_SAID_BYTES)
    throw new ApiError('invalid', {
      detail: `A public call says at most ${MAX_SAID_BYTES} bytes of a person. Send less, or send it from a server.`,
      source: { pointer: partPointers.properties },
    });
  const tooLong = overlongLists(content.properties, input.patch);
  if (tooLong.length > 0) throw overlong(tooLong);
};

/** Whether a stranger could know or guess whom a call names. Nobody guesses the id that a browser made up. */
export const namesGuessable = ({ identifiers: { external_id, email, phone_number } }: ProfileInput): boolean =>
  Boolean(external_id || email || phone_number);

const STAND_IN = 'external_id:';

/**
 * External ids are the shop's own. A public call finds a profile by one, and never claims one: where no profile holds
 * it, this id of a browser stands in for it.
 */
export const standInFor = (externalId: string): string => STAND_IN + externalId;

interface ReadAsPublic {
  /** Without an external id that nobody holds. */
  readonly input: ProfileInput;
  readonly named: readonly IdentifierOwner[];
  /** The same, for somebody new whom nothing but the external id tells from those who are known. */
  readonly namedAsNew: readonly IdentifierOwner[];
}

/** Whom a public call names, in one read. */
export const readAsPublic = async (input: ProfileInput, context: Deps): Promise<ReadAsPublic> => {
  const { external_id, ...others } = input.identifiers;
  const asked = external_id ? [input.identifiers, { anonymous_id: standInFor(external_id) }] : [input.identifiers];
  const [all = [], [standIn] = []] = await identifierOwnersOfAll(asked, context);
  if (!standIn) return { input, named: all, namedAsNew: all };
  const isHeld = all.some(({ kind, owner }) => kind === 'external_id' && owner !== undefined);
  const named = all.filter(({ kind, owner }) => kind !== 'external_id' || owner !== undefined);
  const isNeeded = standIn.owner !== undefined || (!isHeld && !others.email && !others.phone_number);
  const withStandIn = [
    ...named.filter(({ kind }) => kind !== 'anonymous_id'),
    standIn,
    ...named.filter(({ kind }) => kind === 'anonymous_id'),
  ];
  const isNew = !isHeld && !named.some(({ kind, owner }) => kind !== 'anonymous_id' && owner === undefined);
  return {
    input: isHeld ? input : { ...input, identifiers: others },
    named: isNeeded ? withStandIn : named,
    namedAsNew: isNeeded || isNew ? withStandIn : named,
  };
};

/** Whether a profile that is known by its browser alone has the id that stands in for another external id. */
export const hasOtherStandIn = (
  { external_id: own, anonymous_ids = [] }: Profile,
  { external_id: given }: ProfileInput['identifiers'],
): boolean => {
  if (!given || own !== undefined) return false;
  const standIns = anonymous_ids.filter((id) => id.startsWith(STAND_IN));
  return standIns.length > 0 && !standIns.includes(standInFor(given));
};
