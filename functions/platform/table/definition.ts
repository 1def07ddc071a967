/** The one table. `lib/` and the tests create it from this definition. Nothing else names its attributes. */
export const definition = {
  pk: 'pk',
  sk: 'sk',
  ttl: 'expiresAt',
  indexes: {
    gsi1: { pk: 'gsi1pk', sk: 'gsi1sk' },
    gsi2: { pk: 'gsi2pk', sk: 'gsi2sk' },
  },
  /**
   * Projected into every index besides the keys. Aggregates need an event's value, and whole items would double the
   * storage.
   */
  projected: ['value'],
  /**
   * IAM patterns of partitions whose items are never changed: the ledgers of consent. An account id has exactly six
   * characters, so that no caller's value in another key can match.
   */
  appendOnly: ['A#??????#LEDGER#*'],
  /** The partitions of counts. */
  counts: ['A#??????#COUNTS#*'],
} as const;

export type IndexName = keyof (typeof definition)['indexes'];

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** A key as one string, for use in maps. */
export const keyString = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

/** Keeps the first element of each key. */
export const uniqueByKey = <Of extends { readonly key: Key }>(items: readonly Of[]): Of[] => {
  // Few elements share a partition. Building a string for each key would be most of the cost.
  const seen = new Map<string, string | Set<string>>();
  return items.filter(({ key: { pk, sk } }) => {
    const sortKeys = seen.get(pk);
    if (sortKeys === undefined) seen.set(pk, sk);
    else if (sortKeys === sk) return false;
    else if (typeof sortKeys === 'string') seen.set(pk, new Set([sortKeys, sk]));
    else if (sortKeys.has(sk)) return false;
    else sortKeys.add(sk);
    return true;
  });
};
