import type { IdentifierKind } from '../../../model/identity.ts';
import type { PushTokenAttributes } from '../../../model/push-token.ts';
import { ApiError } from '../../../platform/errors.ts';
import { inParallel } from '../../../platform/parallel.ts';
import { MAX_REPORTED } from '../../../platform/validation/bounded-array.ts';
import type { Context } from '../../accounts/context.ts';
import { registerTokens } from '../../profiles/push-tokens/actions.ts';
import { unregisterTokens } from '../../profiles/push-tokens/unregister.ts';
import { changeConsents, type Deps } from '../actions.ts';
import { isOutdatedOptIn, joinUnlessOptedOut } from '../list-join.ts';
import { leaveListByOptOut } from '../list-opt-out.ts';
import { isDoubleOptIn } from '../opt-in/actions.ts';
import { findRefusedEmails } from '../opt-in/domains.ts';
import { refusalDetails } from '../opt-in/refusal.ts';
import { type Evidence, sharing } from '../records/consent.ts';
import { addressKind, type RequestedTopic } from '../requests/request.ts';
import { ageProblems, futureTimeProblems, unknownListProblems } from './checks.ts';
import { emailTopics, findErasedStrangers, sendConfirmationRequest } from './confirmations.ts';
import {
  type ProfileTopics,
  type RefusedRequest,
  type ResolvedRequest,
  resolveOwners,
  toRefusedRequest,
} from './owners.ts';

/** One profile of a bulk request. */
export interface SubscriptionRequest {
  readonly id?: string;
  readonly email?: string;
  readonly phone_number?: string;
  readonly anonymous_id?: string;
  readonly topics: readonly RequestedTopic[];
  /** Push tokens to register, or to remove with an opt-out. */
  readonly tokens?: readonly PushTokenAttributes[];
  /** Extends or replaces the evidence of the whole request. */
  readonly ownEvidence?: Pick<Evidence, 'signals' | 'dateOfBirth'>;
  /** The position in the request. */
  readonly position: number;
  readonly pointer: string;
}

export interface BulkRequest {
  readonly people: readonly SubscriptionRequest[];
  /** Entries that failed validation. */
  readonly invalidEntries: readonly RefusedRequest[];
  readonly to: 'SUBSCRIBED' | 'UNSUBSCRIBED';
  readonly at: Date;
  readonly evidence: Evidence;
  readonly listId?: string;
}

/** A thousand profiles must be stored well within the 29 seconds of a request. */
const PARALLEL = 32;

/** Codes that the answer keeps if all its problems have the same one. */
const OWN_CODES: ReadonlySet<ApiError['code']> = new Set<ApiError['code']>([
  'duplicate_profile',
  'erased',
  'throttled',
]);

/**
 * Changes the consent of every valid entry, then throws the problems of the others.
 *
 * @returns by the position of an entry, identifiers that were left where they are
 * @throws ApiError with the problems of each entry. It is safe to send the whole request again
 */
export const applySubscriptions = async (
  { people: all, invalidEntries, ...bulk }: BulkRequest,
  context: Context,
): Promise<LeftOutByPosition> => {
  const now = context.now();
  const isOptIn = bulk.to === 'SUBSCRIBED';
  const ruleRefusals = all.flatMap((person): EntryRefusal[] => {
    const problems = [...futureTimeProblems(person, now), ...(isOptIn ? ageProblems(person, context) : [])];
    return problems.length > 0 ? [{ at: person.pointer, code: 'invalid', problems }] : [];
  });
  const refusals = [...ruleRefusals, ...(isOptIn ? await findDomainRefusals(all, context) : [])];
  const listProblems = await unknownListProblems(bulk, context);
  // The list concerns everybody: without it, nobody is subscribed.
  if (listProblems.length > 0)
    throwRefusals([{ code: 'invalid', problems: listProblems }, ...invalidEntries, ...refusals]);
  const people = all.filter(({ pointer }) => !refusals.some(({ at }) => at === pointer));

  const needsConfirmation = isOptIn && (await isDoubleOptIn(bulk.listId, context));
  const topicsToConfirm = needsConfirmation ? emailTopics : () => [];
  // People known only by an address that must be confirmed get no profile before they confirm it.
  const strangers = people.filter((person) => !person.id && topicsToConfirm(person).length === person.topics.length);
  const identified = people.filter((person) => !strangers.includes(person));
  const erased = await findErasedStrangers(strangers, context);
  const resolved = await inParallel(identified, PARALLEL, async (person) => {
    const topics = person.topics.filter((topic) => !topicsToConfirm(person).includes(topic));
    return resolveOwners({ ...person, topics }, bulk.to, context);
  });
  const accepted = resolved.flatMap((one) => ('parts' in one ? [one] : []));
  const confirmations = [
    ...strangers.filter((person) => !erased.has(person)).map((person) => ({ person, email: person.email })),
    ...accepted.flatMap(({ request: { pointer }, addresses: { email } }) => {
      const person = identified.find((one) => one.pointer === pointer);
      return person ? [{ person, email }] : [];
    }),
  ];
  const failedConfirmations = await inParallel(confirmations, PARALLEL, async ({ person, email }) => {
    try {
      await sendConfirmationRequest({ email, topics: topicsToConfirm(person), own: person.ownEvidence }, bulk, context);
      return [];
    } catch (error) {
      return [toRefusedRequest(error, person.pointer)];
    }
  });

  const changes = accepted.flatMap(({ parts, ...one }) => parts.map((part) => ({ ...one, part })));
  const joins = await inParallel(changes, PARALLEL, (one) => changePart(one, bulk, context));
  const { listId } = bulk;
  if (isOptIn && listId !== undefined) await joinUnlessOptedOut(listId, joins.flat(), context);

  throwRefusals([
    ...invalidEntries,
    ...refusals,
    ...erased.values(),
    // Erased people get no messages, so an opt-out has nothing to change.
    ...resolved.flatMap((one) => ('code' in one && (isOptIn || one.code !== 'erased') ? [one] : [])),
    ...failedConfirmations.flat(),
  ]);
  return new Map(accepted.map(({ request, leftOut }) => [request.position, leftOut]));
};

