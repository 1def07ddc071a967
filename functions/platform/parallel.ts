/**
 * Each item's answer in their order, with at most `width` under way; one that is there at once is not waited for. Items
 * are taken when their turn has come. After a failure no further one is begun, and it is thrown when those under way
 * have ended.
 */
export const inParallel = async <Item, Answer>(
  items: Iterable<Item>,
  width: number,
  each: (item: Item, index: number) => Promise<Answer> | Answer,
): Promise<Answer[]> => {
  const answers: Answer[] = [];
  const queue = items[Symbol.iterator]();
  let taken = 0;
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    while (failures.length === 0) {
      try {
        const next = queue.next();
        if (next.done) return;
        const index = taken++;
        const answer = each(next.value, index);
        answers[index] = answer instanceof Promise ? await answer : answer;
      } catch (error) {
        failures.push(error);
      }
    }
  };
  const lanes = Array.isArray(items) ? Math.min(width, items.length) : width;
  await Promise.all(Array.from({ length: lanes }, work));
  if (failures.length > 0) throw failures[0];
  return answers;
};
