import { expect, test } from 'vitest';
import { billOf, designs, ingestPerMillion, totalOf } from '../../lib/cost/bill.ts';
import { report } from '../../lib/cost/report.ts';

const usage = { events: 100e6, batch: 10, retentionDays: 90, profiles: 0 };

test('a million single events cost at most $3.10, and $1.80 in batches of 50', () => {
  expect(ingestPerMillion(1)).toBeLessThanOrEqual(3.1);
  expect(ingestPerMillion(50)).toBeLessThanOrEqual(1.8);
});

test('every other design costs more', () => {
  const { 'as it is': own = 0, ...others } = designs(usage);
  expect(own).toBeCloseTo(totalOf(billOf(usage)));
  for (const other of Object.values(others)) expect(other).toBeGreaterThan(own);
});

test('the report reads amounts as people write them', () => {
  expect(JSON.parse(report({ events: '100M', batch: '10', retention: '90d', json: true })).usage).toEqual(usage);
  expect(() => report({ events: 'many' })).toThrow('100M');
  expect(() => report({ retention: '90' })).toThrow('90d');
});
