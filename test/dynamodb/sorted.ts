import type { Item } from './values.ts';

export interface Entry {
  /** What conditions on the sort key compare. */
  readonly range: string;
  /** Where it stands: by its range, and among equals by its key in the table. */
  readonly order: string;
  readonly item: Item;
}

/** The entries of one partition, in their order. */
export const openSorted = () => {
  const entries: Entry[] = [];

  /** The first place whose entry is not before this order, or with `isAfter` behind it. */
  const placeOf = (order: string, isAfter = false): number => {
    let [low, high] = [0, entries.length];
    const last = entries[high - 1];
    if (last && (last.order < order || (isAfter && last.order === order))) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = entries[middle]?.order ?? '';
      if (at < order || (isAfter && at === order)) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    entries: entries as readonly Entry[],
    placeOf,
    find: (order: string): Item | undefined => {
      const entry = entries[placeOf(order)];
      return entry?.order === order ? entry.item : undefined;
    },
    put: (entry: Entry): void => {
      const at = placeOf(entry.order);
      entries.splice(at, entries[at]?.order === entry.order ? 1 : 0, entry);
    },
    remove: (order: string): void => {
      const at = placeOf(order);
      if (entries[at]?.order === order) entries.splice(at, 1);
    },
  };
};
export type Sorted = ReturnType<typeof openSorted>;
