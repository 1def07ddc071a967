import type { IdentifierKind } from '../../../model/identity.ts';
import { ApiError } from '../../../platform/errors.ts';
import type { RowOutcome } from '../outcomes/counts.ts';
import type { RowProblem } from '../outcomes/problem.ts';

/** The result of applying a row. */
export type ApplyResult =
  | { readonly outcome: Exclude<RowOutcome, 'failed'>; readonly leftOut?: readonly IdentifierKind[] }
  | { readonly outcome: 'failed'; readonly problems: readonly RowProblem[] };

export type FailedResult = Extract<ApplyResult, { readonly outcome: 'failed' }>;

/**
 * Turns an error that the row caused into its result. Throws all others, such as a throttled table: they are retried.
 */
export const failedResult = (error: ApiError): FailedResult => {
  switch (error.code) {
    case 'invalid':
    case 'not_found':
    case 'duplicate_profile':
    case 'erased':
    case 'conflict':
    case 'gone':
    case 'too_large':
      return {
        outcome: 'failed',
        problems: error.problems.map(({ detail }) => ({ code: error.code, message: detail })),
      };
    default:
      throw error;
  }
};

/** Returns the result of the work, or the refusal as a result. */
export const catchRefusal = async <Result>(work: () => Promise<Result>): Promise<Result | FailedResult> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return failedResult(error);
  }
};
