import type { Context } from '../context.ts';
import { erasedAmong, wasErased } from '../erased/actions.ts';
import { ApiError, type Problem } from '../errors.ts';
import { askForConfirmation, isDoubleOptIn } from '../optin/actions.ts';
import { refusedAmong } from '../optin/domains.ts';
import { details } from '../optin/refusal.ts';
import { inParallel } from '../parallel.ts';
import { profileIdFor } from '../profiles/actions.ts';
import { registerTokens } from '../profiles/push-tokens/actions.ts';
import type { PushTokenAttributes } from '../profiles/push-tokens/token.ts';
import { findProfile } from '../profiles/resolve.ts';
import { changeConsents, type Reach } from './actions.ts';
import { checkList, futures, tooYoung } from './bulk-checks.ts';
import { type Address, type Evidence, sharing } from './consent.ts';
import { isOvertaken, joinUnlessLeft } from './list-join.ts';
import { leaveByOptOut } from './list-opt-out.ts';
import { addressKind, type Named } from './request.ts';

/** One profile of a bulk request. */
export interface Asked {
  readonly id?: string;
  readonly email?: string;
  readonly phone_number?: string;
  readonly anonymous_id?: string;
  readonly topics: readonly Named[];
  /** Where push messages are to be sent. */
  readonly tokens?: readonly PushTokenAttributes[];
  /** Beside that of the whole request, or in its place. */
  readonly own?: Pick<Evidence, 'signals' | 'dateOfBirth'>;
  readonly pointer: string;
}

export interface Bulk {
  readonly people: readonly Asked[];
  readonly to: 'SUBSCRIBED' | 'UNSUBSCRIBED';
  readonly at: Date;
  readonly evidence: Evidence;
  readonly listId?: string;
}

/** Under way at once: a thousand profiles have to be stored well within the 29 seconds of a request. */
const PARALLEL = 32;

/** What is told as such where all that is wrong is of that kind. */
const OWN_CODES: ReadonlySet<ApiError['code']> = new Set<ApiError['code']>(['duplicate_profile', 'erased']);

/** Everybody is found before anything is changed, so that a request that is refused changes no consent. */
export const changeAll = async ({ people, ...told }: Bulk, context: Context): Promise<void> => {
  const now = context.now();
  const early = [
    ...people.flatMap((asked) => futures(asked, now)),
    ...(told.to === 'SUBSCRIBED' ? tooYoung(people, context) : []),
    ...(told.to === 'SUBSCRIBED' ? await unwelcome(people, context) : []),
  ];
  if (early.length > 0) throw new ApiError('invalid', early);
  await checkList(told, context);

  const isDouble = told.to === 'SUBSCRIBED' && (await isDoubleOptIn(told.listId, context));
  const held = isDouble ? toBeConfirmed : () => [];
  // Of whom nothing is known but an address that is to be confirmed, no profile is made before.
  const strangers = new Set(people.filter((asked) => !asked.id && held(asked).length === asked.topics.length));

  const identified = people.filter((asked) => !strangers.has(asked));
  const all = [
    ...(await inParallel(identified, PARALLEL, (asked) => identify(asked, context))),
    ...(await erasedAmongStrangers([...strangers], context)),
  ];
  // Who was erased is not written to: there is nobody to unsubscribe.
  const found = all.filter((one) => told.to === 'SUBSCRIBED' || !('code' in one) || one.code !== 'erased');
  const refused = found.flatMap((one) => ('problems' in one ? [one] : []));
  const [first] = refused;
  if (first) {
    const isOfOneKind = refused.every(({ code }) => code === first.code);
    const code = isOfOneKind && OWN_CODES.has(first.code) ? first.code : 'invalid';
    throw new ApiError(
      code,
      refused.flatMap(({ problems }) => problems),
    );
  }
  const known = found.flatMap((one) => ('profileId' in one ? [one] : []));
  const asking = [...[...strangers].map((asked) => ({ asked, email: asked.email })), ...known];
  await inParallel(asking, PARALLEL, ({ asked, email }) =>
    ask({ email, topics: held(asked), own: asked.own }, told, context),
  );

  const settled = known.flatMap((one) => {
    const topics = one.asked.topics.filter((topic) => !held(one.asked).includes(topic));
    return topics.length > 0 ? [{ ...one, asked: { ...one.asked, topics } }] : [];
  });
  const joins = await inParallel(settled, PARALLEL, (one) => change(one, told, context));
  const { listId } = told;
  if (told.to === 'SUBSCRIBED' && listId !== undefined) await joinUnlessLeft(listId, joins.flat(), context);
};

