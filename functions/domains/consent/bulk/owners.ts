import type { IdentifierKind } from '../../../model/identity.ts';
import { ApiError, type Problem } from '../../../platform/errors.ts';
import { isErasedError } from '../../erased/actions.ts';
import { resolvePerson, resolveProfileId, upsertProfile } from '../../profiles/actions.ts';
import { identifiersOf, isSameIdentifier } from '../../profiles/records/held-identifiers.ts';
import { findProfile, readIdentifierOwners } from '../../profiles/records/resolve.ts';
import type { Deps } from '../actions.ts';
import type { Address } from '../records/consent.ts';
import { addressKind, type Named } from '../requests/request.ts';
import type { Bulk, SubscriptionRequest } from './bulk.ts';

type Addresses = { readonly [kind in Address['kind']]?: string | undefined };

/** Changes of one profile, and the addresses that they are of. */
export interface Part {
  readonly profileId: string;
  readonly topics: readonly Named[];
}

/** Whose consent one entry of a request changes. */
export interface Identified {
  readonly asked: SubscriptionRequest;
  readonly parts: readonly Part[];
  readonly addresses: Addresses;
  /** Identifiers that were left where they are. */
  readonly leftOut: readonly IdentifierKind[];
}

export interface Refused {
  readonly code: ApiError['code'];
  readonly problems: readonly Problem[];
}

/** With what is wrong where it was told to be, or else at the entry. */
export const refusalOf = (error: unknown, pointer: string): Refused => {
  if (!(error instanceof ApiError) || error.code === 'unavailable') throw error;
  const source = { pointer: error.code === 'not_found' ? `${pointer}/id` : `${pointer}/attributes` };
  return { code: error.code, problems: error.problems.map((problem) => ({ ...problem, source })) };
};

/**
 * The profiles whose consent an entry changes: each channel's is of the holder of its address, and what has no address is
 * of the person that the entry is about. Nobody's identifiers are replaced. A person is given those of which they
 * have none: by an opt-out, only the address that it is for.
 */
export const resolveOwners = async (
  asked: SubscriptionRequest,
  to: Bulk['to'],
  context: Deps,
): Promise<Identified | Refused> => {
  try {
    return await (asked.id === undefined ? byAddresses(asked, to, context) : byId(asked, asked.id, to, context));
  } catch (error) {
    return refusalOf(error, asked.pointer);
  }
};

const kindsIn = (topics: readonly Named[]): Address['kind'][] => [
  ...new Set(topics.flatMap(({ channel }) => addressKind(channel) ?? [])),
];

const byAddresses = async (asked: SubscriptionRequest, to: Bulk['to'], context: Deps): Promise<Identified> => {
  const { email, phone_number, anonymous_id, topics } = asked;
  const kinds = kindsIn(topics);
  const isNeeded = (kind: Address['kind']): boolean =>
    to === 'SUBSCRIBED' || kinds.includes(kind) || topics.some(({ channel }) => addressKind(channel) === undefined);
  const addresses: Addresses = {
    ...(email && isNeeded('email') && { email }),
    ...(phone_number && isNeeded('phone_number') && { phone_number }),
  };
  const unneeded: Addresses = {
    ...(email && !isNeeded('email') && { email }),
    ...(phone_number && !isNeeded('phone_number') && { phone_number }),
  };
  const others = await tellingAmong(unneeded, addresses, context);
  const identifiers = { ...addresses, ...others, ...(anonymous_id && { anonymous_id }) };
  const input = { identifiers, fields: {} };
  const rules = { onConflict: 'keep', caller: 'trusted', identifierChanges: 'gaps' } as const;
  const ownerOf = (kind: Address['kind']): Promise<string> =>
    resolveProfileId({ identifiers: { [kind]: addresses[kind] }, fields: {} }, rules, context);
  const partsBy = async (owners: (kind: Address['kind'] | undefined) => Promise<string | undefined>) => {
    const parts = new Map<string, Named[]>();
    for (const kind of [...kinds, undefined]) {
      const own = topics.filter(({ channel }) => addressKind(channel) === kind);
      const profileId = own.length > 0 ? await owners(kind) : undefined;
      if (profileId !== undefined) parts.set(profileId, [...(parts.get(profileId) ?? []), ...own]);
    }
    return [...parts].map(([profileId, some]) => ({ profileId, topics: some }));
  };
  try {
    const { id, leftOut = [] } = await resolvePerson(input, rules, context);
    const parts = await partsBy(async (kind) => (kind && leftOut.includes(kind) ? ownerOf(kind) : id));
    return { asked, parts, addresses, leftOut: to === 'SUBSCRIBED' ? leftOut : [] };
  } catch (error) {
    if (!isErasedError(error) || to === 'SUBSCRIBED') throw error;
    // An erased person has nothing to opt out of. The holder of the other address has.
    const parts = await partsBy(async (kind) => {
      if (kind === undefined) return undefined;
      const [named] = await readIdentifierOwners({ [kind]: addresses[kind] }, context);
      return named?.owner;
    });
    return { asked, parts, addresses, leftOut: [] };
  }
};

/**
 * Addresses that no channel of an opt-out needs, as far as they tell who is meant: those that somebody has. With a stranger
 * all are kept. Nobody who is known is given one.
 */
const tellingAmong = async (unneeded: Addresses, needed: Addresses, context: Deps): Promise<Addresses> => {
  if (Object.keys(unneeded).length === 0) return {};
  const held = (await readIdentifierOwners({ ...needed, ...unneeded }, context)).filter(
    ({ owner }) => owner !== undefined,
  );
  const telling = held.filter(({ kind }) => kind in unneeded);
  if (held.length === 0) return unneeded;
  return Object.fromEntries(telling.map(({ kind, value }) => [kind, value]));
};

const byId = async (
  asked: SubscriptionRequest,
  id: string,
  to: Bulk['to'],
  context: Deps,
): Promise<Identified | Refused> => {
  const { email, phone_number, anonymous_id, topics } = asked;
  const given = { ...(email && { email }), ...(phone_number && { phone_number }) };
  const identifiers = { ...given, ...(anonymous_id && { anonymous_id }) };
  const { profile, leftOut = [] } =
    to === 'SUBSCRIBED'
      ? await upsertProfile({ id, identifiers, fields: {} }, { onConflict: 'keep', caller: 'trusted' }, context)
      : { profile: await findProfile(id, context) };
  const addresses: Addresses = { email: profile.email, phone_number: profile.phone_number, ...given };
  const lacking = kindsIn(topics).filter((kind) => !addresses[kind]);
  if (lacking.length > 0) return { code: 'invalid', problems: lacking.map((kind) => lackOf(kind, asked)) };
  const parts = new Map<string, Named[]>();
  for (const topic of topics) {
    const kind = addressKind(topic.channel);
    const value = kind && given[kind];
    const isOthers = kind && value && !identifiersOf(profile).some((one) => isSameIdentifier(one, { kind, value }));
    const owner = isOthers ? (await readIdentifierOwners({ [kind]: value }, context))[0]?.owner : undefined;
    const profileId = owner ?? profile.id;
    parts.set(profileId, [...(parts.get(profileId) ?? []), topic]);
  }
  return { asked, parts: [...parts].map(([profileId, some]) => ({ profileId, topics: some })), addresses, leftOut };
};

const lackOf = (kind: Address['kind'], { pointer }: Pick<SubscriptionRequest, 'pointer'>): Problem => ({
  detail: `The profile has no ${kind}, and the request gives none.`,
  source: { pointer: `${pointer}/attributes/${kind}` },
});
