import { expect, test } from 'vitest';
import { ensureMetrics } from '../../functions/domains/events/records/ensure-metrics.ts';
import { metricIdOf } from '../../functions/domains/events/records/metric.ts';
import { toBillionths } from '../../functions/domains/events/totals/decimal.ts';
import { packTotals, SLOT_MS, slotOf } from '../../functions/domains/events/totals/slots.ts';
import { changeState, ensureState } from '../../functions/domains/events/totals/state.ts';
import { dayTotals, partsPk, totalsParts } from '../../functions/domains/events/totals/store.ts';
import { totalChanges } from '../../functions/domains/events/totals/total-changes.ts';
import { put } from '../../functions/platform/table/write.ts';
import { events } from '../../functions/services/events.ts';
import { totalsPartWrites } from '../../lib/cost/bill.ts';
import { totalsPart } from '../../lib/cost/operations.ts';
import { startApp } from '../support/app.ts';
import { generator } from '../support/random.ts';

/** As DynamoDB counts an item of texts and numbers: names, and values as UTF-8. */
const bytesOf = (item: Readonly<Record<string, unknown>>): number =>
  Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(String(value)),
    0,
  );

const metricId = metricIdOf({ service: 'api', name: 'Placed Order' });
const DAY = 86_400_000;

test.each([29, 100, 1_000, 4_000])('a part of the totals of %i events is as large as the model says', async (count) => {
  const app = await startApp(events, { now: new Date('2026-01-01T12:01:00Z') });
  const random = generator(count);
  const changes = Array.from({ length: count }, (_, i) => ({
    kind: 'inserted' as const,
    key: { pk: `A#${app.account}#P#${i}`, sk: `EVENT#${i}` },
    position: String(i).padStart(40, '0'),
    at: '2026-01-01T12:00:00.000Z',
    after: {
      type: 'event',
      account: app.account,
      metricId: metricId.slice(1) + (i % 3),
      time: '2026-01-01T11:59:00.000Z',
      receivedAt: '2026-01-01T12:00:00.000Z',
      nonce: 'AAAA',
      value: Math.floor(random() * 100_000) / 100,
    },
  }));
  expect(await totalChanges(changes, app.services)).toEqual([]);
  const [part, other] = await app.table.queryOf(totalsParts, { pk: partsPk(app.account, '2026-01-01'), limit: 2 });
  if (!part || other) throw new Error('not one part');
  const bytes = bytesOf(totalsParts.toItem(part));
  expect(bytes).toBeLessThanOrEqual(totalsPart.bytes + count * totalsPart.bytesPerContribution);
  expect(Math.ceil(bytes / 1_024)).toBeLessThanOrEqual(totalsPartWrites(count));
  expect(totalsPartWrites(4_000) / 4_000).toBeLessThan(0.018);
});

test('ten million events of a year are counted and summed by day in less than 100 read units', async () => {
  const app = await startApp(events, { now: new Date('2026-12-01T00:30:00Z') });
  const { account, table } = app;
  await ensureMetrics([{ service: 'api', name: 'Placed Order' }], app.context());
  // The rows of a year, as folding leaves them.
  const random = generator(1);
  const first = Date.parse('2025-12-01');
  let total = 0;
  for (let day = 0; day < 365; day++) {
    const start = first + day * DAY;
    const text = new Date(start).toISOString();
    const ofDay = Array.from({ length: DAY / SLOT_MS }, (_, slot) => {
      const count = 270 + Math.floor(random() * 32);
      total += count;
      return [slotOf(start) + slot, { count, sum: toBillionths(Math.floor(random() * 5e6) / 100) }] as const;
    });
    const totals = packTotals(new Map(ofDay));
    await table.write(
      put(dayTotals, { account, metricId, month: text.slice(0, 7), day: text.slice(0, 10), totals, version: 1 }),
    );
  }
  expect(total).toBeGreaterThan(9.9e6);
  const state = await ensureState(account, app.services);
  await changeState(state, { foldedUntil: '2026-12-01T00', completeAt: '2025-12-01T00:00:00Z' }, app.services);

  let units = 0;
  app.watch(async ({ command, input }, next) => {
    const answer = await next();
    const { Items = [] } = answer.output as { Items?: Record<string, unknown>[] };
    const isEventual = command === 'QueryCommand' && !(input as { ConsistentRead?: boolean }).ConsistentRead;
    const bytes = Items.reduce((sum, item) => sum + bytesOf(item), 0);
    units += Math.max(1, Math.ceil(bytes / 4_096)) * (isEventual ? 0.5 : 1);
    return answer;
  });
  app.requests.length = 0;
  const { status, body } = await app.post('/api/metric-aggregates', {
    data: {
      type: 'metric-aggregate',
      attributes: {
        metric_id: metricId,
        measurements: ['count', 'sum_value'],
        timezone: 'Asia/Kolkata',
        filter: ['greater-or-equal(datetime,2025-12-01T05:30:00)', 'less-than(datetime,2026-12-01T00:00:00)'],
      },
    },
  });
  expect(status).toBe(200);
  const [{ measurements }] = body.data.attributes.data;
  expect(measurements.count).toHaveLength(365);
  expect(measurements.count[100]).toBeGreaterThan(25_000);
  expect(units).toBeLessThan(100);
  expect(app.requests.length).toBeLessThan(45);
});
