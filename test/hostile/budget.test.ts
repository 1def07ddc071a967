import { describe, expect, test } from 'vitest';
import { bulkRoutes, MAX_RSS_MB, spendOf } from './budget.ts';

/** Only the costliest bodies: `npm run soak -- budget` sends every hostile one to every route. */
describe.each(bulkRoutes)('$name', (bulk) => {
  test(`takes less than a second and ${MAX_RSS_MB} MB for the worst bodies`, { timeout: 300_000 }, async () => {
    const spent = await spendOf(bulk, { isThorough: false });
    expect(new Set(spent.map(({ route }) => route)).size).toBe(bulk.routes.length);
    expect(spent.filter(({ isOver }) => isOver)).toEqual([]);
  });
});

test('some routes take many entries at once', () => {
  expect(bulkRoutes.flatMap(({ routes }) => routes).length).toBeGreaterThan(8);
});
