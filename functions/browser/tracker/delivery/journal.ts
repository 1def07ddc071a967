import type { Store } from '../../shared/store.ts';

/** One stored event. */
export interface Entry {
  readonly key: string;
  readonly time: number;
  /** The visitor id under which it happened: it never changes. */
  readonly cid: string;
  /** Whether the visitor was anonymous. */
  readonly isBackfill: boolean;
  readonly size: number;
}

export interface Limits {
  readonly maxAgeMs: number;
  readonly maxCount: number;
  /** Characters of all events. Half of what browsers give an origin, so that the shop has the rest. */
  readonly maxSize: number;
}

export const LIMITS: Limits = { maxAgeMs: 14 * 86_400_000, maxCount: 10_000, maxSize: 2_500_000 };

const PREFIX = 'e:';
/** Of the times in keys; enough until 2286. */
const TIME_DIGITS = 13;

/** The first number of a page's own order within a millisecond: of as many digits as it will ever have. */
export const SEQUENCE = 1e6;

/** Stores a value. Where storage is full, the oldest events leave. */
export const setWithRoom = (store: Store, key: string, value: string): void => {
  while (!store.set(key, value)) {
    const [oldest] = store.stored(PREFIX).sort();
    if (!oldest) return;
    store.remove(oldest);
  }
};

/**
 * The events that are not yet sent, each under a key of its own: two tabs can append at once without a lock. Keys sort by
 * time, and hold everything that is needed to choose events without reading them.
 */
export const openJournal = (store: Store, limits: Limits) => {
  let sequence = SEQUENCE;

  const entryOf = (key: string): Entry => {
    const [, order = '', cid = '', flag, size] = key.split(':');
    return {
      key,
      time: Number(order.slice(0, TIME_DIGITS)),
      cid,
      isBackfill: flag === '1',
      size: Number(size),
    };
  };
  const list = (): Entry[] => store.keys(PREFIX).sort().map(entryOf);
  const remove = (entries: readonly Entry[]): void => {
    for (const { key } of entries) store.remove(key);
  };

  return {
    list,
    remove,
    read: (entry: Entry): string => store.get(entry.key) ?? '',

    /** Appends an event and returns its key. */
    append: (text: string, event: Omit<Entry, 'key' | 'size'> & { readonly id: string }): string => {
      const key = `${PREFIX}${event.time}${sequence++}:${event.cid}:${event.isBackfill ? 1 : 0}:${text.length}:${event.id}`;
      setWithRoom(store, key, text);
      return key;
    },

    /** Removes what is too old or too much, the oldest first. */
    prune: (now: number): void => {
      let size = 0;
      for (const [index, entry] of list().reverse().entries()) {
        size += entry.size;
        if (index >= limits.maxCount || size > limits.maxSize || entry.time <= now - limits.maxAgeMs)
          store.remove(entry.key);
      }
    },
  };
};

export type Journal = ReturnType<typeof openJournal>;
