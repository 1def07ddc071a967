import type { Problem } from '../errors.ts';
import { MAX_REPORTED } from '../validation/bounded-array.ts';

/** The problems that a response has room for, and at least how many more there are. */
export const limitProblems = (problems: readonly Problem[]): readonly Problem[] => {
  const more = problems.length - MAX_REPORTED;
  // One more is the notice of a schema whose check was stopped.
  if (more <= 1) return problems;
  const notice = `At least ${more} more problems are not listed. Correct these and send the request again.`;
  return [...problems.slice(0, MAX_REPORTED), { detail: notice }];
};
