import type { IdentifierKind } from '../../../model/identity.ts';
import type { PushTokenAttributes } from '../../../model/push-token.ts';
import { ApiError } from '../../../platform/errors.ts';
import { inParallel } from '../../../platform/parallel.ts';
import { MAX_REPORTED } from '../../../platform/validation/bounded-array.ts';
import type { Context } from '../../accounts/context.ts';
import { erasedError, filterErased } from '../../erased/actions.ts';
import { registerTokens } from '../../profiles/push-tokens/actions.ts';
import { unregisterTokens } from '../../profiles/push-tokens/give-up.ts';
import { changeConsents, type Deps } from '../actions.ts';
import { isOvertaken, joinUnlessLeft } from '../list-join.ts';
import { leaveByOptOut } from '../list-opt-out.ts';
import { askForConfirmation, isDoubleOptIn } from '../opt-in/actions.ts';
import { refusedAmong } from '../opt-in/domains.ts';
import { details } from '../opt-in/refusal.ts';
import { type Evidence, sharing } from '../records/consent.ts';
import { addressKind, type Named } from '../requests/request.ts';
import { ageProblems, futureTimeProblems, problemsOfList } from './checks.ts';
import { type Identified, type Part, type Refused, refusalOf, resolveOwners } from './owners.ts';

/** One profile of a bulk request. */
export interface SubscriptionRequest {
  readonly id?: string;
  readonly email?: string;
  readonly phone_number?: string;
  readonly anonymous_id?: string;
  readonly topics: readonly Named[];
  /** Where push messages are to be sent, or no longer. */
  readonly tokens?: readonly PushTokenAttributes[];
  /** Beside that of the whole request, or in its place. */
  readonly own?: Pick<Evidence, 'signals' | 'dateOfBirth'>;
  /** In the request. */
  readonly place: number;
  readonly pointer: string;
}

export interface Bulk {
  readonly people: readonly SubscriptionRequest[];
  /** Entries that could not be read. */
  readonly refused: readonly Refused[];
  readonly to: 'SUBSCRIBED' | 'UNSUBSCRIBED';
  readonly at: Date;
  readonly evidence: Evidence;
  readonly listId?: string;
}

/** Under way at once: a thousand profiles have to be stored well within the 29 seconds of a request. */
const PARALLEL = 32;

/** The codes that an answer keeps where all of its problems have the same one. */
const OWN_CODES: ReadonlySet<ApiError['code']> = new Set<ApiError['code']>([
  'duplicate_profile',
  'erased',
  'throttled',
]);

/**
 * Changes the consent of everybody whose entry can be applied, then throws the problems of the others.
 *
 * @returns by the place of an entry, identifiers that were left where they are
 * @throws ApiError with what is wrong by entry; to send the whole request again changes nothing twice
 */
export const applySubscriptions = async (
  { people: all, refused: unread, ...bulk }: Bulk,
  context: Context,
): Promise<LeftOut> => {
  const now = context.now();
  const isOptIn = bulk.to === 'SUBSCRIBED';
  const checked = all.flatMap((asked): Early[] => {
    const problems = [...futureTimeProblems(asked, now), ...(isOptIn ? ageProblems(asked, context) : [])];
    return problems.length > 0 ? [{ at: asked.pointer, code: 'invalid', problems }] : [];
  });
  const early = [...checked, ...(isOptIn ? await unwelcome(all, context) : [])];
  const ofList = await problemsOfList(bulk, context);
  // It is about everybody: nobody is subscribed without it.
  if (ofList.length > 0) refuse([{ code: 'invalid', problems: ofList }, ...unread, ...early]);
  const people = all.filter(({ pointer }) => !early.some(({ at }) => at === pointer));

  const isDouble = isOptIn && (await isDoubleOptIn(bulk.listId, context));
  const held = isDouble ? toBeConfirmed : () => [];
  // Of whom nothing is known but an address that is to be confirmed, no profile is made before.
  const strangers = people.filter((asked) => !asked.id && held(asked).length === asked.topics.length);
  const identified = people.filter((asked) => !strangers.includes(asked));
  const erased = await erasedAmongStrangers(strangers, context);
  const found = await inParallel(identified, PARALLEL, async (asked) => {
    const topics = asked.topics.filter((topic) => !held(asked).includes(topic));
    return resolveOwners({ ...asked, topics }, bulk.to, context);
  });
  const known = found.flatMap((one) => ('parts' in one ? [one] : []));
  const asking = [
    ...strangers.filter((asked) => !erased.has(asked)).map((asked) => ({ asked, email: asked.email })),
    ...known.flatMap(({ asked: { pointer }, addresses: { email } }) => {
      const asked = identified.find((one) => one.pointer === pointer);
      return asked ? [{ asked, email }] : [];
    }),
  ];
  const unasked = await inParallel(asking, PARALLEL, async ({ asked, email }) => {
    try {
      await ask({ email, topics: held(asked), own: asked.own }, bulk, context);
      return [];
    } catch (error) {
      return [refusalOf(error, asked.pointer)];
    }
  });

  const changes = known.flatMap(({ parts, ...one }) => parts.map((part) => ({ ...one, part })));
  const joins = await inParallel(changes, PARALLEL, (one) => change(one, bulk, context));
  const { listId } = bulk;
  if (isOptIn && listId !== undefined) await joinUnlessLeft(listId, joins.flat(), context);

  refuse([
    ...unread,
    ...early,
    ...erased.values(),
    // Who was erased is not written to: there is nobody to unsubscribe.
    ...found.flatMap((one) => ('code' in one && (isOptIn || one.code !== 'erased') ? [one] : [])),
    ...unasked.flat(),
  ]);
  return new Map(known.map(({ asked, leftOut }) => [asked.place, leftOut]));
};

