import { decimalText, parseDecimal } from './decimal.ts';

/** A quarter of an hour: the days and hours of every time zone of today begin with one. */
export const SLOT_MS = 15 * 60_000;

/** The number of events, and the sum of their values in billionths. Both are negative if more were removed than added. */
export interface Total {
  readonly count: number;
  readonly sum: bigint;
}

/** Totals by slot: the number of quarters of an hour since 1970. */
export type Totals = Map<number, Total>;

export const slotOf = (ms: number): number => Math.floor(ms / SLOT_MS);
export const monthOfSlot = (slot: number): string => new Date(slot * SLOT_MS).toISOString().slice(0, '2026-11'.length);

export const addTotal = (totals: Totals, slot: number, { count, sum }: Total): void => {
  const known = totals.get(slot);
  totals.set(slot, known ? { count: known.count + count, sum: known.sum + sum } : { count, sum });
};

const RADIX = 36;

/** Packs totals into a text, in the order of their slots: `<distance to the slot before>:<count>:<sum>`. */
export const packTotals = (totals: Totals): string => {
  let previous = 0;
  return [...totals]
    .filter(([, { count, sum }]) => count !== 0 || sum !== 0n)
    .toSorted(([a], [b]) => a - b)
    .map(([slot, { count, sum }]) => {
      const distance = (slot - previous).toString(RADIX);
      previous = slot;
      return `${distance}:${count.toString(RADIX)}${sum === 0n ? '' : `:${decimalText(sum)}`}`;
    })
    .join(' ');
};

/** Adds packed totals to others. */
export const unpackTotals = (packed: string, into: Totals): void => {
  if (packed === '') return;
  let slot = 0;
  for (const entry of packed.split(' ')) {
    const [distance = '', count = '', sum] = entry.split(':');
    slot += Number.parseInt(distance, RADIX);
    const total = { count: Number.parseInt(count, RADIX), sum: sum === undefined ? 0n : parseDecimal(sum) };
    addTotal(into, slot, total);
  }
};
