import { MAX_REPORTED } from '../bounded-array.ts';
import type { Context } from '../context.ts';
import { erasedAmong, wasErased } from '../erased/actions.ts';
import { ApiError, type Problem } from '../errors.ts';
import { addMembers, ensureList, isMember, leaveList } from '../lists/actions.ts';
import { askForConfirmation, isDoubleOptIn } from '../optin/actions.ts';
import { refusedAmong } from '../optin/domains.ts';
import { details } from '../optin/refusal.ts';
import { inParallel } from '../parallel.ts';
import type { IdentifierKind } from '../profiles/identity.ts';
import { changeConsents, type Reach } from './actions.ts';
import { type Evidence, sharing } from './consent.ts';
import { withSignals } from './evidence.ts';
import { hasOptedOut, optOutOfList } from './list-opt-out.ts';
import { type Identified, identify, type Part, type Refused, refusalOf } from './owners.ts';
import { addressKind, type Named } from './request.ts';
import type { Signals } from './signals.ts';

/** One profile of a bulk request. */
export interface Asked {
  readonly id?: string;
  readonly email?: string;
  readonly phone_number?: string;
  readonly anonymous_id?: string;
  readonly topics: readonly Named[];
  /** In place of those of the whole request. */
  readonly signals?: Signals;
  /** In the request. */
  readonly place: number;
  readonly pointer: string;
}

export interface Bulk {
  readonly people: readonly Asked[];
  /** Entries that could not be read. */
  readonly refused: readonly Refused[];
  readonly to: 'SUBSCRIBED' | 'UNSUBSCRIBED';
  readonly at: Date;
  readonly evidence: Evidence;
  readonly listId?: string;
}

/** Under way at once: a thousand profiles have to be stored well within the 29 seconds of a request. */
const PARALLEL = 32;

/** What is told as such where all that is wrong is of that kind. */
const OWN_CODES: ReadonlySet<ApiError['code']> = new Set<ApiError['code']>([
  'duplicate_profile',
  'erased',
  'throttled',
]);

/**
 * Changes the consent of everybody whose entry can be applied. The others are told of when that is done.
 *
 * @returns by the place of an entry, identifiers that were left where they are
 * @throws ApiError with what is wrong by entry; to send the whole request again changes nothing twice
 */
export const changeAll = async (
  { people: all, refused: unread, ...told }: Bulk,
  context: Context,
): Promise<LeftOut> => {
  const now = context.now();
  const isOptIn = told.to === 'SUBSCRIBED';
  const early = [...all.flatMap((asked) => futures(asked, now)), ...(isOptIn ? await unwelcome(all, context) : [])];
  const people = all.filter(({ pointer }) => !early.some(({ at }) => at === pointer));

  const isDouble = isOptIn && (await isDoubleOptIn(told.listId, context));
  const held = isDouble ? toBeConfirmed : () => [];
  // Of whom nothing is known but an address that is to be confirmed, no profile is made before.
  const strangers = people.filter((asked) => !asked.id && held(asked).length === asked.topics.length);
  const identified = people.filter((asked) => !strangers.includes(asked));
  const erased = await erasedAmongStrangers(strangers, context);
  const found = await inParallel(identified, PARALLEL, async (asked) => {
    const topics = asked.topics.filter((topic) => !held(asked).includes(topic));
    return identify({ ...asked, topics }, told.to, context);
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
      await ask({ email, topics: held(asked), signals: asked.signals }, told, context);
      return [];
    } catch (error) {
      return [refusalOf(error, asked.pointer)];
    }
  });

  const changes = known.flatMap(({ parts, ...one }) => parts.map((part) => ({ ...one, part })));
  const joins = changes.map(({ part: { profileId } }) => ({ profileId, at: told.at }));
  const joined = isOptIn && joins.length > 0 ? told.listId : undefined;
  if (joined !== undefined) await ensureList(joined, context);
  await inParallel(changes, PARALLEL, (one) => change(one, told, context));
  if (joined !== undefined) await addMembers(joined, joins, context);

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
const unwelcome = async (people: readonly Asked[], context: Context): Promise<Early[]> => {
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
const toBeConfirmed = ({ topics }: Asked): readonly Named[] =>
  topics.some(({ consentedAt }) => consentedAt) ? [] : topics.filter(({ channel }) => channel === 'email');

const ask = async (
  {
    email,
    topics,
    signals,
  }: Pick<Asked, 'topics'> & { readonly email: string | undefined; readonly signals: Signals | undefined },
  { listId, evidence: common }: Pick<Bulk, 'listId' | 'evidence'>,
  context: Context,
): Promise<void> => {
  if (email === undefined || topics.length === 0) return;
  const language = context.accountSettings.pageLanguage ?? 'en';
  const evidence = { ...common, ...withSignals(signals) };
  await askForConfirmation({ email, topics, evidence, language, ...(listId !== undefined && { listId }) }, context);
};

const futures = ({ topics, pointer }: Asked, now: Date): Early[] => {
  const problems = topics.flatMap(({ channel, type, consentedAt }): Problem[] =>
    consentedAt && consentedAt > now
      ? [
          {
            detail: `${consentedAt.toISOString()} is not in the past: now is ${now.toISOString()}.`,
            source: { pointer: `${pointer}/attributes/subscriptions/${channel}/${type}/consented_at` },
          },
        ]
      : [],
  );
  return problems.length > 0 ? [{ at: pointer, code: 'invalid', problems }] : [];
};

/** Nobody looks for a profile of those who are only asked to confirm: a server's word doesn't bring back who was erased. */
const erasedAmongStrangers = async (
  strangers: readonly Asked[],
  context: Context,
): Promise<ReadonlyMap<Asked, Refused>> => {
  const named = strangers.flatMap((asked) =>
    asked.email === undefined ? [] : [{ kind: 'email' as const, value: asked.email, asked }],
  );
  const erased = await erasedAmong(named, context);
  return new Map(erased.map(({ asked, ...identifier }) => [asked, refusalOf(wasErased([identifier]), asked.pointer)]));
};

const change = async (
  { asked, addresses, part: { profileId, topics } }: Omit<Identified, 'parts'> & { readonly part: Part },
  { to, at, evidence, listId }: Omit<Bulk, 'people' | 'refused'>,
  context: Reach,
): Promise<void> => {
  const list = listId === undefined ? {} : { listId };
  const said = { ...evidence, ...withSignals(asked.signals) };
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
    await changeConsents(changes, context);
    return;
  }
  // Who left the list by this request's first try must not be unsubscribed from everything by its second.
  const place = { listId, profileId };
  // Sharing is of no list.
  const ofList = changes.filter(({ channel }) => channel !== sharing.channel);
  const others = changes.filter((one) => !ofList.includes(one));
  if (ofList.length > 0 && ((await isMember(place, context)) || (await hasOptedOut(place, context)))) {
    await optOutOfList(ofList, place, context);
    await leaveList(place, context);
    if (others.length > 0) await changeConsents(others, context);
  } else await changeConsents(changes, context);
};
