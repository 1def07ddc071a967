/**
 * Maps items to results, in their order, with at most `concurrency` calls at a time. A result that is no promise is not
 * awaited. Items are read from the iterable only when they are needed. After a failure no further call starts; the
 * first error is thrown once the running calls have ended.
 */
export const inParallel = async <Item, Result>(
  items: Iterable<Item>,
  concurrency: number,
  run: (item: Item, index: number) => Promise<Result> | Result,
): Promise<Result[]> => {
  const results: Result[] = [];
  const iterator = items[Symbol.iterator]();
  let nextIndex = 0;
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    while (failures.length === 0) {
      try {
        const next = iterator.next();
        if (next.done) return;
        const index = nextIndex++;
        const result = run(next.value, index);
        results[index] = result instanceof Promise ? await result : result;
      } catch (error) {
        failures.push(error);
      }
    }
  };
  const workers = Array.isArray(items) ? Math.min(concurrency, items.length) : concurrency;
  await Promise.all(Array.from({ length: workers }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
};
