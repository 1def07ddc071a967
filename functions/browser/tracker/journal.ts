import type { Store } from '../shared/store.ts';

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
const base36 = (value: number, digits: number): string => value.toString(36).padStart(digits, '0');

/** Stores a value. Where storage is full, the oldest events leave. */
export const setWithRoom = (store: Store, key: string, value: string): void => {
  while (!store.set(key, value)) {
    const stored = store.stored(PREFIX).sort();
    if (stored.length === 0) return;
    for (const oldest of stored.slice(0, Math.ceil(stored.length / 10))) store.remove(oldest);
  }
};

/**
 * The events that are not yet sent, each under a key of its own: two tabs can append at once without a lock. Keys sort by
 * time, and hold everything that is needed to choose events without reading them.
 */
export const openJournal = (store: Store, limits: Limits) => {
  let sequence = 0;

  const entryOf = (key: string): Entry => {
    const [, time = '', cid = '', flag, size = ''] = key.split(':');
    return {
      key,
      time: Number.parseInt(time.slice(0, 9), 36),
      cid,
      isBackfill: flag === '1',
      size: Number.parseInt(size, 36),
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
      const order = base36(event.time, 9) + base36(sequence++ % 36 ** 4, 4);
      const key = `${PREFIX}${order}:${event.cid}:${event.isBackfill ? 1 : 0}:${text.length.toString(36)}:${event.id}`;
      setWithRoom(store, key, text);
      return key;
    },

    /** Removes what is too old or too much, the oldest first. */
    prune: (now: number): void => {
      const entries = list();
      let [count, size] = [entries.length, entries.reduce((sum, one) => sum + one.size, 0)];
      for (const entry of entries) {
        if (count <= limits.maxCount && size <= limits.maxSize && entry.time > now - limits.maxAgeMs) return;
        store.remove(entry.key);
        count--;
        size -= entry.size;
      }
    },
  };
};

export type Journal = ReturnType<typeof openJournal>;
