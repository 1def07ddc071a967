import type { IdentifierKind } from '../../../model/identity.ts';
import type { PushTokenAttributes } from '../../../model/push-token.ts';
import { ApiError } from '../../../platform/errors.ts';
import { inParallel } from '../../../platform/parallel.ts';
import { MAX_REPORTED } from '../../../platform/validation/bounded-array.ts';
import type { Context } from '../../accounts/context.ts';
import { joinUnlessOptedOut } from '../list-join.ts';
import { isDoubleOptIn } from '../opt-in/actions.ts';
import { findRefusedEmails } from '../opt-in/domains.ts';
import { refusalDetails } from '../opt-in/refusal.ts';
import type { Evidence } from '../records/consent.ts';
import type { RequestedTopic } from '../requests/request.ts';
import { type ChangedPart, changePart } from './change-part.ts';
import { ageProblems, futureTimeProblems, unknownListProblems } from './checks.ts';
import { type ConfirmationResult, emailTopics, findErasedStrangers, sendConfirmationRequest } from './confirmations.ts';
import { combineResults, type EntryResult } from './entry-result.ts';
import { type ProfileTopics, type RefusedRequest, resolveOwners, toRefusedRequest } from './owners.ts';

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
 * Changes the consent of every valid entry. The error has the problems of the others. It is safe to send the whole
 * request again.
 *
 * @throws ApiError if nobody was subscribed, since the list is unknown
 */
export const applySubscriptions = async (
  { people: all, invalidEntries, ...bulk }: BulkRequest,
  context: Context,
): Promise<Applied> => {
  const now = context.now();
  const isOptIn = bulk.to === 'SUBSCRIBED';
  const ruleRefusals = all.flatMap((person): EntryRefusal[] => {
    const problems = [...futureTimeProblems(person, now), ...(isOptIn ? ageProblems(person, context) : [])];
    return problems.length > 0 ? [{ at: person.pointer, code: 'invalid', problems }] : [];
  });
  const refusals = [...ruleRefusals, ...(isOptIn ? await findDomainRefusals(all, context) : [])];
  const listProblems = await unknownListProblems(bulk, context);
  // The list concerns everybody: without it, nobody is subscribed.
  const listError =
    listProblems.length > 0 &&
    refusalError([{ code: 'invalid', problems: listProblems }, ...invalidEntries, ...refusals]);
  if (listError) throw listError;
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
  const asked = await inParallel(confirmations, PARALLEL, ({ person, email }) =>
    askToConfirm({ person, email, topics: topicsToConfirm(person) }, bulk, context),
  );

  const changes = accepted.flatMap(({ parts, ...one }) => parts.map((part) => ({ ...one, part })));
  const changed = await inParallel(changes, PARALLEL, (one) => changePart(one, bulk, context));
  const { listId } = bulk;
  if (isOptIn && listId !== undefined)
    await joinUnlessOptedOut(
      listId,
      changed.flatMap(({ joins }) => joins),
      context,
    );

  const error = refusalError([
    ...invalidEntries,
    ...refusals,
    ...erased.values(),
    // Erased people get no messages, so an opt-out has nothing to change.
    ...resolved.flatMap((one) => ('code' in one && (isOptIn || one.code !== 'erased') ? [one] : [])),
    ...asked.flatMap(({ refused }) => refused ?? []),
  ]);
  const results = combineResults([
    ...[...erased.keys(), ...erasedAmong(identified, resolved)].map(({ position }) => [position, ERASED] as const),
    ...changedParts(changes, changed),
    ...asked.flatMap(({ position, result }) => (result ? [[position, result] as const] : [])),
  ]);
  return { leftOut: new Map(accepted.map(({ request, leftOut }) => [request.position, leftOut])), results, error };
};

const ERASED: EntryResult = { outcome: 'erased', parts: [] };

const erasedAmong = (
  people: readonly SubscriptionRequest[],
  resolved: readonly (RefusedRequest | object)[],
): readonly SubscriptionRequest[] =>
  people.filter((_, i) => {
    const one = resolved[i];
    return one && 'code' in one && one.code === 'erased';
  });

const changedParts = (
  changes: readonly { readonly request: SubscriptionRequest; readonly part: ProfileTopics }[],
  changed: readonly ChangedPart[],
): (readonly [position: number, result: EntryResult])[] =>
  changes.map(({ request, part }, i) => {
    const outcome = changed[i]?.isChange ? 'stored' : 'duplicate';
    return [request.position, { outcome, parts: [part] }];
  });

interface Asked {
  readonly position: number;
  readonly result?: EntryResult;
  readonly refused?: RefusedRequest;
}

/** Requests the confirmation of an entry, if it needs one. */
const askToConfirm = async (
  {
    person: { position, pointer, ownEvidence: own },
    email,
    topics,
  }: {
    readonly person: SubscriptionRequest;
    readonly email: string | undefined;
    readonly topics: readonly RequestedTopic[];
  },
  bulk: Omit<BulkRequest, 'people' | 'invalidEntries'>,
  context: Context,
): Promise<Asked> => {
  try {
    const result = await sendConfirmationRequest({ email, topics, own }, bulk, context);
    return { position, ...(result && { result: confirmationResult(result) }) };
  } catch (error) {
    return { position, refused: toRefusedRequest(error, pointer) };
  }
};

const confirmationResult = ({ optInId }: ConfirmationResult): EntryResult =>
  optInId === undefined ? { outcome: 'suppressed', parts: [] } : { outcome: 'stored', parts: [{ optInId }] };

interface Applied {
  /** By the position of an entry: identifiers that were left where they are. */
  readonly leftOut: LeftOutByPosition;
  /** By the position of an entry. Refused entries have none. */
  readonly results: ReadonlyMap<number, EntryResult>;
  /** The problems of refused entries. */
  readonly error: ApiError | undefined;
}

export type LeftOutByPosition = ReadonlyMap<number, readonly IdentifierKind[]>;

const refusalError = (refused: readonly RefusedRequest[]): ApiError | undefined => {
  const [first] = refused;
  if (!first) return undefined;
  const isOfOneKind = refused.every(({ code }) => code === first.code);
  const code = isOfOneKind && OWN_CODES.has(first.code) ? first.code : 'invalid';
  const headers = code === 'throttled' ? { 'Retry-After': '3600' } : {};
  const problems = refused.flatMap((one) => one.problems).slice(0, MAX_REPORTED);
  return new ApiError(code, problems, headers);
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
