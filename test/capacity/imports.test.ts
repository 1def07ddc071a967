import { expect, test } from 'vitest';
import { noCounts } from '../../functions/domains/imports/outcomes/counts.ts';
import { type Capacity, openCapacity } from '../support/capacity/capacity.ts';
import { importAtOnce } from './at-once.ts';

/** The share of live events that may be refused while imports use all that the table has. */
const MAX_REFUSED = 0.01;

test('ten files at once into a new table all complete with exact counts, and events find room', {
  timeout: 300_000,
}, async () => {
  const rows = 300;
  const { outcomes, events, capacity, failedMessages } = await importAtOnce({
    files: 10,
    rows,
    visibilityMs: 60_000,
    eventsPerSecond: 12,
    capacity: openCapacity({ scale: 3 }),
  });

  const whole = { status: 'complete', error: undefined, counts: { ...noCounts, created: rows } };
  expect(outcomes).toEqual(Array.from({ length: 10 }, () => whole));
  expect(capacity.throttled.partition + capacity.throttled.table).toBeGreaterThan(0);
  expect(failedMessages).toBe(0);
  expect(events.sent).toBeGreaterThan(20);
  expect(events.refused / events.sent).toBeLessThanOrEqual(MAX_REFUSED);
});

/** A table that takes no profiles for so long. */
const closedFor = (ms: number): Capacity => {
  const capacity = openCapacity();
  const end = performance.now() + ms;
  return {
    ...capacity,
    take: (uses) =>
      performance.now() < end && uses.some(({ pk, unit }) => unit === 'write' && pk.includes('#P#'))
        ? 'partition'
        : capacity.take(uses),
  };
};

test('an import for which there is no capacity is put off, as often as it takes, and does not fail', {
  timeout: 300_000,
}, async () => {
  const rows = 120;
  const { outcomes, waits, failedMessages } = await importAtOnce({
    files: 1,
    rows,
    workers: 1,
    // A second of work for each function, and then what is kept for the end.
    budgetMs: 16_000,
    visibilityMs: 60_000,
    eventsPerSecond: 1,
    capacity: closedFor(18_000),
    pace: { pauseSeconds: 0.1 },
  });

  expect(outcomes).toEqual([{ status: 'complete', error: undefined, counts: { ...noCounts, created: rows } }]);
  // As often as a run may be killed without a checkpoint before an import fails.
  expect(waits).toBeGreaterThan(4);
  expect(failedMessages).toBe(0);
});