export type LeftOut = ReadonlyMap<number, readonly IdentifierKind[]>;

const refuse = (refused: readonly Refused[]): void => {
  const [first] = refused;
  if (!first) return;
  const isOfOneKind = refused.every(({ code }) => code === first.code);
  const code = isOfOneKind && OWN_CODES.has(first.code) ? first.code : 'invalid';
  const headers = code === 'throttled' ? { 'Retry-After': '3600' } : {};
  const problems = refused.flatMap((one) => one.problems).slice(0, MAX_REPORTED);
  throw new ApiError(code, problems, headers);
};

/** What is wrong with one entry. */
interface Early extends Refused {
  readonly at: string;
}

/** Addresses that the account doesn't take. History is taken as it was. */
const unwelcome = async (people: readonly SubscriptionRequest[], context: Context): Promise<Early[]> => {
  const asking = people.filter(({ topics }) =>
    topics.some(({ channel, consentedAt }) => channel === 'email' && !consentedAt),
  );
  const refused = await refusedAmong(
    asking.flatMap(({ email }) => email ?? []),
    context,
  );
  return asking.flatMap(({ email, pointer }) => {
    const why = email === undefined ? undefined : refused.get(email);
    const source = { pointer: `${pointer}/attributes/email` };
    return why
      ? [{ at: pointer, code: 'invalid', problems: [{ detail: details[why], source, meta: { reason: why } }] }]
      : [];
  });
};

/** E-mail alone: the mail with the link proves whose address it is, and nothing of a number. History was confirmed elsewhere. */
const toBeConfirmed = ({ topics }: SubscriptionRequest): readonly Named[] =>
  topics.some(({ consentedAt }) => consentedAt) ? [] : topics.filter(({ channel }) => channel === 'email');

const ask = async (
  {
    email,
    topics,
    own,
  }: Pick<SubscriptionRequest, 'topics'> & {
    readonly email: string | undefined;
    readonly own: SubscriptionRequest['own'];
  },
  { listId, evidence: common }: Pick<Bulk, 'listId' | 'evidence'>,
  context: Context,
): Promise<void> => {
  if (email === undefined || topics.length === 0) return;
  const language = context.accountSettings.pageLanguage ?? 'en';
  const evidence = { ...common, ...own };
  await askForConfirmation({ email, topics, evidence, language, ...(listId !== undefined && { listId }) }, context);
};

/** Nobody looks for a profile of those who are only asked to confirm: a server's word doesn't bring back who was erased. */
const erasedAmongStrangers = async (
  strangers: readonly SubscriptionRequest[],
  context: Context,
): Promise<ReadonlyMap<SubscriptionRequest, Refused>> => {
  const named = strangers.flatMap((asked) =>
    asked.email === undefined ? [] : [{ kind: 'email' as const, value: asked.email, asked }],
  );
  const erased = await filterErased(named, context);
  return new Map(
    erased.map(({ asked, ...identifier }) => [asked, refusalOf(erasedError([identifier]), asked.pointer)]),
  );
};

/** Answers the joins that follow, of the list that the request names. */
const change = async (
  { asked, addresses, part: { profileId, topics } }: Omit<Identified, 'parts'> & { readonly part: Part },
  { to, at, evidence, listId }: Omit<Bulk, 'people' | 'refused'>,
  context: Deps,
): Promise<readonly { readonly profileId: string; readonly at: Date; readonly consentedAt: Date }[]> => {
  const list = listId === undefined ? {} : { listId };
  const said = { ...evidence, ...asked.own };
  const changes = topics.map(({ channel, type, consentedAt }) => {
    const kind = addressKind(channel);
    const value = kind && addresses[kind];
    return {
      profileId,
      channel,
      type,
      to,
      at: consentedAt ?? at,
      evidence: said,
      ...list,
      ...(kind && value && { address: { kind, value } }),
      ...(consentedAt && { entryId: 'historical_import' }),
    };
  });
  if (listId === undefined || to === 'SUBSCRIBED') {
    const outcomes = await changeConsents(changes, context);
    const isOfPush = topics.some(({ channel }) => channel === 'push');
    if (isOfPush && to === 'SUBSCRIBED') await registerTokens(profileId, asked.tokens ?? [], 'trusted', context);
    if (isOfPush && to === 'UNSUBSCRIBED') await unregisterTokens(profileId, asked.tokens ?? [], context);
    if (listId === undefined || (await isOvertaken(changes, outcomes, context))) return [];
    const times = changes.flatMap((one) => (one.channel === sharing.channel ? [] : one.at.getTime()));
    return [{ profileId, at, consentedAt: times.length > 0 ? new Date(Math.max(...times)) : at }];
  }
  // Who left the list by this request's first try must not be unsubscribed from everything by its second.
  const place = { listId, profileId };
  // Sharing is of no list.
  const ofList = changes.filter(({ channel }) => channel !== sharing.channel);
  const others = changes.filter((one) => !ofList.includes(one));
  const isOfList = ofList.length > 0 && (await leaveByOptOut(ofList, place, context));
  const left = isOfList ? others : changes;
  if (left.length > 0) await changeConsents(left, context);
  if (left.some(({ channel }) => channel === 'push')) await unregisterTokens(profileId, asked.tokens ?? [], context);
  return [];
};
