import { Advice } from './advice.ts';

/** The value of an option that is a time, as ISO 8601 in UTC. */
export const timeOf = (option: string, text: string | undefined): string | undefined => {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw new Advice(`${option} is a time such as 2026-07-15T10:00:00Z, not '${text}'.`);
  return time.toISOString();
};

const MAX_LISTED = 1_000;

/** The value of `--limit`, of commands that list. */
export const limitOf = (text: string): number => {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LISTED)
    throw new Advice(`--limit is a number from 1 to ${MAX_LISTED}.`);
  return limit;
};
