import * as v from 'valibot';
import { ChangeConsumer } from './change-consumer.ts';

/** Variables of every function, whatever it uses. Those of resources stand in their declarations. */
export const Common = v.object({
  /** Of the function that fails the jobs of messages which were tried too often: the queue that they come from. */
  SOURCE_QUEUE_URL: v.optional(v.string()),
  /** And where it keeps these messages; likewise of a function that works on changes, or reads them. */
  DEAD_LETTERS_URL: v.optional(v.string()),
  /** Of the function that reads the table's stream. */
  CHANGE_CONSUMERS: v.optional(v.pipe(v.string(), v.parseJson(), v.array(ChangeConsumer))),
  LOG_LEVEL: v.optional(v.picklist(['debug', 'info', 'warn', 'error']), 'info'),
  /** How long an event stays in the table; absent keeps it for ever. */
  EVENT_RETENTION_DAYS: v.optional(v.pipe(v.string(), v.toNumber(), v.integer(), v.minValue(1))),
  /** How long after an erasure it is looked for what was under way. */
  ERASURE_SETTLE_MINUTES: v.optional(v.pipe(v.string(), v.toNumber(), v.integer(), v.minValue(1))),
  /** The origin that links in answers begin with; absent takes it from the request. */
  PUBLIC_URL: v.optional(v.pipe(v.string(), v.url())),
  PAGES: v.optional(v.literal('off')),
  /** `path` where buckets are not host names. */
  S3_ADDRESSING: v.optional(v.picklist(['host', 'path']), 'host'),
});

export type Common = v.InferOutput<typeof Common>;
