import * as v from 'valibot';
import { EventTime, MetricName, UniqueId } from '../../../domains/events/records/event.ts';
import type { Account } from '../../../model/account.ts';
import { parseForAccount } from '../../../model/checks.ts';
import { AnonymousId, ExternalId } from '../../../model/identity.ts';
import { acceptIntegers } from '../../../model/integer-id.ts';
import { type Properties, properties } from '../../../model/properties.ts';
import type { Problem } from '../../../platform/errors.ts';
import { Text } from '../../../platform/validation/text.ts';
import { correctTime } from './clock.ts';
import { writeJson } from './json.ts';
import { problemsBelow } from './problems.ts';

export const callTypes = ['track', 'identify', 'page', 'screen', 'group', 'alias'] as const;
export type CallType = (typeof callTypes)[number];

/** Whether a type of call is about a person only: it has no event. */
export const isIdentity = (type: unknown): boolean => type === 'identify' || type === 'alias';

/** Segment's limit for one call. */
export const MAX_CALL_BYTES = 32 * 1024;

/** Clients send null, and some an empty text, for what they do not know. */
const optional = <S extends v.GenericSchema>(schema: S) =>
  v.optional(
    v.pipe(
      v.unknown(),
      v.transform((value) => (value === '' || value === null ? undefined : value)),
      v.optional(schema),
    ),
  );

const name = optional(v.pipe(Text, v.maxLength(1_000, 'At most 1,000 characters.')));
const object = optional(properties());
const loose = optional(
  v.custom<Properties>((value) => typeof value === 'object' && !Array.isArray(value), 'Not an object.'),
);

const GroupId = v.pipe(Text, v.maxLength(255, 'A groupId has at most 255 characters.'));

const Call = v.object({
  type: v.picklist(callTypes, `The type of a call is ${callTypes.join(', ')}.`),
  messageId: optional(UniqueId),
  userId: optional(ExternalId),
  anonymousId: optional(acceptIntegers(AnonymousId)),
  event: optional(MetricName),
  name,
  category: name,
  groupId: optional(acceptIntegers(GroupId)),
  previousId: optional(acceptIntegers(AnonymousId)),
  properties: object,
  traits: object,
  context: loose,
  timestamp: optional(EventTime),
  originalTimestamp: optional(EventTime),
  sentAt: v.optional(v.fallback(optional(EventTime), undefined)),
});

/** A call of a client, checked, with its time by our clock. */
export interface Call extends Omit<v.InferOutput<typeof Call>, 'timestamp' | 'originalTimestamp' | 'sentAt'> {
  readonly index: number;
  readonly time: Date | undefined;
}

export interface ReadOptions {
  readonly settings: Account;
  readonly receivedAt: Date;
  /** The `sentAt` of the batch. */
  readonly sentAt: unknown;
}

export type CallProblems = readonly [Problem, ...Problem[]];

/** Checks a call. Pointers begin with its index. */
export const readCall = (
  raw: unknown,
  index: number,
  { settings, receivedAt, sentAt: batchSentAt }: ReadOptions,
): Call | { readonly problems: CallProblems } => {
  const json = writeJson(raw);
  const bytes = json === undefined ? undefined : Buffer.byteLength(json);
  if (bytes === undefined || bytes > MAX_CALL_BYTES)
    return {
      problems: [
        {
          detail: `The call has ${bytes === undefined ? 'too many levels' : `${bytes} bytes`}; at most ${MAX_CALL_BYTES} bytes are allowed.`,
          source: { pointer: `/${index}` },
        },
      ],
    };
  const withSentAt =
    typeof raw === 'object' && raw !== null && !('sentAt' in raw) ? { ...raw, sentAt: batchSentAt } : raw;
  const { value, issues } = parseForAccount(settings, Call, withSentAt);
  if (issues) return { problems: problemsBelow([index], issues) };
  const [problem, ...others] = missingMembers(value, index);
  if (problem) return { problems: [problem, ...others] };
  const { timestamp, originalTimestamp, sentAt, ...call } = value;
  // RudderStack's clients call it `originalTimestamp`, and what their server makes of it `timestamp`.
  return { ...call, index, time: correctTime({ original: originalTimestamp ?? timestamp, sentAt, receivedAt }) };
};

/** The members that a type of call needs. */
const missingMembers = (call: v.InferOutput<typeof Call>, index: number): Problem[] => [
  ...(call.type === 'track' && call.event === undefined
    ? [missing(index, '/event', 'A track call needs the name of the `event`.')]
    : []),
  ...(call.type === 'group' && call.groupId === undefined
    ? [missing(index, '/groupId', 'A group call needs a `groupId`.')]
    : []),
  ...(call.type === 'alias' && (call.previousId === undefined || call.userId === undefined)
    ? [missing(index, '/previousId', 'An alias call needs `userId` and `previousId`.')]
    : []),
  ...(call.type !== 'alias' && call.userId === undefined && call.anonymousId === undefined
    ? [missing(index, '', 'The call needs a `userId` or an `anonymousId`.')]
    : []),
];

const missing = (index: number, place: string, detail: string): Problem => ({
  detail,
  source: { pointer: `/${index}${place}` },
});
