import type * as v from 'valibot';
import { type Problem, pointer } from '../../../platform/errors.ts';
import { issueProblem } from '../../../platform/validation/issue-problem.ts';

type Issues = readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]];

/** The problems that a schema found, below a place of the request. */
export const problemsBelow = (
  place: readonly (string | number)[],
  [first, ...rest]: Issues,
): readonly [Problem, ...Problem[]] => {
  const problemOf = (issue: v.BaseIssue<unknown>): Problem =>
    issueProblem(issue, (path) => ({ pointer: pointer([...place, ...path]) }));
  return [problemOf(first), ...rest.map(problemOf)];
};
