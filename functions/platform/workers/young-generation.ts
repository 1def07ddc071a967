let isSet = false;

/**
 * Lets V8 use the largest young generation at once instead of doubling it step by step: work on a queue creates much
 * garbage from the start. The largest size is in `NODE_OPTIONS`, where Node accepts no initial size.
 */
export const setYoungGenerationSize = async (): Promise<void> => {
  if (isSet) return;
  isSet = true;
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--semi-space-growth-factor=64');
};
