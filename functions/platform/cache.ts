interface Options {
  readonly ttlMs: number;
  /** The oldest entry makes room: made-up names must not fill the memory. */
  readonly maxEntries: number;
}

/** Remembers what `find` resolved to, by name, for a time. What it rejects with is not remembered. */
export const cached = <Value, Deps extends { readonly now: () => Date }>(
  find: (name: string, deps: Deps) => Promise<Value>,
  { ttlMs, maxEntries }: Options,
) => {
  const entries = new Map<string, { readonly value: Value; readonly until: number }>();
  return async (name: string, deps: Deps): Promise<Value> => {
    const time = deps.now().getTime();
    const entry = entries.get(name);
    if (entry && entry.until > time) return entry.value;
    const value = await find(name, deps);
    entries.delete(name);
    const [oldest] = entries.keys();
    if (entries.size >= maxEntries && oldest !== undefined) entries.delete(oldest);
    entries.set(name, { value, until: time + ttlMs });
    return value;
  };
};