/** Addresses that the account doesn't take. History is taken as it was. */
const unwelcome = async (people: readonly Asked[], context: Context): Promise<Problem[]> => {
  const asking = people.filter(({ topics }) =>
    topics.some(({ channel, consentedAt }) => channel === 'email' && !consentedAt),
  );
  const refused = await refusedAmong(
    asking.flatMap(({ email }) => email ?? []),
    context,
  );
  return asking.flatMap(({ email, pointer }) => {
    const why = email === undefined ? undefined : refused.get(email);
    return why
      ? [{ detail: details[why], source: { pointer: `${pointer}/attributes/email` }, meta: { reason: why } }]
      : [];
  });
};

/** E-mail alone: the mail with the link proves whose address it is, and nothing of a number. History was confirmed elsewhere. */
const toBeConfirmed = ({ topics }: Asked): readonly Named[] =>
  topics.some(({ consentedAt }) => consentedAt) ? [] : topics.filter(({ channel }) => channel === 'email');

const ask = async (
  { email, topics, own }: Pick<Asked, 'topics'> & { readonly email: string | undefined; readonly own: Asked['own'] },
  { listId, evidence: common }: Pick<Bulk, 'listId' | 'evidence'>,
  context: Context,
): Promise<void> => {
  if (email === undefined || topics.length === 0) return;
  const language = context.accountSettings.pageLanguage ?? 'en';
  const evidence = { ...common, ...own };
  await askForConfirmation({ email, topics, evidence, language, ...(listId !== undefined && { listId }) }, context);
};

interface Identified {
  readonly profileId: string;
  readonly asked: Asked;
  readonly email?: string;
  readonly phone_number?: string;
}

type Refused = { readonly code: ApiError['code']; readonly problems: readonly Problem[] };

const identify = async (asked: Asked, context: Reach): Promise<Identified | Refused> => {
  const { id, email, phone_number, anonymous_id, pointer } = asked;
  const given = { ...(email && { email }), ...(phone_number && { phone_number }) };
  try {
    const input = {
      ...(id && { id }),
      identifiers: { ...given, ...(anonymous_id && { anonymous_id }) },
      fields: {},
    };
    const profileId = await profileIdFor(input, { onConflict: 'refuse', caller: 'trusted' }, context);
    const has = id === undefined ? given : await findProfile(profileId, context);
    const lacking = missing(asked, has);
    return lacking.length > 0
      ? { code: 'invalid', problems: lacking }
      : {
          profileId,
          asked,
          ...(has.email && { email: has.email }),
          ...(has.phone_number && { phone_number: has.phone_number }),
        };
  } catch (error) {
    if (!(error instanceof ApiError) || error.code === 'unavailable') throw error;
    const source = { pointer: error.code === 'not_found' ? `${pointer}/id` : `${pointer}/attributes` };
    return { code: error.code, problems: error.problems.map((problem) => ({ ...problem, source })) };
  }
};

/** Nobody looks for a profile of those who are only asked to confirm: a server's word doesn't bring back who was erased. */
const erasedAmongStrangers = async (strangers: readonly Asked[], context: Context): Promise<Refused[]> => {
  const named = strangers.flatMap(({ email, pointer }) =>
    email === undefined ? [] : [{ kind: 'email' as const, value: email, pointer }],
  );
  const erased = await erasedAmong(named, context);
  return erased.map(({ pointer, ...identifier }) => ({
    code: 'erased',
    problems: wasErased([identifier]).problems.map(({ detail }) => ({
      detail,
      source: { pointer: `${pointer}/attributes` },
    })),
  }));
};

type Addresses = { readonly [kind in Address['kind']]?: string | undefined };

const missing = ({ topics, pointer }: Asked, has: Addresses): Problem[] => {
  const kinds = new Set(topics.flatMap(({ channel }) => addressKind(channel) ?? []));
  return [...kinds]
    .filter((kind) => !has[kind])
    .map((kind) => ({
      detail: `The profile has no ${kind}, and the request gives none.`,
      source: { pointer: `${pointer}/attributes/${kind}` },
    }));
};

/** Answers the joins that follow, of the list that the request names. */
const change = async (
  { profileId, asked, ...addresses }: Identified,
  { to, at, evidence, listId }: Omit<Bulk, 'people'>,
  context: Reach,
): Promise<readonly { readonly profileId: string; readonly at: Date; readonly consentedAt: Date }[]> => {
  const list = listId === undefined ? {} : { listId };
  const said = { ...evidence, ...asked.own };
  const changes = asked.topics.map(({ channel, type, consentedAt }) => {
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
    await registerTokens(profileId, asked.tokens ?? [], 'trusted', context);
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
  return [];
};
