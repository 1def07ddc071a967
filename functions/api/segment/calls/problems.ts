import type * as v from 'valibot';
import { type Problem, pointer } from '../../../platform/errors.ts';
import { problemText } from '../../../platform/validation/problem-text.ts';

type Issues = readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]];

/** The problems that a schema found, below a place of the request. */
export const problemsBelow = (
  place: readonly (string | number)[],
  [first, ...rest]: Issues,
): readonly [Problem, ...Problem[]] => {
  const problemOf = (issue: v.BaseIssue<unknown>): Problem => ({
    detail: problemText(issue),
    source: { pointer: pointer([...place, ...(issue.path ?? []).map(({ key }) => String(key))]) },
  });
  return [problemOf(first), ...rest.map(problemOf)];
};
