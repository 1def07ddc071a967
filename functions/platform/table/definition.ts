/** The one table. `lib/` creates it from this, the tests too, and nothing else names its attributes. */
export const definition = {
  pk: 'pk',
  sk: 'sk',
  ttl: 'expiresAt',
  indexes: {
    gsi1: { pk: 'gsi1pk', sk: 'gsi1sk' },
    gsi2: { pk: 'gsi2pk', sk: 'gsi2sk' },
  },
  /** Projected into every index beside the keys: an aggregate needs an event's value, and whole items would double storage. */
  projected: ['value'],
  /**
   * Partitions whose items are made and never written again, as IAM's patterns: ledgers of consent. The account has six
   * characters, so that no value of a caller's in another key can look like one.
   */
  appendOnly: ['A#??????#LEDGER#*'],
} as const;

export type IndexName = keyof (typeof definition)['indexes'];

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** A key as one string, for maps. */
export const keyString = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

/** The first of each key. */
export const uniqueByKey = <Of extends { readonly key: Key }>(all: readonly Of[]): Of[] => {
  // Few share a partition: a string for each would be most of the cost.
  const seen = new Map<string, string | Set<string>>();
  return all.filter(({ key: { pk, sk } }) => {
    const sortKeys = seen.get(pk);
    if (sortKeys === undefined) seen.set(pk, sk);
    else if (sortKeys === sk) return false;
    else if (typeof sortKeys === 'string') seen.set(pk, new Set([sortKeys, sk]));
    else if (sortKeys.has(sk)) return false;
    else sortKeys.add(sk);
    return true;
  });
};
