import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Congestion control by CUBIC (RFC 9438), with the figures of the SDK's adaptive mode: after throttling, the rate falls
 * to 70 %, returns to where it was, stays there for a while, and then probes for more.
 */
const DECREASE = 0.7;
const GROWTH = 0.4;
/** Concurrent requests are throttled together, which counts as one signal. */
const REACTION_MS = 500;
const MEASURE_MS = 500;
/** Until the first throttling, the rate doubles every second. */
const SLOW_START = Math.SQRT2 ** (MEASURE_MS / 500);
const MIN_RATE = 10;
/** The largest burst, in seconds of the current rate. */
const BURST_SECONDS = 0.25;
const MAX_SLEEP_MS = 200;

export interface RateLimit {
  /** Waits until units are available. Undefined if they are available now. `isOver` ends the wait. */
  acquire(units: number, isOver: () => boolean): Promise<void> | undefined;
  /** Records used units. */
  recordUsed(units: number): void;
  recordThrottle(): void;
  /** The current rate, in units per second. */
  rate(): number;
}

/** Finds the rate at which the table does not throttle, while other clients do the same. `now` is in milliseconds. */
export const openRateLimit = (firstRate: number, now: () => number = () => performance.now()): RateLimit => {
  let tokens = firstRate;
  let filledAt = now();
  const finder = openRateFinder(firstRate, filledAt);
  let queue: Promise<void> = Promise.resolve();
  let waiting = 0;

  const fill = (): void => {
    const at = now();
    finder.measure(at);
    const rate = finder.rate();
    const most = Math.max(rate * BURST_SECONDS, finder.wasThrottled() ? 0 : firstRate);
    tokens = Math.min(most, tokens + ((at - filledAt) / 1_000) * rate);
    filledAt = at;
  };

  const waitFor = async (units: number, isOver: () => boolean): Promise<void> => {
    for (fill(); tokens <= 0 && !isOver(); fill())
      await sleep(Math.min(MAX_SLEEP_MS, Math.max(1, (-tokens / finder.rate()) * 1_000)));
    tokens -= units;
    waiting -= 1;
  };

  return {
    acquire(units, isOver) {
      fill();
      if (waiting === 0 && tokens > 0) {
        tokens -= units;
        return undefined;
      }
      waiting += 1;
      // In order, so that smaller requests cannot starve a large one.
      queue = queue.then(() => waitFor(units, isOver));
      return queue;
    },
    recordUsed: finder.recordUsed,
    recordThrottle() {
      const at = now();
      if (finder.isReacting(at)) return;
      fill();
      finder.decrease(at);
      tokens = Math.min(tokens, finder.rate() * BURST_SECONDS);
    },
    rate: finder.rate,
  };
};

/** Computes the rate from usage and throttling, for all callers of the process. */
const openRateFinder = (firstRate: number, startedAt: number) => {
  let rate = firstRate;
  /** The measured usage in units per second, smoothed. */
  let measured = 0;
  let counted = 0;
  let measuredAt = startedAt;
  let lastThrottle: { readonly rate: number; readonly at: number } | undefined;

  const grow = (at: number): void => {
    if (!lastThrottle) {
      if (measured > rate / 2) rate *= SLOW_START;
      return;
    }
    const recovery = Math.cbrt((lastThrottle.rate * (1 - DECREASE)) / GROWTH);
    const cubic = GROWTH * ((at - lastThrottle.at) / 1_000 - recovery) ** 3 + lastThrottle.rate;
    // An unused rate says nothing about the table, however long ago it throttled.
    const most = Math.max(rate, lastThrottle.rate, measured * 2);
    rate = Math.max(MIN_RATE, Math.min(cubic, most));
  };

  return {
    rate: (): number => rate,
    recordUsed(units: number): void {
      counted += units;
    },
    measure(at: number): void {
      if (at - measuredAt < MEASURE_MS) return;
      measured = 0.8 * ((counted * 1_000) / (at - measuredAt)) + 0.2 * measured;
      counted = 0;
      measuredAt = at;
      grow(at);
    },
    wasThrottled: (): boolean => lastThrottle !== undefined,
    isReacting: (at: number): boolean => lastThrottle !== undefined && at - lastThrottle.at < REACTION_MS,
    decrease(at: number): void {
      // A client below its rate was throttled at its actual usage. A period without usage says nothing.
      const used = measured === 0 ? rate : Math.min(rate, Math.max(measured, rate / 2));
      lastThrottle = { rate: Math.max(MIN_RATE, used), at };
      rate = Math.max(MIN_RATE, used * DECREASE);
    },
  };
};
