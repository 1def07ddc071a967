import { expect, test } from 'vitest';
import { archiveBill } from '../../lib/cost/archive.ts';
import { billOf, ingestPerMillion, monthOf, nothing, perMillion, totalOf } from '../../lib/cost/bill.ts';
import { synthesizedStanding } from '../../lib/cost/deployment.ts';
import { designs } from '../../lib/cost/designs.ts';
import { idleBill } from '../../lib/cost/idle.ts';
import { report } from '../../lib/cost/report.ts';

const standing = synthesizedStanding();
const usage = { ...nothing, events: 100e6, batch: 10, retentionDays: 90, archiveDays: 365 };

test('a million single events cost at most $3.10, and $1.80 in batches of 50, archived', () => {
  expect(ingestPerMillion(1)).toBeLessThanOrEqual(3.1);
  expect(ingestPerMillion(50)).toBeLessThanOrEqual(1.8);
});

test('every other design costs more', () => {
  const { 'this design': own = 0, ...others } = designs(usage, standing);
  expect(own).toBeCloseTo(totalOf(monthOf(usage, standing)));
  for (const other of Object.values(others)) expect(other).toBeGreaterThan(own);
});

test('a year in the archive costs less than a twenty-fifth of nine more months in the table', () => {
  const archive = totalOf(archiveBill(usage));
  const { 'twelve months in the table, no archive': inTable = 0, 'this design': own = 0 } = designs(usage, standing);
  expect(archive).toBeGreaterThan(0);
  expect(archive).toBeLessThan((inTable - (own - archive)) / 25);
});

test('API requests and file rows are part of the bill', () => {
  const busy = {
    profileChanges: 1e6,
    consentChanges: 1e6,
    reads: 1e6,
    newRows: 1e6,
    changedRows: 1e6,
    unchangedRows: 1e6,
    joiningRows: 1e6,
  };
  const each = perMillion();
  const sum = [
    'Profile changes',
    'Consent changes',
    'Profile reads',
    'CSV rows, new',
    'CSV rows, changed',
    'CSV rows, unchanged',
    'CSV rows that join a list, in addition',
  ];
  const alone = totalOf(billOf({ ...nothing, ...busy }));
  expect(sum.reduce((total, name) => total + (each[name] ?? Number.NaN), 0)).toBeCloseTo(alone);
  expect(each['CSV rows, unchanged']).toBeLessThan(each['CSV rows, changed'] ?? 0);
  expect(each['CSV rows, changed']).toBeLessThan(each['CSV rows, new'] ?? 0);
});

test('a request of more than 512 KB is billed as two', () => {
  const ofBatches = (batch: number) => billOf({ ...usage, batch })['API Gateway'] ?? Number.NaN;
  expect(ofBatches(1_000)).toBeCloseTo(2 * (usage.events / 1_000) * 1e-6);
  expect(ofBatches(500)).toBeCloseTo((usage.events / 500) * 1e-6);
});

test('only large and old objects of the archive move to the cheaper class', () => {
  const storage = (given: Partial<typeof usage>) =>
    archiveBill({ ...usage, retentionDays: 30, events: 1e9, ...given })['Archive: storage'];
  const perDay = (storage({ archiveDays: 90 }) - storage({ archiveDays: 60 })) / 30;
  expect(storage({ archiveDays: 365 })).toBeLessThan(perDay * 365);
  const small = { events: 1e6 };
  expect(storage({ ...small, archiveDays: 365 })).toBeCloseTo((365 / 60) * storage({ ...small, archiveDays: 60 }));
});

test('the report accepts amounts such as 100M', () => {
  expect(
    JSON.parse(report({ events: '100M', batch: '10', retention: '90d', json: true }, () => standing)).usage,
  ).toEqual(usage);
  expect(JSON.parse(report({ 'new-rows': '20k', archive: '30d', json: true }, () => standing)).usage).toMatchObject({
    newRows: 20_000,
    archiveDays: 30,
  });
  expect(report({}, () => standing)).toContain('twelve months in the table');
  expect(() => report({ events: 'many', retention: '90' }, () => standing)).toThrow(
    /^--events: .*100M.*\n--retention: .*90d/,
  );
  expect(report({ help: true }, () => standing)).toContain('--events 100M');
  expect(JSON.parse(report({ idle: true, json: true }, () => standing)).total).toBeCloseTo(totalOf(idleBill(standing)));
  expect(report({ idle: true }, () => standing)).toContain(', 92 at once');
});
