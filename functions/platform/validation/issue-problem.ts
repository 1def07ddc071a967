import type * as v from 'valibot';
import type { Problem } from '../errors.ts';
import { problemText } from './problem-text.ts';

/** Messages and paths quote the input, which can be nearly as long as a response may be. */
const MAX_QUOTED = 500;
const truncate = (text: string): string =>
  text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED).toWellFormed()}…` : text;

/** The problem that a schema found, with its place as `source` writes it. */
export const issueProblem = (
  issue: v.BaseIssue<unknown>,
  source: (path: readonly PropertyKey[]) => NonNullable<Problem['source']>,
): Problem => ({
  detail: truncate(problemText(issue)),
  source: source(keys(issue).map((key) => (typeof key === 'string' ? truncate(key) : key))),
});

const keys = (issue: v.BaseIssue<unknown>): PropertyKey[] =>
  (issue.path ?? []).flatMap(({ key }) => (typeof key === 'string' || typeof key === 'number' ? [key] : []));
