import type { Tally } from './tally.ts';

type Ranked = readonly (readonly [product: string, count: number])[];

/** How many products of a day are kept. */
const MAX_KEPT = 5_000;
/** Of their ids: DynamoDB's limit for an item is 400 KB. */
const MAX_BYTES = 250_000;

/** The products with the highest numbers first, those with equal numbers in the order of their ids. */
export const rank = (tally: Tally): [string, number][] =>
  [...tally].sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || (a < b ? -1 : 1));

/** The first products, as far as they fit into an item. */
export const firstOf = (tally: Tally): [string, number][] => {
  let bytes = 0;
  return rank(tally)
    .slice(0, MAX_KEPT)
    .filter(([product]) => {
      bytes += Buffer.byteLength(JSON.stringify(product)) + COUNT_BYTES;
      return bytes <= MAX_BYTES;
    });
};

const COUNT_BYTES = 12;

/** Adds up the numbers of several days. */
export const addUp = (days: Iterable<Ranked | Tally>): Tally => {
  const sum = new Map<string, number>();
  for (const day of days) for (const [product, count] of day) sum.set(product, (sum.get(product) ?? 0) + count);
  return sum;
};
