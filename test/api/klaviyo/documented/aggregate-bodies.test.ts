import { expect, test } from 'vitest';
import { served } from './facts.ts';
import { isList, type Outline } from './outline.ts';
import { startShop } from './shop.ts';

const OPERATION = 'POST /api/metric-aggregates';

/** The documented values of a member of the body's attributes. */
const valuesOf = (name: string): readonly string[] => {
  const member = (outline: Outline | undefined, key: string): Outline | undefined =>
    typeof outline === 'object' && !isList(outline) ? (outline[key] ?? outline[`${key}*`]) : undefined;
  const own = member(member(member(served[OPERATION]?.body, 'data'), 'attributes'), name);
  const text = own !== undefined && isList(own) ? own[0] : own;
  if (typeof text !== 'string' || !text.startsWith('=')) throw new Error(`${name} has no documented values.`);
  return text.slice(1).split('|');
};

/** The example of the document, and each of its documented values in its place. */
const bodies = (metricId: string): object[] => {
  const example = {
    metric_id: metricId,
    measurements: ['count'],
    interval: 'day',
    page_size: 500,
    by: ['$message'],
    return_fields: ['datetime'],
    filter: ['greater-or-equal(datetime,2025-12-31T00:00:00)', 'less-than(datetime,2026-01-02T00:00:00)'],
    timezone: 'America/New_York',
  };
  const sorted = valuesOf('sort').map((sort) => ({ ...example, sort }));
  const grouped = valuesOf('by').map((name) => ({ ...example, by: [name], sort: `-${name}` }));
  const filtered = valuesOf('by').map((name) => ({
    ...example,
    by: [name],
    filter: [...example.filter, `not(equals(${name},"x"))`],
  }));
  const measured = valuesOf('measurements').map((one) => ({ ...example, measurements: [one] }));
  const timed = valuesOf('interval').map((interval) => ({ ...example, interval }));
  return [example, ...sorted, ...grouped, ...filtered, ...measured, ...timed];
};

test('accepts every documented dimension, order, measurement and interval', async () => {
  const shop = await startShop();
  const all = bodies(shop.metricId);
  expect(all.length).toBeGreaterThan(78 + 2 * 36);
  const failed: unknown[] = [];
  for (const [second, attributes] of all.entries()) {
    // Requests per second are limited.
    shop.at(new Date(Date.UTC(2026, 0, 2, 0, 0, second)).toISOString());
    const { status, body } = await shop.post('/api/metric-aggregates', {
      data: { type: 'metric-aggregate', attributes },
    });
    const rows = body.data?.attributes.data;
    // The shop's one event has none of these properties.
    if (status !== 200 || rows.length !== 1 || rows[0].dimensions.join() !== '')
      failed.push([attributes, status, body]);
  }
  expect(failed).toEqual([]);
});
