/** Writes a value as JSON. Undefined if it is nested too deeply to be written. */
export const writeJson = (value: unknown): string | undefined => {
  try {
    return JSON.stringify(value) ?? '';
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};
