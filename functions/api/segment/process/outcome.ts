import type { IngestedEvent } from '../../../domains/events/ingest.ts';
import type { ErrorCode, Problem } from '../../../platform/errors.ts';
import type { Received } from '../../receipts.ts';

/** What became of a call. */
export type Outcome = 'accepted' | 'duplicate' | Rejection;

export interface Rejection {
  readonly code: ErrorCode;
  readonly problems: readonly Problem[];
}

/** What became of a call about a person, as its sender may know it, and for its receipt. */
export interface ProcessedCall {
  readonly outcome: Outcome;
  /** Absent if the call was refused. */
  readonly received?: Received;
}

/** What became of the event of a call, as its sender may know it, and as it is. */
export interface ProcessedEvent {
  readonly outcome: Outcome;
  readonly ingested?: IngestedEvent | undefined;
}

export const isRejection = (outcome: Outcome): outcome is Rejection => typeof outcome === 'object';

export const reject = (code: ErrorCode, problems: Problem | readonly Problem[]): Rejection => ({
  code,
  problems: [problems].flat(),
});
