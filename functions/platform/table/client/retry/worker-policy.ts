import { setTimeout as sleep } from 'node:timers/promises';
import { openRateLimit, type RateLimit } from './rate-limit.ts';
import { backOffMs, MAX_TRIES, retryMessages, unavailableError } from './retry.ts';
import type { Capacity, Retry, RetryPolicy } from './retry-policy.ts';

/** Conflicts end with the transactions of others, which take no longer than a request. */
const WORKER_TRIES = 30;
/** Kept at the end to release the work, and of that for the response. */
const CLOSING_MS = 15_000;
const LAST_MS = 3_000;

/** What a partition takes in a second. A new table has four of them, and an account has ten workers or more. */
const FIRST_RATES = { read: 3_000, write: 1_000 } as const;

export type RateLimits = Readonly<Record<Capacity, RateLimit>>;

/** Shared by one process: the next message starts at the rate that the last one found. */
export const openRateLimits = (): RateLimits => ({
  read: openRateLimit(FIRST_RATES.read),
  write: openRateLimit(FIRST_RATES.write),
});

/** For work that nobody waits for: it goes as fast as the table is not throttled, until its time is nearly over. */
export const workerPolicy = (limits: RateLimits, remainingMs: () => number): RetryPolicy => ({
  throttling: 'table',
  acquire: (kind, units) => limits[kind].acquire(units, () => remainingMs() < CLOSING_MS),
  recordUsed: (kind, units) => limits[kind].recordUsed(units),
  recordThrottle: (kind) => limits[kind].recordThrottle(),
  openRetry: () => {
    // Work that starts so late ends soon, and is released.
    const isLate = remainingMs() < CLOSING_MS;
    return retryUntil(isLate ? LAST_MS : CLOSING_MS, isLate ? MAX_TRIES : Number.POSITIVE_INFINITY, remainingMs);
  },
});

/** For the few writes that release work when its time is nearly over. They do not wait for their turn. */
export const closingPolicy = (limits: RateLimits, remainingMs: () => number): RetryPolicy => ({
  ...workerPolicy(limits, remainingMs),
  acquire: () => undefined,
  openRetry: () => retryUntil(LAST_MS, Number.POSITIVE_INFINITY, remainingMs),
});

const retryUntil = (leftMs: number, mostTries: number, remainingMs: () => number): Retry => {
  let tries = 0;
  return async (reason, hasProgress = false) => {
    tries = hasProgress ? 1 : tries + 1;
    const isThrottled = reason === 'throttled';
    const wait = backOffMs(tries);
    const isOver = tries > (isThrottled ? mostTries : Math.min(mostTries, WORKER_TRIES));
    if (isOver || remainingMs() - wait < leftMs)
      throw unavailableError(retryMessages[reason], isThrottled ? { isThrottled } : {});
    await sleep(wait);
  };
};
