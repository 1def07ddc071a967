import { expect, test } from 'vitest';
import { noCounts } from '../../functions/domains/imports/outcomes/counts.ts';
import { type Capacity, openCapacity } from '../support/capacity/capacity.ts';
import { importAtOnce } from './parallel-imports.ts';

/** The accepted share of refused live events while imports use the whole capacity of the table. */
const MAX_REFUSED = 0.01;

test('ten simultaneous files into a new table all complete with exact counts, and leave capacity for events', {
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

/** A table that accepts no profiles for this long. */
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

test('an import without capacity is put off as often as necessary, and does not fail', {
  timeout: 300_000,
}, async () => {
  const rows = 120;
  const { outcomes, waits, failedMessages } = await importAtOnce({
    files: 1,
    rows,
    workers: 1,
    // A second of work for each function, and the time reserved for the end.
    budgetMs: 16_000,
    visibilityMs: 60_000,
    eventsPerSecond: 1,
    capacity: closedFor(24_000),
    pace: { pauseSeconds: 0.1 },
  });

  expect(outcomes).toEqual([{ status: 'complete', error: undefined, counts: { ...noCounts, created: rows } }]);
  // The number of runs without a checkpoint before an import fails.
  expect(waits).toBeGreaterThan(4);
  expect(failedMessages).toBe(0);
});
