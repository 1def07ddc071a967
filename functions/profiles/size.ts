import { ApiError } from '../errors.ts';

const MAX_BYTES = 350 * 1024;

export const isTooLarge = (bytes: number): boolean => bytes > MAX_BYTES;

/** As JSON in UTF-8, or somewhat more: what most have to be compared with is far away. */
export const bytesAtMost = (value: unknown): number => {
  if (typeof value === 'string') return 2 + 6 * value.length;
  if (typeof value !== 'object' || value === null) return 25;
  let bytes = 2;
  for (const name in value) bytes += 4 + 6 * name.length + bytesAtMost(value[name as keyof typeof value]);
  return bytes;
};

export const tooLarge = (bytes: number): ApiError =>
  new ApiError('invalid', {
    detail: `The profile would have ${bytes} bytes; at most ${MAX_BYTES} are kept. Remove properties that are not needed.`,
    source: { pointer: '/data/attributes/properties' },
  });
