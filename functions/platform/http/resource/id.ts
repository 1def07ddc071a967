import { ApiError } from '../../errors.ts';
import type { Noun } from './noun.ts';

/** No id is longer, and a key of the table could not contain one twice as long. */
const MAX_ID_BYTES = 512;
const MAX_QUOTED = 64;

export const isPossibleId = (id: string): boolean => Buffer.byteLength(id) <= MAX_ID_BYTES;

export const notFoundText = (id: string, { one }: Noun): string => `There is no ${one} ${id.slice(0, MAX_QUOTED)}.`;

/** Checks the id in a path. @throws ApiError `not_found` if no resource can have it */
export const requireValidId = (id: string, noun: Noun): string => {
  if (isPossibleId(id)) return id;
  throw new ApiError('not_found', { detail: notFoundText(id, noun) });
};
