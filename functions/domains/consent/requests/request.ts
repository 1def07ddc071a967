import * as v from 'valibot';
import { AnonymousId, Email, PhoneNumber } from '../../../model/identity.ts';
import { PushTokens } from '../../../model/push-token.ts';
import { SignalsBody } from '../../../model/signals.ts';
import { parseTime, tooEarlyText } from '../../../model/time.ts';
import { type Problem, pointer } from '../../../platform/errors.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { Text } from '../../../platform/validation/text.ts';
import { ListId } from '../../lists/list.ts';
import { type BulkEntry, entrySchema, validationProblems } from '../records/bulk-entry.ts';
import { type Address, allTopics, type Channel, type ConsentType } from '../records/consent.ts';
import { DateOfBirth } from './age-gate.ts';

/** When consent was given, if not now. */
const ConsentedAt = v.pipe(
  v.string(),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
    const time = parseTime(value);
    const problem = time ? tooEarlyText(time) : 'Not an ISO 8601 time, such as 2025-05-01T10:00:00Z.';
    if (time && problem === undefined) return time;
    addIssue({ message: problem ?? '' });
    return NEVER;
  }),
);

const topicSchema = <const To extends string>(to: To) =>
  v.object({ consent: v.literal(to, `The consent of this endpoint is ${to}.`), consented_at: v.nullish(ConsentedAt) });

/** The consent by channel. Channels that are not named stay as they are. */
const channelsSchema = <const To extends string>(to: To) => {
  const one = v.nullish(topicSchema(to));
  return v.object({
    email: v.nullish(v.object({ marketing: one, open_tracking: one, click_tracking: one })),
    sms: v.nullish(v.object({ marketing: one, transactional: one })),
    whatsapp: v.nullish(v.object({ marketing: one, transactional: one, conversational: one })),
    push: v.nullish(v.object({ marketing: one, anonymous_id: v.nullish(AnonymousId), tokens: PushTokens })),
    /** Beyond Klaviyo's format. */
    sharing: v.nullish(v.object({ advertising: one })),
  });
};

const NoDateOfBirth = v.nullish(
  v.custom<never>(() => false, 'A date of birth is only used for subscriptions. Leave it out.'),
);

const channelsOf = { SUBSCRIBED: channelsSchema('SUBSCRIBED'), UNSUBSCRIBED: channelsSchema('UNSUBSCRIBED') };
/** Clients of older revisions name no channels in an opt-out: it then concerns the channels of the addresses. */
const subscriptionsOf = { SUBSCRIBED: channelsOf.SUBSCRIBED, UNSUBSCRIBED: v.nullish(channelsOf.UNSUBSCRIBED) };
const dateOfBirthOf = { SUBSCRIBED: DateOfBirth, UNSUBSCRIBED: NoDateOfBirth };
/** For browsers, which prove no identity: they can't opt anybody in to sharing. */
export const SubscribedChannels = v.omit(channelsOf.SUBSCRIBED, ['sharing']);
type Channels = Partial<
  v.InferOutput<(typeof channelsOf)['SUBSCRIBED']> | v.InferOutput<(typeof channelsOf)['UNSUBSCRIBED']>
>;

const profileSchema = <S extends v.GenericSchema, Age extends v.GenericSchema>(subscriptions: S, age: Age) =>
  v.object({
    type: v.literal('profile'),
    id: v.nullish(v.pipe(Text, v.nonEmpty('The id is empty. Leave it out.'))),
    attributes: v.object({
      email: v.nullish(Email),
      phone_number: v.nullish(PhoneNumber),
      subscriptions,
      age_gated_date_of_birth: v.optional(age),
      signals: SignalsBody,
    }),
  });

const ListRelationship = v.object({
  list: v.nullish(v.object({ data: v.nullish(v.object({ type: v.literal('list'), id: ListId })) })),
});

export const CustomSource = v.nullish(v.pipe(Text, v.maxLength(1_000, 'Longer than 1,000 characters.')));

/** What the person was shown when they consented: a text or the name of its version. Beyond Klaviyo's format. */
export const shown = {
  wording: v.nullish(v.pipe(Text, v.maxLength(2_000, 'Longer than 2,000 characters: send its wording_version.'))),
  wording_version: v.nullish(v.pipe(Text, v.maxLength(255, 'Longer than 255 characters.'))),
};

/** The request body of a bulk job. Rules between members are checked even if others fail. */
export const bulkBody = <const Type extends string>(
  type: Type,
  { to, max }: { readonly to: 'SUBSCRIBED' | 'UNSUBSCRIBED'; readonly max: number },
) =>
  v.object({
    data: v.object({
      type: v.literal(type),
      attributes: v.object({
        custom_source: CustomSource,
        ...shown,
        signals: SignalsBody,
        historical_import: v.nullish(v.boolean()),
        profiles: v.object({
          data: boundedArray(entrySchema(profileSchema(subscriptionsOf[to], dateOfBirthOf[to]), unneededAddresses), {
            min: 1,
            tooFew: 'Name at least one profile.',
            max,
            tooMany: (count) => `${count} profiles; at most ${max} are allowed.`,
          }),
        }),
      }),
      relationships: v.nullish(ListRelationship),
    }),
  });

interface PathProblem {
  readonly message: string;
  readonly path: readonly (string | number)[];
}

const LooseTopic = v.object({ consented_at: v.optional(v.unknown()) });

const Subscribing = v.looseObject({ attributes: v.looseObject({ subscriptions: v.record(v.string(), v.unknown()) }) });

