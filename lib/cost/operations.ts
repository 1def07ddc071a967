/**
 * Units that DynamoDB charges for one operation: measured in test/cost/, or from the price list where DynamoDB Local
 * does not report them.
 */
export interface Units {
  readonly writes: number;
  readonly reads: number;
}

/** For an existing profile. Each event has less than 1 KB, and an entry in the index of its metric. */
export const operations = {
  event: { writes: 2, reads: 1, requests: 2 },
  /** With the guard that fixes its time. */
  eventWithUniqueId: { writes: 3, reads: 1, requests: 3 },
  /** With the item of its job. */
  bulkOf50: { writes: 101, reads: 1, requests: 4 },
  profileWith1Identifier: { writes: 10, reads: 1, requests: 2 },
  /** Each identifier is looked up first. */
  profileWith2Identifiers: { writes: 12, reads: 2, requests: 2 },
  profileWith3Identifiers: { writes: 14, reads: 3, requests: 2 },
  profileUpdate: { writes: 1, reads: 2, requests: 3 },
  unchangedUpsert: { writes: 0, reads: 3, requests: 3 },
  eventRead: { writes: 0, reads: 2, requests: 2 },
  profileRead: { writes: 0, reads: 2, requests: 2 },
  profileReadByEmail: { writes: 0, reads: 3, requests: 3 },
  /** A hundred events of about 390 bytes, by timeline and by metric, and their one profile. */
  timelinePage: { writes: 0, reads: 12, requests: 3 },
  metricPage: { writes: 0, reads: 105, requests: 10 },
} as const satisfies Record<string, Units & { /** Requests to DynamoDB. */ readonly requests: number }>;

/**
 * The item of the job of a bulk call: bytes without its events, and for each event of another person. Measured in
 * test/cost/receipts.test.ts.
 */
export const eventJob = { bytes: 300, bytesPerEvent: 31 } as const;

/**
 * A part of the counts: bytes without its changes, and for each change. One is written for each batch of the stream,
 * which has the events of one account. Measured in test/cost/receipts.test.ts.
 */
export const countPart = { bytes: 240, bytesPerChange: 7 } as const;

/**
 * A part of the totals of metrics: bytes without its contributions, and for each event with a value. A batch of the
 * stream has one for events that came, and one for those that expired. Measured in test/cost/totals.test.ts.
 */
export const totalsPart = { bytes: 300, bytesPerContribution: 17 } as const;

/**
 * Items of totals, for so many metrics: one for each hour, and one of two units for each day, of events that came and of
 * those that expired.
 */
export const totalsItems = { metrics: 10, hour: 1, day: 2 } as const;

/** CSV rows, without the fixed cost of a file (about twenty writes). Profiles have an e-mail address and a name. */
export const rows = {
  created: { writes: 10, reads: 1 },
  updated: { writes: 1, reads: 2 },
  unchanged: { writes: 0, reads: 2 },
  event: { writes: 2, reads: 1 },
  /**
   * In addition, for a known person who joins the list of the mapping. Reads the opt-outs of the list before and after,
   * the membership, and the profile again, as it may have been merged in the meantime. A new person has half the reads.
   */
  joining: { writes: 4, reads: 4 },
  /** In addition, for a person who is on the list already. */
  member: { writes: 0, reads: 2 },
} as const satisfies Record<string, Units>;

/**
 * Write units of consent changes, from the price list: two for each item of a transaction. test/cost/consent.test.ts
 * counts the items.
 */
export const consentWrites = {
  /** One topic: the state, its entry, and the person's chain head, which is indexed once. */
  first: 7,
  change: 6,
  /** With the suppression of the address, its entry and chain head; the first and last are indexed. */
  firstOptOut: 14,
} as const;

/**
 * Items that such a change reads through the API, whether they exist or not: the owner of the address, the profile, the
 * state, the suppressions, the chain head.
 */
export const consentReads = 7;

/**
 * The delivery of an event by a webhook: alone in its run, and each further one of the same run, of another person.
 * Measured in test/cost/store-deliveries.test.ts, with ids that always spread over the shards in the same way. DynamoDB
 * bills a unit for each shard without deliveries.
 */
export const deliveries = {
  alone: { writes: 6, reads: 11, requests: 23, emptyReads: 7 },
  further: { writes: 4.35, reads: 3.875, requests: 8.45 },
} as const;

/** Estimates of a delivery. A run sends to 20 people at a time. */
export const delivering = { lambdaGb: 0.75, parallel: 20, ms: 200, sentBytes: 1_500 } as const;

/** Estimates of the resources of a request and the storage of an event, measured where the comment says so. */
export const estimates = {
  lambdaGb: 0.5,
  /** Lambda gives a whole core at this memory, and less in proportion. */
  lambdaCoreGb: 1.769 / 1.024,
  /** The wait for DynamoDB and other I/O. The calls of a request go out together, whatever its content. */
  waitMs: 16,
  /** API Gateway's access log line, with the 26 bytes that CloudWatch adds. Functions log nothing on success. */
  logBytesPerRequest: 160,
  /** Bytes of a response with its headers: to event requests, and to all others. */
  answerBytes: { event: 500, other: 2_000 },
  /** With DynamoDB's overhead of 100 bytes, and the entry in the index. */
  tableBytesPerEvent: 1_400,
  importGb: 1.769 / 1.024,
  /** Rows wait for DynamoDB in groups. */
  rowMs: 1,
} as const;

/** Figures of the archive. */
export const archiving = {
  /** Measured on synthetic orders of 700 bytes: 80, in batches of ten 123. */
  bytesPerEvent: 150,
  /** The number that fits into the 6 MB of a Lambda invocation. */
  eventsPerBatch: 4_000,
  windowSeconds: 300,
  /** The stream reader, which forwards a batch, and the archive function, which writes it. */
  reader: {
    lambdaGb: 0.5,
    batchMs: 40,
    /** Measured: 0.025 of a whole core; the function has 0.3. */
    eventMs: 0.09,
  },
  writer: {
    lambdaGb: 0.75,
    batchMs: 100,
    /** Measured: 0.045 of a whole core; the function has 0.4. */
    eventMs: 0.11,
  },
  /** Measured on synthetic orders of 700 bytes, compressed and in base64: the share of an event in a message. */
  messageBytesPerEvent: 234,
  /** An on-demand table starts with four partitions of about 10 GB each; the stream has a shard for each. */
  partitions: 4,
  partitionGb: 10,
  /** Objects of at least this size move to Standard-IA after this many days. */
  moved: { fromBytes: 128 * 1024, afterDays: 90 },
} as const;
