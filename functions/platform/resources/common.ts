import * as v from 'valibot';
import { ChangeConsumer } from './change-consumer.ts';

/** Environment variables of every function. Those of a resource are in its declaration. */
export const Common = v.object({
  /** For functions that handle a queue's messages or its exhausted ones: the queue. */
  SOURCE_QUEUE_URL: v.optional(v.string()),
  /**
   * The queue for messages that failed for good. For the functions that handle exhausted messages or changes, or read
   * the stream.
   */
  DEAD_LETTERS_URL: v.optional(v.string()),
  /** For the function that reads the table's stream. */
  CHANGE_CONSUMERS: v.optional(v.pipe(v.string(), v.parseJson(), v.array(ChangeConsumer))),
  LOG_LEVEL: v.optional(v.picklist(['debug', 'info', 'warn', 'error']), 'info'),
  /** How long events stay in the table. Absent: forever. */
  EVENT_RETENTION_DAYS: v.optional(v.pipe(v.string(), v.toNumber(), v.integer(), v.minValue(1))),
  /** How long versions of the catalog stay in the table. Absent: 400 days. */
  CATALOG_VERSION_DAYS: v.optional(v.pipe(v.string(), v.toNumber(), v.integer(), v.minValue(1))),
  /** How long after an erasure to search again, for data that was in flight. */
  ERASURE_SETTLE_MINUTES: v.optional(v.pipe(v.string(), v.toNumber(), v.integer(), v.minValue(1))),
  /** The origin of links in responses. Absent: taken from the request. */
  PUBLIC_URL: v.optional(v.pipe(v.string(), v.url())),
  /** Origins, separated by commas. */
  WEBSITE_ORIGINS: v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => text.split(',')),
    ),
  ),
  /** The secret by which requests through the distribution of websites are recognized. */
  EDGE_SECRET: v.optional(v.string()),
  /** The path of the file with the countries of IP addresses. */
  COUNTRY_DATABASE: v.optional(v.string()),
  PAGES: v.optional(v.literal('off')),
  /** `path` if buckets cannot be host names. */
  S3_ADDRESSING: v.optional(v.picklist(['host', 'path']), 'host'),
});

export type Common = v.InferOutput<typeof Common>;