/** The addresses that no channel of an entry needs. If invalid, they are no reason to refuse the entry. */
export const unneededAddresses = (input: unknown): readonly string[] => {
  const parsed = v.safeParse(Subscribing, input);
  if (!parsed.success) return [];
  const needed = topicsIn(parsed.output.attributes.subscriptions).map(({ channel }) => addressKind(channel));
  return (['email', 'phone_number'] as const).filter((kind) => !needed.includes(kind));
};

/** All problems of an entry, with pointers. Rules between members are checked even if others fail. */
export const entryProblems = <T>(
  entry: BulkEntry<T>,
  base: string,
  rules: Parameters<typeof personProblems>[1],
): readonly Problem[] => [
  ...validationProblems(entry, base),
  ...personProblems(entry.input, rules).map(({ message, path }) => ({
    detail: message,
    source: { pointer: base + pointer(path) },
  })),
];

interface EntryRules {
  readonly isHistorical: boolean;
  readonly isForm?: boolean;
  readonly isOptOut?: boolean;
}

/** Problems between the members of one profile. A form, or an opt-out by address, may omit the channels. */
const personProblems = (
  input: unknown,
  { isHistorical, isForm = false, isOptOut = false }: EntryRules,
): PathProblem[] => {
  const parsed = v.safeParse(
    v.looseObject({ attributes: v.looseObject({ subscriptions: v.optional(v.unknown()) }) }),
    input,
  );
  if (!parsed.success) return [];
  const { id, attributes } = parsed.output;
  const subscriptions = v.safeParse(
    v.record(v.string(), v.unknown()),
    attributes.subscriptions ?? (isForm || isOptOut ? {} : undefined),
  );
  if (!subscriptions.success) return [];
  const topics = topicsIn(subscriptions.output);
  const base = ['attributes', 'subscriptions'];
  const isByAddress = isOptOut && !attributes.subscriptions && Boolean(attributes.email || attributes.phone_number);
  if (topics.length === 0 && !isForm && !isByAddress)
    return [{ message: 'Name at least one channel and type, such as email.marketing.', path: base }];
  const missingKinds = id
    ? []
    : [...new Set(topics.map(({ channel }) => addressKind(channel)))].filter((kind) => kind && !attributes[kind]);
  const push = v.safeParse(v.object({ anonymous_id: v.string() }), subscriptions.output.push);
  const tokens = v.safeParse(v.object({ tokens: v.array(v.unknown()) }), subscriptions.output.push);
  const hasUnusedTokens =
    tokens.success && tokens.output.tokens.length > 0 && !topics.some(({ channel }) => channel === 'push');
  const identifiesNobody = !id && !attributes.email && !attributes.phone_number && !push.success;
  return [
    ...missingKinds.map((kind) => ({
      message: `${kind} is missing: ${topics.find(({ channel }) => addressKind(channel) === kind)?.channel} can't be changed without it.`,
      path: ['attributes', kind ?? ''],
    })),
    ...(hasUnusedTokens
      ? [{ message: 'Push tokens require push.marketing. Send it too.', path: [...base, 'push'] }]
      : []),
    ...(identifiesNobody && missingKinds.length === 0
      ? [
          {
            message: 'The profile has no identifier. Send an email, a phone_number or an id.',
            path: ['attributes'],
          },
        ]
      : []),
    ...topics.flatMap(({ channel, type, at }) => {
      const path = [...base, channel, type, 'consented_at'];
      if (isHistorical && !at && type !== 'open_tracking' && type !== 'click_tracking')
        return [{ message: 'historical_import requires consented_at: when consent was given.', path }];
      if (!isHistorical && at)
        return [
          {
            message:
              'consented_at requires historical_import: true. Leave it out, or set the flag if the consent was given elsewhere before.',
            path,
          },
        ];
      return [];
    }),
  ];
};

const topicsIn = (subscriptions: Readonly<Record<string, unknown>>) =>
  allTopics.flatMap(({ channel, type }) => {
    const types = v.safeParse(v.record(v.string(), v.unknown()), subscriptions[channel]);
    const one = v.safeParse(LooseTopic, types.success ? types.output[type] : undefined);
    return one.success ? [{ channel, type, at: one.output.consented_at }] : [];
  });

/** The kind of address that a channel uses. Push uses tokens. */
export const addressKind = (channel: Channel): Address['kind'] | undefined => {
  switch (channel) {
    case 'email':
      return 'email';
    case 'sms':
    case 'whatsapp':
      return 'phone_number';
    case 'push':
    case 'sharing':
      return undefined;
  }
};

export interface RequestedTopic {
  readonly channel: Channel;
  readonly type: ConsentType;
  readonly consentedAt?: Date;
}

/** The topics that a request names. */
export const requestedTopics = (channels: Channels): RequestedTopic[] => {
  const { email, sms, whatsapp, push, sharing } = channels;
  const topics = [
    ['email', 'marketing', email?.marketing],
    ['email', 'open_tracking', email?.open_tracking],
    ['email', 'click_tracking', email?.click_tracking],
    ['sms', 'marketing', sms?.marketing],
    ['sms', 'transactional', sms?.transactional],
    ['whatsapp', 'marketing', whatsapp?.marketing],
    ['whatsapp', 'transactional', whatsapp?.transactional],
    ['whatsapp', 'conversational', whatsapp?.conversational],
    ['push', 'marketing', push?.marketing],
    ['sharing', 'advertising', sharing?.advertising],
  ] as const;
  return topics.flatMap(([channel, type, one]) =>
    one ? [{ channel, type, ...(one.consented_at && { consentedAt: one.consented_at }) }] : [],
  );
};
