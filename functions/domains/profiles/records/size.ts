import { ApiError } from '../../../platform/errors.ts';
import { partPointers } from './profile-parts.ts';

const MAX_BYTES = 350 * 1024;

/** The limit for what one call contains about a profile. */
export const MAX_CALL_BYTES = 100 * 1024;

export const isTooLarge = (bytes: number): boolean => bytes > MAX_BYTES;

/** Below this size, the size does not limit how many profiles fit in a transaction. */
const SMALL_BYTES = 10_000;

/** The size as JSON in UTF-8. For small values an upper bound, which is faster to compute. */
export const sizeOf = (value: object): number => {
  const upperBound = bytesAtMost(value);
  return upperBound <= SMALL_BYTES ? upperBound : Buffer.byteLength(JSON.stringify(value));
};

/** What a new profile adds to the content of a call: id, times, the row of an import. */
const OWN_BYTES = 1_000;

/** The size of a new profile. `callBytes` is the size of the call, if known. */
export const sizeOfNew = (profile: object, callBytes: number = SMALL_BYTES): number =>
  callBytes + OWN_BYTES <= SMALL_BYTES ? callBytes + OWN_BYTES : sizeOf(profile);

const bytesAtMost = (value: unknown): number => {
  if (typeof value === 'string') return 2 + 6 * value.length;
  if (typeof value !== 'object' || value === null) return 25;
  let bytes = 2;
  for (const name in value) bytes += 4 + 6 * name.length + bytesAtMost(value[name as keyof typeof value]);
  return bytes;
};

export const profileTooLargeError = (bytes: number): ApiError =>
  new ApiError('invalid', {
    detail: `The profile would have ${bytes} bytes; at most ${MAX_BYTES} are allowed. Remove properties that are not needed.`,
    source: { pointer: partPointers.properties },
  });
