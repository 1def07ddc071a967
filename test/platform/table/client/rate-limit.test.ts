import { expect, test } from 'vitest';
import { openRateLimit } from '../../../../functions/platform/table/client/retry/rate-limit.ts';

const never = () => false;

/** A limit of 1,000 units a second on a manual clock. */
const limited = () => {
  let time = 0;
  const limit = openRateLimit(1_000, () => time);
  return {
    limit,
    /** Uses the full rate for this long, in steps of 100 ms. */
    use: (seconds: number, share = 1) => {
      for (let step = 0; step < seconds * 10; step++) {
        time += 100;
        const units = (limit.rate() / 10) * share;
        void limit.acquire(units, never);
        limit.recordUsed(units);
      }
    },
    pass: (ms: number) => {
      time += ms;
    },
  };
};

test('doubles the rate each second of use until the first refusal', () => {
  const { limit, use } = limited();
  use(4);
  expect(limit.rate()).toBeGreaterThan(8_000);
});

test('does not raise an unused rate', () => {
  const { limit, use } = limited();
  use(4, 0.1);
  expect(limit.rate()).toBe(1_000);
});

test('lowers the rate to 70 % on a refusal; simultaneous ones count once', () => {
  const { limit, use, pass } = limited();
  use(1);
  const before = limit.rate();
  limit.recordThrottle();
  pass(100);
  limit.recordThrottle();

  const after = limit.rate();
  expect(after / before).toBeLessThan(0.75);
  expect(after / before).toBeGreaterThan(0.34);
  pass(600);
  limit.recordThrottle();
  expect(limit.rate()).toBeLessThan(after);
});

test('returns to the earlier rate after a refusal, and then probes for more', () => {
  const { limit, use } = limited();
  use(2);
  limit.recordThrottle();
  const low = limit.rate();

  use(9, 0.9);
  expect(limit.rate()).toBeGreaterThan(low * 1.3);
  const back = limit.rate();
  use(10, 0.9);
  expect(limit.rate()).toBeGreaterThan(back);
});

test('does not raise the rate during a pause beyond the one of the last refusal', () => {
  const { limit, use, pass } = limited();
  use(2);
  const before = limit.rate();
  limit.recordThrottle();

  pass(15 * 60_000);
  use(1, 0.1);
  expect(limit.rate()).toBeLessThanOrEqual(before);
  use(10);
  expect(limit.rate()).toBeGreaterThan(before);
});

test('always leaves a minimum rate, however often a table refuses', () => {
  const { limit, pass } = limited();
  for (let i = 0; i < 100; i++) {
    pass(600);
    limit.recordThrottle();
  }
  expect(limit.rate()).toBe(10);
});

test('queues requests over the rate in order; small ones do not overtake a large one', async () => {
  const limit = openRateLimit(1_000);
  const order: string[] = [];
  expect(limit.acquire(1_050, never)).toBeUndefined();
  const begun = performance.now();

  const large = limit.acquire(100, never)?.then(() => order.push('large'));
  const small = limit.acquire(1, never)?.then(() => order.push('small'));
  await Promise.all([large, small]);

  expect(order).toEqual(['large', 'small']);
  // 50 units in arrears and then 100, at 1,000 a second.
  expect(performance.now() - begun).toBeGreaterThan(130);
});

test('queues nothing beyond its time limit', async () => {
  const limit = openRateLimit(1);
  void limit.acquire(1_000, never);
  const begun = performance.now();
  await limit.acquire(1, () => true);
  expect(performance.now() - begun).toBeLessThan(100);
});
