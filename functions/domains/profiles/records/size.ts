import { ApiError } from '../../../platform/errors.ts';
import { partPointers } from './profile-parts.ts';

const MAX_BYTES = 350 * 1024;

/** As much as one call says of a profile. */
export const MAX_SAID_BYTES = 100 * 1024;

export const isTooLarge = (bytes: number): boolean => bytes > MAX_BYTES;

/** Of such profiles a transaction takes as many as of smaller ones. */
const SMALL = 10_000;

/** Bytes as JSON in UTF-8, or somewhat more of what is small: it is counted in full only where it could matter. */
export const sizeOf = (of: object): number => {
  const most = bytesAtMost(of);
  return most <= SMALL ? most : Buffer.byteLength(JSON.stringify(of));
};

/** What a new profile has beside what a call says of it: its id, times, the row of an import. */
const OWN_BYTES = 1_000;

/** Of a new profile, made by a call of so many bytes where these are known. */
export const sizeOfNew = (profile: object, said: number = SMALL): number =>
  said + OWN_BYTES <= SMALL ? said + OWN_BYTES : sizeOf(profile);

const bytesAtMost = (value: unknown): number => {
  if (typeof value === 'string') return 2 + 6 * value.length;
  if (typeof value !== 'object' || value === null) return 25;
  let bytes = 2;
  for (const name in value) bytes += 4 + 6 * name.length + bytesAtMost(value[name as keyof typeof value]);
  return bytes;
};

export const tooLarge = (bytes: number): ApiError =>
  new ApiError('invalid', {
    detail: `The profile would have ${bytes} bytes; at most ${MAX_BYTES} are kept. Remove properties that are not needed.`,
    source: { pointer: partPointers.properties },
  });
