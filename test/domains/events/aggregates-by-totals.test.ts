import { expect, test } from 'vitest';
import { metricIdOf } from '../../../functions/domains/events/records/metric.ts';
import { generator } from '../../support/random.ts';
import { bulk, event, group } from './event-bodies.ts';
import { startTotals } from './totals.ts';

const COUNT = 600;
const SHARDS = 8;
const metric_id = metricIdOf({ service: 'api', name: 'Placed Order' });

/** Two thousand events of a week in July, and what a consumer of the stream made of them. */
const startWeek = async () => {
  const app = await startTotals('2026-07-08T12:07:00Z');
  const random = generator(7);
  const sent = () =>
    Array.from({ length: COUNT }, (_, n) => ({
      time: new Date(Date.UTC(2026, 6, 1) + Math.floor(random() * 7.5 * 86_400_000)).toISOString(),
      value: Math.floor(random() * 10_000) / 100,
      properties: { n },
    }));
  for (const email of ['a@example.com', 'b@example.com'])
    await app.post('/api/event-bulk-create-jobs', bulk([group({ email }, sent())]));
  const work = async () => {
    await app.read(await app.follow());
    await app.work();
  };
  const ask = async (attributes: object) => {
    const { status, body } = await app.post('/api/metric-aggregates', {
      data: {
        type: 'metric-aggregate',
        attributes: { metric_id, measurements: ['count', 'sum_value'], ...attributes },
      },
    });
    expect(status).toBe(200);
    return body.data.attributes;
  };
  return { ...app, work, ask };
};

const range = (from: string, to: string) => [`greater-or-equal(datetime,${from})`, `less-than(datetime,${to})`];
const questions = [
  { filter: range('2026-07-01', '2026-07-09') },
  { filter: range('2026-07-01T00:00:00', '2026-07-09T00:00:00'), interval: 'hour', timezone: 'Asia/Kathmandu' },
  { filter: range('2026-07-01T00:07:31', '2026-07-08T11:59:59'), interval: 'hour', timezone: 'Europe/Berlin' },
  { filter: range('2026-07-01T00:07:31', '2026-07-08T12:01:02'), interval: 'week', timezone: 'America/St_Johns' },
  { filter: range('2020-07-01', '2026-07-09'), interval: 'month', measurements: ['count'] },
];

test('an answer from totals is that from single events', async () => {
  const app = await startWeek();
  const byEvent = [];
  for (const question of questions) byEvent.push(await app.ask(question));

  await app.work();
  app.at('2026-07-08T12:30:00Z');
  await app.post('/api/events', event({ time: '2026-07-09T12:29:00Z' }));
  await app.work();
  const indexes: string[] = [];
  app.watch(async ({ input }, next) => {
    indexes.push(...('IndexName' in input ? [String(input.IndexName)] : []));
    return next();
  });
  for (const [i, question] of questions.entries()) expect(await app.ask(question)).toEqual(byEvent[i]);
  // The last half hour of five ranges, and two ends within a quarter of an hour.
  expect(indexes).toHaveLength(7 * SHARDS);

  // What comes now is there at once, and what is removed is gone after the next batch of the stream.
  await app.post('/api/events', event({ time: '2026-07-08T12:29:00Z', value: 5 }));
  const all = { filter: range('2026-07-01', '2026-07-09'), interval: 'month' };
  const [{ measurements }] = (await app.ask(all)).data;
  expect(measurements.count).toEqual([2 * COUNT + 1]);
  const [stored] = await app.storedEvents();
  await app.remove(stored ?? {});
  await app.work();
  const [{ measurements: later }] = (await app.ask(all)).data;
  expect(later.count).toEqual([2 * COUNT]);
  expect(later.sum_value[0]).toBeCloseTo(measurements.sum_value[0] - Number(stored?.value?.N), 6);
});
