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

/** One text for a key, to find it by. */
export const keyString = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

/** Of those with one key the first. */
export const uniqueByKey = <Of extends { readonly key: Key }>(all: readonly Of[]): Of[] => {
  // Few share a partition: a label for each would be most of what this takes.
  const seen = new Map<string, string | Set<string>>();
  return all.filter(({ key: { pk, sk } }) => {
    const known = seen.get(pk);
    if (known === undefined) seen.set(pk, sk);
    else if (known === sk) return false;
    else if (typeof known === 'string') seen.set(pk, new Set([known, sk]));
    else if (known.has(sk)) return false;
    else known.add(sk);
    return true;
  });
};
