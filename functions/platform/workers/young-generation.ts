let isMade = false;

/**
 * Has V8 give what is new the most room at once that it may have, and not double it as things stay: work on a queue leaves
 * much behind from its first moment. How much that is says `NODE_OPTIONS`, in which Node takes no first size.
 */
export const setYoungGenerationSize = async (): Promise<void> => {
  if (isMade) return;
  isMade = true;
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--semi-space-growth-factor=64');
};
