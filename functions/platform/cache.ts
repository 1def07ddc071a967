interface Options<Value> {
  readonly ttlMs: number;
  /** At this size the oldest entry is evicted, so that invented names cannot fill the memory. */
  readonly maxEntries: number;
  /** Whether a value may be cached. @default every value */
  readonly isCacheable?: (value: Value) => boolean;
}

/** Caches what `load` resolves to, by name, for `ttlMs`. Rejections are not cached. */
export const memoizeByName = <Value, Deps extends { readonly now: () => Date }>(
  load: (name: string, deps: Deps) => Promise<Value>,
  options: Options<Value>,
) => {
  const cache = openCache(options);
  return (name: string, deps: Deps): Promise<Value> => cache.get(name, deps.now(), () => load(name, deps));
};

/** A cache that takes the loader with each call. */
export const openCache = <Value>({ ttlMs, maxEntries, isCacheable = () => true }: Options<Value>) => {
  const entries = new Map<string, { readonly value: Value; readonly expiresAtMs: number }>();
  return {
    async get(name: string, now: Date, load: () => Promise<Value>): Promise<Value> {
      const entry = entries.get(name);
      if (entry && entry.expiresAtMs > now.getTime()) return entry.value;
      const value = await load();
      entries.delete(name);
      if (!isCacheable(value)) return value;
      const [oldest] = entries.keys();
      if (entries.size >= maxEntries && oldest !== undefined) entries.delete(oldest);
      entries.set(name, { value, expiresAtMs: now.getTime() + ttlMs });
      return value;
    },
  };
};
