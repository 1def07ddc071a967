import { setTimeout as sleep } from 'node:timers/promises';
import type { Throttling } from './client-retry.ts';
import { backOffMs, MAX_TRIES, type RetryReason, retryMessages, unavailableError } from './retry.ts';

export type Capacity = 'read' | 'write';

/**
 * Waits before the next attempt of an operation, or throws if there is none. `hasProgress` tells that a part succeeded:
 * attempts are then counted anew.
 */
export type Retry = (reason: RetryReason, hasProgress?: boolean) => Promise<void>;

/** How fast to send requests to a table, and how long to retry transient errors. */
export interface RetryPolicy {
  /** Who retries a throttled request: the client, or the table code, which slows down first. */
  readonly throttling: Throttling;
  /** Waits until capacity units are available. Undefined if they are available now. */
  acquire(kind: Capacity, units: number): Promise<void> | undefined;
  recordUsed(kind: Capacity, units: number): void;
  recordThrottle(kind: Capacity): void;
  /** Starts the retries of one operation. */
  openRetry(): Retry;
}

const REQUEST_MS = 10_000;

/** For functions whose caller waits at most 29 seconds. After that the response is 503 with Retry-After. */
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
