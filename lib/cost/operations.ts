/**
 * Units that DynamoDB charges for one operation: measured in test/cost/, by the price list where DynamoDB Local does
 * not tell.
 */
export interface Units {
  readonly writes: number;
  readonly reads: number;
}

/** Of a known person; each event has less than 1 KB, and an entry in the index of its metric. */
export const operations = {
  event: { writes: 2, reads: 1, requests: 2 },
  /** With the guard that settles its time. */
  eventWithUniqueId: { writes: 3, reads: 1, requests: 3 },
  bulkOf50: { writes: 100, reads: 1, requests: 3 },
  profileWith1Identifier: { writes: 10, reads: 1, requests: 2 },
  /** Each identifier is looked up first. */
  profileWith2Identifiers: { writes: 12, reads: 2, requests: 2 },
  profileWith3Identifiers: { writes: 14, reads: 3, requests: 2 },
  profileUpdate: { writes: 1, reads: 2, requests: 3 },
  unchangedUpsert: { writes: 0, reads: 3, requests: 3 },
  eventRead: { writes: 0, reads: 2, requests: 2 },
  profileRead: { writes: 0, reads: 2, requests: 2 },
  profileReadByEmail: { writes: 0, reads: 3, requests: 3 },
  /** A hundred events of some 350 bytes, along the timeline and by a metric, and the one profile that they are of. */
  timelinePage: { writes: 0, reads: 11, requests: 3 },
  metricPage: { writes: 0, reads: 105, requests: 10 },
} as const satisfies Record<string, Units & { /** To DynamoDB. */ readonly requests: number }>;

/**
 * Rows of CSV files, beside what a file costs by itself (some twenty writes). Profiles have an e-mail address and a
 * name.
 */
export const rows = {
  created: { writes: 10, reads: 1 },
  updated: { writes: 1, reads: 2 },
  unchanged: { writes: 0, reads: 2 },
  event: { writes: 2, reads: 1 },
  /**
   * Besides that, of who is put on the list that the mapping names. Opt-outs of the list are read before and after, and
   * the profile again: it may have been merged meanwhile.
   */
  joining: { writes: 4, reads: 5 },
  /** Besides that, of who is on the list already. */
  member: { writes: 0, reads: 3 },
} as const satisfies Record<string, Units>;

/**
 * Write units of changes of consent, by the price list: two for each item of a transaction. test/cost/consent.test.ts
 * counts the items.
 */
export const consentWrites = {
  /** Of one topic: what holds, its entry, and the end of the person's chain, which is indexed once. */
  first: 7,
  change: 6,
  /** With the suppression of the address, its entry and the end of that chain, the first and last indexed. */
  firstOptOut: 14,
} as const;

/**
 * Items that such a change reads through the API, there or not: whose address it is, the profile, what holds, the
 * suppressions, the end of the chain.
 */
export const consentReads = 7;

/** Estimates, except where the text says measured: of what a request takes, and of what an event takes up. */
export const estimates = {
  lambdaGb: 0.5,
  /** Lambda gives a core to this much, and less in proportion. */
  lambdaCoreGb: 1.769 / 1.024,
  /** For DynamoDB's answers and what else is no work of ours. Whatever is in a request, its calls go out together. */
  waitMs: 16,
  /** API Gateway's access line, with the 26 bytes that CloudWatch adds. Functions write nothing of what goes well. */
  logBytesPerRequest: 160,
  /** Of an answer with its headers: to events, and to all else. */
  answerBytes: { event: 500, other: 2_000 },
  /** With DynamoDB's 100 bytes of overhead, and the entry in the index. */
  tableBytesPerEvent: 1_400,
  importGb: 1.769 / 1.024,
  /** A row waits for DynamoDB together with others. */
  rowMs: 1,
} as const;

/** Of the archive. */
export const archiving = {
  /** Measured on made-up orders of 700 bytes: 80, in batches of ten 123. */
  bytesPerEvent: 150,
  /** As many as fit into the 6 MB that Lambda hands over. */
  eventsPerBatch: 4_000,
  windowSeconds: 300,
  /** Of the reader of the stream, which sends a batch on, and of the archive's own function, which writes it. */
  reader: {
    lambdaGb: 0.5,
    batchMs: 40,
    /** Measured: 0.025 of a whole processor, of which the function has 0.3. */
    eventMs: 0.09,
  },
  writer: {
    lambdaGb: 0.75,
    batchMs: 100,
    /** Measured: 0.045 of a whole processor, of which the function has 0.4. */
    eventMs: 0.11,
  },
  /** Measured on made-up orders of 700 bytes, packed and in base64: what an event takes of a message. */
  messageBytesPerEvent: 234,
  /** A table on demand begins with four partitions, and each holds some 10 GB; the stream has a shard for each. */
  partitions: 4,
  partitionGb: 10,
  /** What is as large as this is moved to Standard-IA after so many days. */
  moved: { fromBytes: 128 * 1024, afterDays: 90 },
} as const;
