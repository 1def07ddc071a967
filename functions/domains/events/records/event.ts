import * as v from 'valibot';
import { type Properties, properties, withinBytes } from '../../../model/properties.ts';
import { Signals } from '../../../model/signals.ts';
import { parseTime, tooEarlyText } from '../../../model/time.ts';
import { number } from '../../../platform/json/number.ts';
import { Text } from '../../../platform/validation/text.ts';

/** Of the 400 KB that an item may have, the rest is for keys and names. */
const MAX_BYTES = 350 * 1024;
const MAX_NAME = 127;
const MAX_UNIQUE_ID = 1_000;
const MAX_VALUE = 1e15;
const VALUE_RANGE = 'A value is a finite number of at most 1,000,000,000,000,000, up or down.';

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

/** Compared as it is written, but for the form of its letters (NFC): `Placed Order` and `placed order` are two metrics. */
export const MetricName = v.pipe(
  Text,
  v.regex(/\S/, 'The name of the metric is empty.'),
  v.maxLength(
    MAX_NAME,
    ({ input }) => `The name of the metric has ${input.length} characters; less than ${MAX_NAME + 1} are taken.`,
  ),
  v.normalize('NFC'),
);

export const EventValue = v.pipe(
  number(),
  v.minValue(-MAX_VALUE, VALUE_RANGE),
  v.maxValue(MAX_VALUE, VALUE_RANGE),
  // DynamoDB's numbers end at 1e-130.
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

/** The name of what an event comes from, such as a shop's software. */
export const MetricService = v.pipe(
  Text,
  v.nonEmpty('The service is empty. Leave it out.'),
  v.maxLength(255, 'A service has at most 255 characters.'),
);

/** What makes an event the same as another one, besides whose it is and when. */
export interface Content {
  readonly properties: Properties;
  readonly value?: number | undefined;
  readonly valueCurrency?: string | undefined;
}

/** As stored. */
export const Event = v.object({
  account: v.string(),
  profileId: v.string(),
  metricId: v.string(),
  /** Sixteen characters that no other event of this account has. */
  hash: v.string(),
  time: v.string(),
  properties: v.custom<Properties>((given) => typeof given === 'object' && given !== null),
  value: v.optional(v.number()),
  valueCurrency: v.optional(v.string()),
  uniqueId: v.optional(v.string()),
  /** What delivered it, where that can deliver again. */
  origin: v.optional(v.string()),
  /** Stored for its own sake: nothing is to be set off by it. */
  backfill: v.optional(v.boolean()),
  /** What the person's browser and the page's consent platform said. No part of what the event says. */
  signals: v.optional(Signals),
  receivedAt: v.string(),
  expiresAt: v.optional(v.number()),
});
export type Event = v.InferOutput<typeof Event>;
