import * as v from 'valibot';
import { type Properties, properties, withinBytes } from '../../../model/properties.ts';
import { Signals } from '../../../model/signals.ts';
import { parseTime, tooEarlyText } from '../../../model/time.ts';
import { number } from '../../../platform/json/number.ts';
import { Text } from '../../../platform/validation/text.ts';

/** DynamoDB's limit is 400 KB per item. The rest is for keys and names. */
const MAX_BYTES = 350 * 1024;
const MAX_NAME = 127;
const MAX_UNIQUE_ID = 1_000;
const MAX_VALUE = 1e15;
const VALUE_RANGE = 'A value is a number between -1,000,000,000,000,000 and 1,000,000,000,000,000.';

/** The upper limit depends on the clock: see `timeProblem`. */
export const EventTime = v.pipe(
  v.union(
    [v.string(), number({ allowsRounding: true })],
    'A time is ISO 8601, such as 2026-07-15T10:00:00+02:00, or seconds since 1970.',
  ),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
    const time = parseTime(value);
    const problem = time ? tooEarlyText(time) : 'Not a time in ISO 8601, such as 2026-07-15T10:00:00+02:00.';
    if (time && problem === undefined) return time;
    addIssue({ message: problem ?? '' });
    return NEVER;
  }),
);

/** Case-sensitive, normalized to NFC: `Placed Order` and `placed order` are two metrics. */
export const MetricName = v.pipe(
  Text,
  v.regex(/\S/, 'The name of the metric is empty.'),
  v.maxLength(
    MAX_NAME,
    ({ input }) => `The name of the metric has ${input.length} characters. The maximum is ${MAX_NAME}.`,
  ),
  v.normalize('NFC'),
);

export const EventValue = v.pipe(
  number(),
  v.minValue(-MAX_VALUE, VALUE_RANGE),
  v.maxValue(MAX_VALUE, VALUE_RANGE),
  // DynamoDB's smallest number is 1e-130.
  v.transform((value) => (Math.abs(value) < 1e-100 ? 0 : value)),
);

export const UniqueId = v.pipe(
  Text,
  v.regex(/\S/, 'The unique_id is empty. Leave it out.'),
  v.maxLength(MAX_UNIQUE_ID, `A unique_id has at most ${MAX_UNIQUE_ID} characters.`),
);

export const EventProperties = v.pipe(
  properties(),
  withinBytes(MAX_BYTES, `The properties of an event have at most ${MAX_BYTES} bytes as JSON.`),
);

export const ValueCurrency = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z]{3}$/, 'Not an ISO 4217 code, such as EUR.'),
  v.toUpperCase(),
);

/** The system that an event comes from, such as a shop's software. */
export const MetricService = v.pipe(
  Text,
  v.nonEmpty('The service is empty. Leave it out.'),
  v.maxLength(255, 'A service has at most 255 characters.'),
);

/** The content of an event. With person and time, it identifies the event. */
export interface Content {
  readonly properties: Properties;
  readonly value?: number | undefined;
  readonly valueCurrency?: string | undefined;
}

/** A stored event. */
export const Event = v.object({
  account: v.string(),
  profileId: v.string(),
  metricId: v.string(),
  /** 16 characters, unique within the account. */
  hash: v.string(),
  time: v.string(),
  properties: v.custom<Properties>((given) => typeof given === 'object' && given !== null),
  value: v.optional(v.number()),
  valueCurrency: v.optional(v.string()),
  uniqueId: v.optional(v.string()),
  /** The import row that it came from, since a row can be imported again. */
  origin: v.optional(v.string()),
  /** A historical event, which must not trigger anything. */
  backfill: v.optional(v.boolean()),
  /** The consent signals of the browser and the page's consent platform. Not part of the event's content. */
  signals: v.optional(Signals),
  receivedAt: v.string(),
  /** Random: a repeated write recognizes its own item by it. Rows of imports have their `origin` instead. */
  nonce: v.optional(v.string()),
  /** It is stored instead of an event of a public call. */
  replaces: v.optional(v.boolean()),
  /** How it was received, such as `api:<key id>`. Rows of imports have an `origin` instead. */
  source: v.optional(v.string()),
  expiresAt: v.optional(v.number()),
});
export type Event = v.InferOutput<typeof Event>;
