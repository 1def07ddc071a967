import { setTimeout as sleep } from 'node:timers/promises';
import type { Throttling } from './client-retry.ts';
import { backOffMs, MAX_TRIES, type RetryReason, retryMessages, unavailableError } from './retry.ts';

export type Capacity = 'read' | 'write';

/**
 * Waits before an operation is tried again, and throws where it is not. `hasProgress` says that a part of it went
 * through: then tries are counted anew.
 */
export type Retry = (reason: RetryReason, hasProgress?: boolean) => Promise<void>;

/** How fast a table is asked, and how long what passes by itself is tried again. */
export interface RetryPolicy {
  /** Who tries a throttled request again: the client, or the table, which slows down first. */
  readonly throttling: Throttling;
  /** Waits until capacity units may be used; undefined where that is now. */
  acquire(kind: Capacity, units: number): Promise<void> | undefined;
  recordUsed(kind: Capacity, units: number): void;
  recordThrottle(kind: Capacity): void;
  /** One for each operation that has to be tried again. */
  openRetry(): Retry;
}

const REQUEST_MS = 10_000;

/** For a function with a waiting caller, 29 seconds at most: then the answer is 503 with Retry-After. */
export const requestPolicy: RetryPolicy = {
  throttling: 'client',
  acquire: () => undefined,
  recordUsed: () => undefined,
  recordThrottle: () => undefined,
  openRetry: () => {
    const end = performance.now() + REQUEST_MS;
    let tries = 0;
    return async (reason, hasProgress = false) => {
      tries = hasProgress ? 1 : tries + 1;
      const wait = backOffMs(tries);
      if (tries > MAX_TRIES || performance.now() + wait > end) throw unavailableError(retryMessages[reason]);
      await sleep(wait);
    };
  },
};
