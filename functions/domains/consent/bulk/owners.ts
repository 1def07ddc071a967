import type { IdentifierKind } from '../../../model/identity.ts';
import { ApiError, type Problem } from '../../../platform/errors.ts';
import { isErasedError } from '../../erased/actions.ts';
import { resolvePerson, resolveProfileId, upsertProfile } from '../../profiles/actions.ts';
import type { UpsertRules } from '../../profiles/plan.ts';
import { identifiersOf, isSameIdentifier } from '../../profiles/records/identifiers.ts';
import { getProfile, readIdentifierOwners } from '../../profiles/records/resolve.ts';
import type { Deps } from '../actions.ts';
import type { Address } from '../records/consent.ts';
import { addressKind, type RequestedTopic } from '../requests/request.ts';
import type { BulkRequest, SubscriptionRequest } from './bulk.ts';

type Addresses = { readonly [kind in Address['kind']]?: string | undefined };

/** The topics of a request that one profile receives. */
export interface ProfileTopics {
  readonly profileId: string;
  readonly topics: readonly RequestedTopic[];
}

/** A request, and the profiles whose consent it changes. */
export interface ResolvedRequest {
  readonly request: SubscriptionRequest;
  readonly parts: readonly ProfileTopics[];
  readonly addresses: Addresses;
  /** Kinds of identifiers that were left where they are. */
  readonly leftOut: readonly IdentifierKind[];
}

export interface RefusedRequest {
  readonly code: ApiError['code'];
  readonly problems: readonly Problem[];
}

/** Points each problem at the id or the attributes of the entry. */
export const toRefusedRequest = (error: unknown, pointer: string): RefusedRequest => {
  if (!(error instanceof ApiError) || error.code === 'unavailable') throw error;
  const source = { pointer: error.code === 'not_found' ? `${pointer}/id` : `${pointer}/attributes` };
  return { code: error.code, problems: error.problems.map((problem) => ({ ...problem, source })) };
};

/**
 * Finds the profiles whose consent a request changes: for each channel the owner of its address, and for topics without
 * an address the person that the request names. Nobody's identifiers are replaced. The person gets missing ones: with
 * an opt-out, only the address that it concerns.
 */
export const resolveOwners = async (
  request: SubscriptionRequest,
  to: BulkRequest['to'],
  context: Deps,
): Promise<ResolvedRequest | RefusedRequest> => {
  try {
    return await (request.id === undefined
      ? resolveByAddresses(request, to, context)
      : resolveById(request, request.id, to, context));
  } catch (error) {
    return toRefusedRequest(error, request.pointer);
  }
};

const addressKinds = (topics: readonly RequestedTopic[]): Address['kind'][] => [
  ...new Set(topics.flatMap(({ channel }) => addressKind(channel) ?? [])),
];

const resolveByAddresses = async (
  request: SubscriptionRequest,
  to: BulkRequest['to'],
  context: Deps,
): Promise<ResolvedRequest> => {
  const { email, phone_number, anonymous_id, topics } = request;
  const kinds = addressKinds(topics);
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
  const others = await ownedAddresses(unneeded, addresses, context);
  const identifiers = { ...addresses, ...others, ...(anonymous_id && { anonymous_id }) };
  const input = { identifiers, fields: {} };
  const rules: UpsertRules = { onConflict: 'keep', caller: 'trusted', identifierChanges: 'gaps' };
  const ownerOf = (kind: Address['kind']): Promise<string> =>
    resolveProfileId({ identifiers: { [kind]: addresses[kind] }, fields: {} }, rules, context);
  const partsBy = async (owners: (kind: Address['kind'] | undefined) => Promise<string | undefined>) => {
    const parts = new Map<string, RequestedTopic[]>();
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
    return { request, parts, addresses, leftOut: to === 'SUBSCRIBED' ? leftOut : [] };
  } catch (error) {
    if (!isErasedError(error) || to === 'SUBSCRIBED') throw error;
    // An erased person has nothing to opt out of, but the owner of the other address has.
    const parts = await partsBy(async (kind) => {
      if (kind === undefined) return undefined;
      const [lookup] = await readIdentifierOwners({ [kind]: addresses[kind] }, context);
      return lookup?.owner;
    });
    return { request, parts, addresses, leftOut: [] };
  }
};

/**
 * Addresses that no channel of an opt-out needs still identify a person: keeps those that belong to somebody, or all if
 * nobody is known. They are never added to a known person.
 */
const ownedAddresses = async (unneeded: Addresses, needed: Addresses, context: Deps): Promise<Addresses> => {
  if (Object.keys(unneeded).length === 0) return {};
  const owned = (await readIdentifierOwners({ ...needed, ...unneeded }, context)).filter(
    ({ owner }) => owner !== undefined,
  );
  const ownedUnneeded = owned.filter(({ kind }) => kind in unneeded);
  if (owned.length === 0) return unneeded;
  return Object.fromEntries(ownedUnneeded.map(({ kind, value }) => [kind, value]));
};

const resolveById = async (
  request: SubscriptionRequest,
  id: string,
  to: BulkRequest['to'],
  context: Deps,
): Promise<ResolvedRequest | RefusedRequest> => {
  const { email, phone_number, anonymous_id, topics } = request;
  const addressesOfRequest = { ...(email && { email }), ...(phone_number && { phone_number }) };
  const identifiers = { ...addressesOfRequest, ...(anonymous_id && { anonymous_id }) };
  const { profile, leftOut = [] } =
    to === 'SUBSCRIBED'
      ? await upsertProfile({ id, identifiers, fields: {} }, { onConflict: 'keep', caller: 'trusted' }, context)
      : { profile: await getProfile(id, context) };
  const addresses: Addresses = { email: profile.email, phone_number: profile.phone_number, ...addressesOfRequest };
  const missing = addressKinds(topics).filter((kind) => !addresses[kind]);
  if (missing.length > 0)
    return { code: 'invalid', problems: missing.map((kind) => missingAddressProblem(kind, request)) };
  const parts = new Map<string, RequestedTopic[]>();
  for (const topic of topics) {
    const kind = addressKind(topic.channel);
    const value = kind && addressesOfRequest[kind];
    const isUnknownToProfile =
      kind && value && !identifiersOf(profile).some((one) => isSameIdentifier(one, { kind, value }));
    const owner = isUnknownToProfile ? (await readIdentifierOwners({ [kind]: value }, context))[0]?.owner : undefined;
    const profileId = owner ?? profile.id;
    parts.set(profileId, [...(parts.get(profileId) ?? []), topic]);
  }
  return { request, parts: [...parts].map(([profileId, some]) => ({ profileId, topics: some })), addresses, leftOut };
};

const missingAddressProblem = (kind: Address['kind'], { pointer }: Pick<SubscriptionRequest, 'pointer'>): Problem => ({
  detail: `Neither the profile nor the request has ${kind}.`,
  source: { pointer: `${pointer}/attributes/${kind}` },
});
