import { ApiError } from '../../../platform/errors.ts';

const MAX_QUOTED = 64;

/** Names an object in a problem: `catalog item 4711`. */
export const nameOf = (noun: string, id: string): string => `${noun} ${id.slice(0, MAX_QUOTED)}`;

/** The problem of an object that does not exist. */
export const absenceOf = (noun: string, id: string) =>
  ({ code: 'not_found', detail: `There is no ${nameOf(noun, id)}.` }) as const;

export const absenceError = (noun: string, id: string): ApiError => {
  const { code, detail } = absenceOf(noun, id);
  return new ApiError(code, { detail });
};
