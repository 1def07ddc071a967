import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What CUBIC (RFC 9438) does for a sender on a network, by its figures, which the SDK's adaptive mode also uses: after a
 * refusal the rate falls to 70 %, comes back to where it was, stays there for a while, and then looks for more.
 */
const DECREASE = 0.7;
const GROWTH = 0.4;
/** Requests that were under way together are refused together: that is one refusal. */
const REACTION_MS = 500;
const MEASURE_MS = 500;
/** Until the first refusal the rate doubles every second. */
const SLOW_START = Math.SQRT2 ** (MEASURE_MS / 500);
const LEAST_RATE = 10;
/** So much of a second may be used at once. */
const BURST_SECONDS = 0.25;
const LONGEST_SLEEP_MS = 200;

export interface RateLimit {
  /** Waits until units may be used; undefined where that is now. `isOver` ends the wait. */
  acquire(units: number, isOver: () => boolean): Promise<void> | undefined;
  /** Units that were used. */
  used(units: number): void;
  throttled(): void;
  /** Units a second. */
  rate(): number;
}

/** Finds the rate at which a table is not throttled, among others who look for theirs. `now` is in milliseconds. */
export const openRateLimit = (firstRate: number, now: () => number = () => performance.now()): RateLimit => {
  let rate = firstRate;
  let tokens = firstRate;
  let filledAt = now();
  let measured = 0;
  let counted = 0;
  let measuredAt = filledAt;
  /** The rate at the last refusal, and when that was. */
  let last: { readonly rate: number; readonly at: number } | undefined;
  let turn: Promise<void> = Promise.resolve();
  let waiting = 0;

  const measure = (at: number): void => {
    if (at - measuredAt < MEASURE_MS) return;
    measured = 0.8 * ((counted * 1_000) / (at - measuredAt)) + 0.2 * measured;
    counted = 0;
    measuredAt = at;
    if (last) {
      const recovery = Math.cbrt((last.rate * (1 - DECREASE)) / GROWTH);
      const cubic = GROWTH * ((at - last.at) / 1_000 - recovery) ** 3 + last.rate;
      // A rate that nobody uses says nothing of the table, whatever time has passed.
      const most = Math.max(rate, last.rate, measured * 2);
      rate = Math.max(LEAST_RATE, Math.min(cubic, most));
    } else if (measured > rate / 2) rate *= SLOW_START;
  };

  const fill = (): void => {
    const at = now();
    measure(at);
    const most = Math.max(rate * BURST_SECONDS, last ? 0 : firstRate);
    tokens = Math.min(most, tokens + ((at - filledAt) / 1_000) * rate);
    filledAt = at;
  };

  const waitFor = async (units: number, isOver: () => boolean): Promise<void> => {
    for (fill(); tokens <= 0 && !isOver(); fill())
      await sleep(Math.min(LONGEST_SLEEP_MS, Math.max(1, (-tokens / rate) * 1_000)));
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
      // One after another, so that a large request is not overtaken for ever.
      turn = turn.then(() => waitFor(units, isOver));
      return turn;
    },
    used(units) {
      counted += units;
    },
    throttled() {
      const at = now();
      if (last && at - last.at < REACTION_MS) return;
      fill();
      // Who uses less than they may is throttled at what they use; a moment without any says nothing.
      const used = measured === 0 ? rate : Math.min(rate, Math.max(measured, rate / 2));
      last = { rate: Math.max(LEAST_RATE, used), at };
      rate = Math.max(LEAST_RATE, used * DECREASE);
      tokens = Math.min(tokens, rate * BURST_SECONDS);
    },
    rate: () => rate,
  };
};
