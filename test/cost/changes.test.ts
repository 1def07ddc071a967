import { expect, test } from 'vitest';
import { changesBill, deliveryCost } from '../../lib/cost/changes.ts';

test('bringing consent to webhooks within seconds costs a small shop cents, and an idle one nothing', () => {
  expect(changesBill({ changes: 0, seconds: 2 })).toBe(0);
  expect(changesBill({ changes: 100_000, seconds: 2 })).toBeLessThan(0.3);
  // All events as fast would cost more than a sixth of their price.
  const events = changesBill({ changes: 1e6, seconds: 2 }) - changesBill({ changes: 1e6, seconds: 300 });
  expect(events).toBeGreaterThan(1.5);
});

test('gathering changes longer never costs more, and a busy stream pays less for each', () => {
  for (const changes of [1e4, 1e6, 1e8]) {
    const bills = [2, 10, 60, 300].map((seconds) => changesBill({ changes, seconds }));
    expect(bills).toEqual(bills.toSorted((a, b) => b - a));
  }
  expect(changesBill({ changes: 1e8, seconds: 2 }) / 1e8).toBeLessThan(changesBill({ changes: 1e6, seconds: 2 }) / 2e6);
});

test('a million deliveries cost at most $10, and $4 many at once', () => {
  expect(1e6 * deliveryCost('alone')).toBeLessThan(10);
  expect(1e6 * deliveryCost('further')).toBeLessThan(4);
});
