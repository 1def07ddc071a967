import { ApiError } from '../../errors.ts';
import type { Noun } from './noun.ts';

/** Nothing has a longer id, and a key of the table could not hold one twice as long. */
const MAX_ID_BYTES = 512;
const MAX_QUOTED = 64;

export const isPossibleId = (id: string): boolean => Buffer.byteLength(id) <= MAX_ID_BYTES;

export const missingText = (id: string, { one }: Noun): string => `There is no ${one} ${id.slice(0, MAX_QUOTED)}.`;

/** The id in a path. @throws ApiError `not_found` where nothing can have it */
export const checkedId = (id: string, noun: Noun): string => {
  if (isPossibleId(id)) return id;
  throw new ApiError('not_found', { detail: missingText(id, noun) });
};
