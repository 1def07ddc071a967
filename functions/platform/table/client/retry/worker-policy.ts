import { setTimeout as sleep } from 'node:timers/promises';
import { openRateLimit, type RateLimit } from './rate-limit.ts';
import { backOffMs, MAX_TRIES, retryMessages, unavailableError } from './retry.ts';
import type { Capacity, Retry, RetryPolicy } from './retry-policy.ts';

/** Conflicts end with the other transactions, which take no longer than a request. */
const WORKER_TRIES = 30;
/** Time reserved at the end to release the work. The second constant is the part of it for the response. */
const CLOSING_MS = 15_000;
const LAST_MS = 3_000;

/**
 * The capacity of one partition per second. A new table has four partitions, and an account has ten workers or more.
 */
const FIRST_RATES = { read: 3_000, write: 1_000 } as const;

export type RateLimits = Readonly<Record<Capacity, RateLimit>>;

/** Shared within a process: the next message starts at the rate that the last one found. */
export const openRateLimits = (): RateLimits => ({
  read: openRateLimit(FIRST_RATES.read),
  write: openRateLimit(FIRST_RATES.write),
});

/** For background work: as fast as the table allows without throttling, until shortly before the deadline. */
export const workerPolicy = (limits: RateLimits, remainingMs: () => number): RetryPolicy => ({
  throttling: 'table',
  acquire: (kind, units) => limits[kind].acquire(units, () => remainingMs() < CLOSING_MS),
  recordUsed: (kind, units) => limits[kind].recordUsed(units),
  recordThrottle: (kind) => limits[kind].recordThrottle(),
  openRetry: () => {
    // Work that starts this late ends soon, and is released.
    const isLate = remainingMs() < CLOSING_MS;
    return retryUntil(isLate ? LAST_MS : CLOSING_MS, isLate ? MAX_TRIES : Number.POSITIVE_INFINITY, remainingMs);
  },
});

/** For the few writes that release work near the deadline. They skip the rate limit. */
export const closingPolicy = (limits: RateLimits, remainingMs: () => number): RetryPolicy => ({
  ...workerPolicy(limits, remainingMs),
  acquire: () => undefined,
  openRetry: () => retryUntil(LAST_MS, Number.POSITIVE_INFINITY, remainingMs),
});

const retryUntil = (reservedMs: number, maxTries: number, remainingMs: () => number): Retry => {
  let tries = 0;
  return async (reason, hasProgress = false) => {
    tries = hasProgress ? 1 : tries + 1;
    const isThrottled = reason === 'throttled';
    const wait = backOffMs(tries);
    const isOver = tries > (isThrottled ? maxTries : Math.min(maxTries, WORKER_TRIES));
    if (isOver || remainingMs() - wait < reservedMs)
      throw unavailableError(retryMessages[reason], isThrottled ? { isThrottled } : {});
    await sleep(wait);
  };
};
