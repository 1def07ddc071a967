/** Units that DynamoDB charges for one operation. test/cost/store-units.test.ts measures each. */
export interface Units {
  readonly writes: number;
  readonly reads: number;
}

/** Of a known person; each event has less than 1 KB, and an entry in the index of its metric. */
export const operations = {
  event: { writes: 2, reads: 1 },
  /** With the guard that settles its time. */
  eventWithUniqueId: { writes: 3, reads: 1 },
  bulkOf50: { writes: 100, reads: 1 },
  profileWith1Identifier: { writes: 10, reads: 1 },
  /** Each identifier is looked up first. */
  profileWith2Identifiers: { writes: 12, reads: 2 },
  profileWith3Identifiers: { writes: 12, reads: 3 },
  profileUpdate: { writes: 1, reads: 1 },
  unchangedUpsert: { writes: 0, reads: 2 },
} as const satisfies Record<string, Units>;

/** Write units of changes of consent, by the price list: two for each item of a transaction. test/cost/consent.test.ts counts the items. */
export const consentWrites = {
  /** Of one topic: what holds, its entry, and the end of the person's chain, which is indexed once. */
  first: 7,
  change: 6,
  /** With the suppression of the address, its entry and the end of that chain, the first and last indexed. */
  firstOptOut: 14,
} as const;

/** Not measured: estimates of what a request takes, and of what an event takes up. */
export const estimates = {
  lambdaGb: 0.5,
  requestMs: 18,
  /** For each further event of a batch. */
  furtherEventMs: 5,
  logBytesPerRequest: 300,
  /** With DynamoDB's 100 bytes of overhead, and the entry in the index. */
  tableBytesPerEvent: 1_400,
} as const;
