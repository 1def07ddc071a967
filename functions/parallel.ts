/** Each item's answer in their order, with at most `width` under way. After a failure no further one is begun. */
export const inParallel = async <Item, Answer>(
  items: readonly Item[],
  width: number,
  each: (item: Item, index: number) => Promise<Answer>,
): Promise<Answer[]> => {
  const answers: Answer[] = [];
  const queue = items.entries();
  let failed = false;
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (failed) return;
      try {
        answers[index] = await each(item, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, work));
  return answers;
};
