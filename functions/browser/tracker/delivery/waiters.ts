/** Promises of what is not yet sent, by its key. */
export const openWaiters = () => {
  const waiting = new Map<string, ((result: boolean) => void)[]>();

  const settle = (key: string, result: boolean): void => {
    const resolvers = waiting.get(key) ?? [];
    waiting.delete(key);
    for (const resolve of resolvers) resolve(result);
  };

  return {
    settle,
    has: (key: string): boolean => waiting.has(key),
    wait: (key: string): Promise<boolean> =>
      new Promise((resolve) => waiting.set(key, [...(waiting.get(key) ?? []), resolve])),
    /** Settles all but `keys`: another tab has sent them. */
    settleOthers: (keys: ReadonlySet<string>): void => {
      for (const key of waiting.keys()) if (!keys.has(key)) settle(key, true);
    },
  };
};
export type Waiters = ReturnType<typeof openWaiters>;