export type LeftOutByPosition = ReadonlyMap<number, readonly IdentifierKind[]>;

const throwRefusals = (refused: readonly RefusedRequest[]): void => {
  const [first] = refused;
  if (!first) return;
  const isOfOneKind = refused.every(({ code }) => code === first.code);
  const code = isOfOneKind && OWN_CODES.has(first.code) ? first.code : 'invalid';
  const headers = code === 'throttled' ? { 'Retry-After': '3600' } : {};
  const problems = refused.flatMap((one) => one.problems).slice(0, MAX_REPORTED);
  throw new ApiError(code, problems, headers);
};

/** The problems of one entry, and its pointer. */
interface EntryRefusal extends RefusedRequest {
  readonly at: string;
}

/** Finds addresses with domains that the account refuses. Historical imports are not checked. */
const findDomainRefusals = async (
  people: readonly SubscriptionRequest[],
  context: Context,
): Promise<EntryRefusal[]> => {
  const withEmail = people.filter(({ topics }) =>
    topics.some(({ channel, consentedAt }) => channel === 'email' && !consentedAt),
  );
  const refused = await findRefusedEmails(
    withEmail.flatMap(({ email }) => email ?? []),
    context,
  );
  return withEmail.flatMap(({ email, pointer }) => {
    const reason = email === undefined ? undefined : refused.get(email);
    const source = { pointer: `${pointer}/attributes/email` };
    return reason
      ? [{ at: pointer, code: 'invalid', problems: [{ detail: refusalDetails[reason], source, meta: { reason } }] }]
      : [];
  });
};

/** Applies one part of a request. Returns who joins the list of the request afterwards. */
const changePart = async (
  {
    request,
    addresses,
    part: { profileId, topics },
  }: Omit<ResolvedRequest, 'parts'> & { readonly part: ProfileTopics },
  { to, at, evidence, listId }: Omit<BulkRequest, 'people' | 'invalidEntries'>,
  context: Deps,
): Promise<readonly { readonly profileId: string; readonly at: Date; readonly consentedAt: Date }[]> => {
  const list = listId === undefined ? {} : { listId };
  const partEvidence = { ...evidence, ...request.ownEvidence };
  const changes = topics.map(({ channel, type, consentedAt }) => {
    const kind = addressKind(channel);
    const value = kind && addresses[kind];
    return {
      profileId,
      channel,
      type,
      to,
      at: consentedAt ?? at,
      evidence: partEvidence,
      ...list,
      ...(kind && value && { address: { kind, value } }),
      ...(consentedAt && { entryId: 'historical_import' }),
    };
  });
  if (listId === undefined || to === 'SUBSCRIBED') {
    const outcomes = await changeConsents(changes, context);
    const isOfPush = topics.some(({ channel }) => channel === 'push');
    if (isOfPush && to === 'SUBSCRIBED') await registerTokens(profileId, request.tokens ?? [], 'trusted', context);
    if (isOfPush && to === 'UNSUBSCRIBED') await unregisterTokens(profileId, request.tokens ?? [], context);
    if (listId === undefined || (await isOutdatedOptIn(changes, outcomes, context))) return [];
    const times = changes.flatMap((one) => (one.channel === sharing.channel ? [] : one.at.getTime()));
    return [{ profileId, at, consentedAt: times.length > 0 ? new Date(Math.max(...times)) : at }];
  }
  // A retry must not unsubscribe people from everything because the first try has removed them from the list.
  const place = { listId, profileId };
  // Sharing belongs to no list.
  const ofList = changes.filter(({ channel }) => channel !== sharing.channel);
  const others = changes.filter((one) => !ofList.includes(one));
  const isOfList = ofList.length > 0 && (await leaveListByOptOut(ofList, place, context));
  const remaining = isOfList ? others : changes;
  if (remaining.length > 0) await changeConsents(remaining, context);
  if (remaining.some(({ channel }) => channel === 'push'))
    await unregisterTokens(profileId, request.tokens ?? [], context);
  return [];
};
