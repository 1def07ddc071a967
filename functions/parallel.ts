/**
 * Each item's answer in their order, with at most `width` under way; one that is there at once is not waited for. After a failure no further one is begun, and it is
 * thrown when those under way have ended.
 */
export const inParallel = async <Item, Answer>(
  items: readonly Item[],
  width: number,
  each: (item: Item, index: number) => Promise<Answer> | Answer,
): Promise<Answer[]> => {
  const answers: Answer[] = [];
  const queue = items.entries();
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (failures.length > 0) return;
      try {
        const answer = each(item, index);
        answers[index] = answer instanceof Promise ? await answer : answer;
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, work));
  if (failures.length > 0) throw failures[0];
  return answers;
};
