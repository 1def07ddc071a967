interface Options<Value> {
  readonly ttlMs: number;
  /** The oldest entry makes room: made-up names must not fill the memory. */
  readonly maxEntries: number;
  /** What is worth remembering. @default everything */
  readonly isKept?: (value: Value) => boolean;
}

/** Remembers what `find` resolved to, by name, for a time. What it rejects with is not remembered. */
export const cached = <Value, Deps extends { readonly now: () => Date }>(
  find: (name: string, deps: Deps) => Promise<Value>,
  options: Options<Value>,
) => {
  const cache = openCache(options);
  return (name: string, deps: Deps): Promise<Value> => cache.get(name, deps.now(), () => find(name, deps));
};

/** The same with another way to find each value. */
export const openCache = <Value>({ ttlMs, maxEntries, isKept = () => true }: Options<Value>) => {
  const entries = new Map<string, { readonly value: Value; readonly until: number }>();
  return {
    async get(name: string, now: Date, find: () => Promise<Value>): Promise<Value> {
      const entry = entries.get(name);
      if (entry && entry.until > now.getTime()) return entry.value;
      const value = await find();
      entries.delete(name);
      if (!isKept(value)) return value;
      const [oldest] = entries.keys();
      if (entries.size >= maxEntries && oldest !== undefined) entries.delete(oldest);
      entries.set(name, { value, until: now.getTime() + ttlMs });
      return value;
    },
  };
};
