import { ApiError } from '../errors.ts';

const MAX_BYTES = 350 * 1024;

export const isTooLarge = (bytes: number): boolean => bytes > MAX_BYTES;

export const tooLarge = (bytes: number): ApiError =>
  new ApiError('invalid', {
    detail: `The profile would have ${bytes} bytes; at most ${MAX_BYTES} are kept. Remove properties that are not needed.`,
    source: { pointer: '/data/attributes/properties' },
  });
