import { GIVE_UP_MS, openMsAfter } from './records/retry-times.ts';
import type { Attempt } from './send.ts';

/** What is known of a receiver. */
export interface ReceiverState {
  readonly failures: number;
  readonly failingSince?: string | undefined;
  readonly openUntil?: string | undefined;
}

/** The state after an attempt. A message that was dropped, or that no receiver takes, says nothing about the receiver. */
export const afterAttempt = (state: ReceiverState, attempt: Attempt, now: Date): ReceiverState => {
  if (attempt.kind === 'dropped') return state;
  if (attempt.kind === 'delivered') return { failures: 0 };
  if (attempt.isUndeliverable) return state;
  const failures = state.failures + 1;
  const openMs = Math.max(openMsAfter(failures), attempt.retryAfterMs ?? 0);
  return {
    failures,
    failingSince: state.failingSince ?? now.toISOString(),
    ...(openMs > 0 && { openUntil: new Date(now.getTime() + openMs).toISOString() }),
  };
};

export const isOpen = ({ openUntil }: ReceiverState, now: Date): boolean =>
  openUntil !== undefined && openUntil > now.toISOString();

/** The breaker was open: one message tries the receiver out. */
export const isHalfOpen = ({ openUntil }: ReceiverState): boolean => openUntil !== undefined;

/** Whether a receiver has failed for so long that its webhook is disabled. */
export const isGivenUp = ({ failingSince }: ReceiverState, now: Date): boolean =>
  failingSince !== undefined && now.getTime() - Date.parse(failingSince) >= GIVE_UP_MS;
