import type { ErrorCode, Problem } from '../../../platform/errors.ts';

/** What became of a call. */
export type Outcome = 'accepted' | 'duplicate' | Rejection;

export interface Rejection {
  readonly code: ErrorCode;
  readonly problems: readonly Problem[];
}

export const isRejection = (outcome: Outcome): outcome is Rejection => typeof outcome === 'object';

export const reject = (code: ErrorCode, problems: Problem | readonly Problem[]): Rejection => ({
  code,
  problems: [problems].flat(),
});
