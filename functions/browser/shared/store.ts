import { attempt } from './attempt.ts';

/** The part of `Storage` that is used. */
export interface Area {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Texts by key. Nothing throws: what the browser does not store is kept in memory until the page ends. */
export interface Store {
  get(key: string): string | undefined;
  /** Returns whether the browser stored the value. */
  set(key: string, value: string): boolean;
  remove(key: string): void;
  keys(prefix: string): string[];
  /** The keys that the browser stored, without those in memory. */
  stored(prefix: string): string[];
  /** Removes everything, also where storage is not allowed any more. */
  clear(): void;
  /** Stores what is only in memory, once that is possible. */
  persist(): void;
}

/** Marks our keys among those of the shop. */
const OWN = '__tb:';

/** `open` throws where the browser blocks storage. Before consent, everything stays in memory. */
export const openStore = (open: () => Area, isAllowed: () => boolean): Store => {
  const memory = new Map<string, string>();
  const inArea = <T>(use: (area: Area) => T): T | undefined => attempt(() => (isAllowed() ? use(open()) : undefined));
  const stored = (prefix: string): string[] => inArea((area) => keysIn(area, prefix)) ?? [];
  const store: Store = {
    get: (key) => memory.get(key) ?? inArea((area) => area.getItem(OWN + key)) ?? undefined,
    set: (key, value) => {
      const isStored = inArea((area) => {
        area.setItem(OWN + key, value);
        return true;
      });
      if (isStored) memory.delete(key);
      else memory.set(key, value);
      return isStored === true;
    },
    remove: (key) => {
      memory.delete(key);
      inArea((area) => area.removeItem(OWN + key));
    },
    stored,
    keys: (prefix) => [...new Set([...[...memory.keys()].filter((key) => key.startsWith(prefix)), ...stored(prefix)])],
    clear: () => {
      memory.clear();
      attempt(() => {
        for (const key of keysIn(open(), '')) open().removeItem(OWN + key);
      });
    },
    persist: () => {
      for (const [key, value] of memory) store.set(key, value);
    },
  };
  return store;
};

const keysIn = (area: Area, prefix: string): string[] =>
  Array.from({ length: area.length }, (_, index) => area.key(index) ?? '')
    .filter((key) => key.startsWith(OWN + prefix))
    .map((key) => key.slice(OWN.length));
