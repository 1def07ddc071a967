import { expect, test } from 'vitest';
import { events } from '../../../functions/services/events.ts';
import { startApp } from '../../support/app.ts';
import { bulk, group } from './event-bodies.ts';

type App = Awaited<ReturnType<typeof startApp>>;

const filled = async (times: readonly string[], now = '2026-12-01T00:00:00Z') => {
  const app = await startApp(events, { now: new Date(now) });
  const sent = times.map((time, n) => ({ time, value: 0.1, properties: { n } }));
  await app.post(
    '/api/event-bulk-create-jobs',
    bulk([group({ email: 'a@example.com' }, sent), group({ email: 'b@example.com' }, sent.slice(0, 1))]),
  );
  const { body } = await app.get('/api/metrics');
  return { app, metric_id: body.data[0].id as string };
};

const ask = (app: App, attributes: object) =>
  app.post('/api/metric-aggregates', { data: { type: 'metric-aggregate', attributes } });
const range = (from: string, to: string) => [`greater-or-equal(datetime,${from})`, `less-than(datetime,${to})`];

test('counts events, sums values and counts people by day', async () => {
  const { app, metric_id } = await filled([
    '2026-07-01T00:00:00Z',
    '2026-07-01T23:59:59.999Z',
    '2026-07-01T12:00:00Z',
    '2026-07-03T00:00:00Z',
    '2026-07-04T00:00:00Z',
  ]);

  const { status, body } = await ask(app, {
    metric_id,
    measurements: ['count', 'sum_value', 'unique'],
    filter: range('2026-07-01T00:00:00', '2026-07-04T00:00:00'),
    page_size: 500,
  });

  expect(status).toBe(200);
  expect(body.data.attributes).toEqual({
    dates: ['2026-07-01T00:00:00+00:00', '2026-07-02T00:00:00+00:00', '2026-07-03T00:00:00+00:00'],
    data: [{ dimensions: [], measurements: { count: [4, 0, 1], sum_value: [0.4, 0, 0.1], unique: [2, 0, 1] } }],
  });
});

test.each([
  // Clocks go forward at 2:00 on 2026-03-29 and back at 3:00 on 2026-10-25.
  [
    'day',
    'Europe/Berlin',
    '2026-03-28',
    '2026-03-31',
    ['2026-03-28T00:00:00+01:00', '2026-03-29T00:00:00+01:00', '2026-03-30T00:00:00+02:00'],
  ],
  [
    'hour',
    'Europe/Berlin',
    '2026-03-29T01:00:00',
    '2026-03-29T04:00:00',
    ['2026-03-29T01:00:00+01:00', '2026-03-29T03:00:00+02:00'],
  ],
  [
    'hour',
    'Europe/Berlin',
    '2026-10-25T01:00:00',
    '2026-10-25T04:00:00',
    [
      '2026-10-25T01:00:00+02:00',
      '2026-10-25T02:00:00+02:00',
      '2026-10-25T02:00:00+01:00',
      '2026-10-25T03:00:00+01:00',
    ],
  ],
  ['week', 'America/New_York', '2026-03-04', '2026-03-16', ['2026-03-02T00:00:00-05:00', '2026-03-09T00:00:00-04:00']],
  [
    'month',
    'America/New_York',
    '2026-10-15',
    '2026-12-02',
    ['2026-10-01T00:00:00-04:00', '2026-11-01T00:00:00-04:00', '2026-12-01T00:00:00-05:00'],
  ],
  // Midnight of 2026-09-06 is skipped.
  [
    'day',
    'America/Santiago',
    '2026-09-05',
    '2026-09-08',
    ['2026-09-05T00:00:00-04:00', '2026-09-06T01:00:00-03:00', '2026-09-07T00:00:00-03:00'],
  ],
  [
    'hour',
    'Asia/Kolkata',
    '2026-01-01T00:30:00',
    '2026-01-01T02:00:00',
    ['2026-01-01T00:00:00+05:30', '2026-01-01T01:00:00+05:30'],
  ],
])('by %s in %s from %s to %s', async (interval, timezone, from, to, dates) => {
  const { app, metric_id } = await filled(dates);
  const { body } = await ask(app, { metric_id, measurements: ['count'], interval, timezone, filter: range(from, to) });
  expect(body.data.attributes.dates).toEqual(dates);
  const { count } = body.data.attributes.data[0].measurements;
  // An interval that starts before the range is counted from the start of the range.
  expect(count.slice(1, -1).every((one: number) => one === 1)).toBe(true);
});

test('accepts filters in one text, and times with an offset', async () => {
  const { app, metric_id } = await filled(['2026-07-01T00:00:00Z', '2026-07-01T01:00:00Z']);
  const { body } = await ask(app, {
    metric_id,
    measurements: ['count'],
    interval: 'month',
    timezone: 'Asia/Tokyo',
    filter: ['greater-than(datetime,2026-07-01T02:00:00+02:00),less-or-equal(datetime,2026-07-01T01:00:00Z)'],
  });
  expect(body.data.attributes.data[0].measurements).toEqual({ count: [1] });
});

test('returns only the requested fields', async () => {
  const { app, metric_id } = await filled(['2026-07-01T00:00:00Z']);
  const attributes = { metric_id, measurements: ['count'], filter: range('2026-07-01', '2026-07-02') };
  const { body } = await app.post('/api/metric-aggregates?fields[metric-aggregate]=data', {
    data: { type: 'metric-aggregate', attributes },
  });
  expect(body.data.attributes).toEqual({ data: [{ dimensions: [], measurements: { count: [2] } }] });
});

test('refuses an unsupported query at its place', async () => {
  const { app, metric_id } = await filled(['2026-07-01T00:00:00Z']);
  const good = { metric_id, measurements: ['count'], filter: range('2026-07-01', '2026-07-02') };
  const pointers = async (attributes: object) => {
    const { status, body } = await ask(app, { ...good, ...attributes });
    expect(status).toBe(400);
    return body.errors.map((e: { source: { pointer: string } }) => e.source.pointer);
  };

  expect(await pointers({ by: [''], timezone: 'Mars/Olympus', measurements: ['mean'], interval: 'year' })).toEqual([
    '/data/attributes/measurements/0',
    '/data/attributes/interval',
    '/data/attributes/timezone',
    '/data/attributes/by/0',
  ]);
  for (const filter of [
    [],
    ['greater-or-equal(datetime,2026-07-01)'],
    ['equals(datetime,2026-07-01)'],
    ['equals(URL,"x")'],
    ['nonsense'],
    // Parsing time grows with the length, not with a power of it.
    [`less-than(${' '.repeat(980)}x`],
    range('2026-07-02', '2026-07-01'),
  ]) {
    expect(await pointers({ filter })).toEqual(['/data/attributes/filter']);
  }
  expect(await pointers({ filter: [`less-than(${' '.repeat(6_000)}x`] })).toEqual(['/data/attributes/filter/0']);
  expect(await pointers({ interval: 'hour', filter: range('2020-01-01', '2026-01-01') })).toEqual([
    '/data/attributes/filter',
  ]);
  const { status, body } = await ask(app, { ...good, metric_id: 'unknown' });
  expect([status, body.errors[0].source]).toEqual([404, { pointer: '/data/attributes/metric_id' }]);
});
