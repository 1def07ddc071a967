import { expect, test } from 'vitest';
import { metricIdOf } from '../../../functions/domains/events/records/metric.ts';
import { decimalText, parseDecimal, toBillionths } from '../../../functions/domains/events/totals/decimal.ts';
import { addUpParts } from '../../../functions/domains/events/totals/parts.ts';
import { packTotals, slotOf, type Totals, unpackTotals } from '../../../functions/domains/events/totals/slots.ts';
import { ensureState } from '../../../functions/domains/events/totals/state.ts';
import { totalChanges } from '../../../functions/domains/events/totals/total-changes.ts';
import { events } from '../../../functions/services/events.ts';
import { startApp } from '../../support/app.ts';
import { event } from './event-bodies.ts';
import { startTotals } from './totals.ts';

const metricId = metricIdOf({ service: 'api', name: 'Placed Order' });

const inserted = (account: string, count: number, receivedAt: string) =>
  Array.from({ length: count }, (_, i) => ({
    kind: 'inserted' as const,
    key: { pk: `A#${account}#P#${i}`, sk: 'EVENT#' },
    position: String(i).padStart(40, '0'),
    at: receivedAt,
    after: { type: 'event', account, metricId, time: receivedAt, receivedAt, nonce: 'AAAA', value: 0.1 },
  }));

test('an hour with more contributions than the memory takes is added up in shares', async () => {
  const app = await startApp(events);
  const changes = inserted(app.account, 500, '2026-01-01T00:00:00.000Z');
  expect(await totalChanges(changes, app.services)).toEqual([]);
  expect(await totalChanges(changes.slice(100, 300), app.services)).toEqual([]);
  const added = async (maxIds?: number) => {
    const groups = await addUpParts(app.account, '2026-01-01T00', { table: app.table }, maxIds);
    return [...groups].map(([group, totals]) => [group, [...totals.values()]]);
  };
  const expected = [[`${metricId}#2026-01`, [{ count: 500, sum: 50_000_000_000n }]]];
  expect(await added()).toEqual(expected);
  expect(await added(40)).toEqual(expected);
});

test('a change that comes after parts of its hour expired is set aside, others are counted', async () => {
  const app = await startTotals('2026-01-01T00:00:00Z');
  await app.post('/api/events', event());
  const work = async () => {
    await app.read(await app.follow());
    await app.work();
  };
  await work();
  app.at('2026-01-01T00:20:00Z');
  await app.post('/api/events', event({ value: 1 }));
  await work();
  expect(await ensureState(app.account, app.services)).toMatchObject({ completeAt: '2026-01-01T00:20:00.000Z' });

  app.at('2026-04-01T00:00:00Z');
  const late = inserted(app.account, 1, '2026-01-05T00:00:00.000Z');
  const others = inserted(app.account, 2, '2026-03-31T23:59:00.000Z').slice(1);
  expect(await totalChanges([...late, ...others], app.services)).toEqual(late);
  expect(Object.values((await app.totals(metricId)) ?? {}).map((one) => one.split(' ')[0])).toEqual(['1', '1', '1']);
});

test.each([0, 12.5, -0.1, 1e15, -1e15, 0.000000001, 123_456_789.123456])('%d is exact as text', (value) => {
  const billionths = toBillionths(value);
  expect(parseDecimal(decimalText(billionths))).toBe(billionths);
  expect(Number(decimalText(billionths))).toBe(value);
});

test('totals are packed by distance, and empty ones are left out', () => {
  const first = slotOf(Date.parse('2026-01-01T00:00:00Z'));
  const totals: Totals = new Map([
    [first + 3, { count: -2, sum: -1_500_000_000n }],
    [first, { count: 40, sum: 0n }],
    [first + 1, { count: 0, sum: 0n }],
  ]);
  const packed = packTotals(totals);
  expect(packed).toBe(`${first.toString(36)}:14 3:-2:-1.5`);
  const unpacked: Totals = new Map();
  unpackTotals(packed, unpacked);
  unpackTotals(packed, unpacked);
  expect([...unpacked.values()]).toEqual([
    { count: 80, sum: 0n },
    { count: -4, sum: -3_000_000_000n },
  ]);
});
