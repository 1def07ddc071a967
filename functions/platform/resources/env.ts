import * as v from 'valibot';

export const changeKinds = ['inserted', 'updated', 'removed'] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** Who is sent changes, and which: what CDK makes of a domain's `change` trigger for the reader of the stream. */
const ChangeConsumer = v.object({
  /** `archive-changes`: the domain and its queue. */
  name: v.string(),
  url: v.string(),
  kinds: v.array(v.picklist(changeKinds)),
  sortKeyPrefixes: v.optional(v.array(v.string())),
  types: v.optional(v.array(v.string())),
  images: v.picklist(['before', 'after', 'both', 'none']),
  isOrdered: v.boolean(),
});
export type ChangeConsumer = v.InferOutput<typeof ChangeConsumer>;
export type Images = ChangeConsumer['images'];

/** Every variable a function may read. `lib/` sets them, `functions/` reads them, both through this type. */
const Env = v.object({
  TABLE_NAME: v.string(),
  /** Where the domain `uses` the imports bucket. */
  IMPORTS_BUCKET: v.optional(v.string()),
  /** Where the domain `uses` the archive. */
  ARCHIVE_BUCKET: v.optional(v.string()),
  /** Where the domain has triggers that need a queue. */
  QUEUE_URL: v.optional(v.string()),
  /** Of the domain's further queues, by their names, as JSON. */
  QUEUE_URLS: v.optional(v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string()))),
  /** Of the function that fails the jobs of messages which were tried too often: the queue that they come from. */
  SOURCE_QUEUE_URL: v.optional(v.string()),
  /** And where it keeps these messages; likewise of a function that works on changes, or reads them. */
  DEAD_LETTERS_URL: v.optional(v.string()),
  /** Of the function that reads the table's stream. */
  CHANGE_CONSUMERS: v.optional(v.pipe(v.string(), v.parseJson(), v.array(ChangeConsumer))),
  /** Where the domain `uses` schedules: what they are kept in, who sends for them, to where, and what can't be sent. */
  SCHEDULE_GROUP: v.optional(v.string()),
  SCHEDULE_ROLE_ARN: v.optional(v.string()),
  SCHEDULE_QUEUE_ARN: v.optional(v.string()),
  SCHEDULE_DEAD_LETTER_ARN: v.optional(v.string()),
  LOG_LEVEL: v.optional(v.picklist(['debug', 'info', 'warn', 'error']), 'info'),
  /** How long an event stays in the table; absent keeps it for ever. */
  EVENT_RETENTION_DAYS: v.optional(v.pipe(v.string(), v.toNumber(), v.integer(), v.minValue(1))),
  /** How long after an erasure it is looked for what was under way. */
  ERASURE_SETTLE_MINUTES: v.optional(v.pipe(v.string(), v.toNumber(), v.integer(), v.minValue(1))),
  /** The origin that links in answers begin with; absent takes it from the request. */
  PUBLIC_URL: v.optional(v.pipe(v.string(), v.url())),
  /** Where the domain `uses` mail, or the sender, and the deployment has one. */
  MAIL_FROM: v.optional(v.string()),
  /** Where it `uses` mail. */
  MAIL_CONFIGURATION_SET: v.optional(v.string()),
  PAGES: v.optional(v.literal('off')),
  /** `path` where buckets are not host names. */
  S3_ADDRESSING: v.optional(v.picklist(['host', 'path']), 'host'),
});

export type Env = v.InferOutput<typeof Env>;
/** What CDK writes into a function's environment. */
export type EnvInput = v.InferInput<typeof Env>;

export const readEnv = (source: NodeJS.ProcessEnv): Env => v.parse(Env, source);
