import { expect, test } from 'vitest';
import { changeAccount } from '../../../functions/domains/accounts/actions.ts';
import { button, email, step, version } from './parts.ts';
import { startLive } from './submit.ts';

const start = async () => {
  const app = await startLive(version([step(email({ required: true }), button())]), {
    now: new Date('2026-03-10T12:00:00Z'),
  });
  const report = (kind: 'values' | 'series', attributes: object) =>
    app.post(`/api/form-${kind}-reports`, { data: { type: `form-${kind}-report`, attributes } });
  const view = async (at: string, more: object = {}) => {
    app.at(at);
    expect((await app.countViews([{ name: 'viewed', is_unique: true, ...more }])).status).toBe(202);
  };
  return { ...app, report, view };
};

const today = { key: 'today' };

test('views, closings and submits are counted by version, robots and unknown versions are not', async () => {
  const app = await start();
  await app.countViews([
    { name: 'qualified' },
    { name: 'viewed', is_unique: true },
    { name: 'viewed_step', is_unique: true, step: 'step-1' },
  ]);
  await app.countViews([{ name: 'viewed' }, { name: 'closed' }]);
  await app.countViews([
    { name: 'viewed', form_version_id: '1' },
    { name: 'viewed', form_id: 'nothing' },
  ]);
  await app.countViews([{ name: 'viewed' }], { 'user-agent': 'Googlebot/2.1 (+http://www.google.com/bot.html)' });
  await app.submit({ fields: { $email: 'ada@example.com' } });
  await app.submit({ fields: { $email: 'bot@example.com' }, website: 'x' });
  const statistics = [
    'viewed_form',
    'viewed_form_uniques',
    'viewed_form_step',
    'closed_form',
    'qualified_form',
    'submits',
    'submitted_form_step',
    'submit_rate',
  ];
  const { status, body } = await app.report('values', { statistics, timeframe: today });
  expect([status, body.data.attributes.results]).toEqual([
    200,
    [
      {
        groupings: { form_id: app.form },
        statistics: {
          viewed_form: 2,
          viewed_form_uniques: 1,
          viewed_form_step: 1,
          closed_form: 1,
          qualified_form: 1,
          submits: 1,
          submitted_form_step: 1,
          submit_rate: 0.5,
        },
      },
    ],
  ]);
  const by = { statistics: ['viewed_form'], timeframe: today, group_by: ['form_id', 'form_version_id'] };
  expect((await app.report('values', by)).body.data.attributes.results).toEqual([
    { groupings: { form_id: app.form, form_version_id: app.live }, statistics: { viewed_form: 2 } },
  ]);
  const filtered = { ...by, filter: 'equals(form_id,"other")' };
  expect((await app.report('values', filtered)).body.data.attributes.results).toEqual([]);
});

test.each(['Asia/Kolkata', 'America/New_York', 'UTC', 'Australia/Adelaide'])(
  'days are those of %s, to the minute',
  async (timezone) => {
    const app = await start();
    await changeAccount(app.account, { timezone }, app.services);
    // Accounts are cached for a minute.
    app.at('2026-03-10T12:02:00Z');
    const { body: series } = await app.report('series', {
      statistics: ['viewed_form'],
      timeframe: { start: '2026-03-01T00:00:00', end: '2026-03-04T00:00:00' },
      interval: 'daily',
    });
    const days: readonly string[] = series.data.attributes.date_times;
    expect(days).toHaveLength(3);
    const midnight = Date.parse(days[1] ?? '');
    for (const minutes of [-1, 0, 1, 23 * 60, 24 * 60 - 1, 24 * 60])
      await app.view(new Date(midnight + minutes * 60_000).toISOString());
    const { body } = await app.report('series', {
      statistics: ['viewed_form'],
      timeframe: { start: '2026-03-01T00:00:00', end: '2026-03-04T00:00:00' },
      interval: 'daily',
    });
    expect(body.data.attributes.results[0].statistics.viewed_form).toEqual([1, 4, 1]);
  },
);

test('series are by hour, day, week and month, across summer time', async () => {
  const app = await start();
  await changeAccount(app.account, { timezone: 'Europe/Berlin' }, app.services);
  app.at('2026-03-10T12:02:00Z');
  for (const at of [
    '2026-03-28T22:30:00Z',
    '2026-03-28T23:30:00Z',
    '2026-03-29T00:30:00Z',
    '2026-03-29T01:30:00Z',
    '2026-03-29T22:30:00Z',
  ])
    await app.view(at);
  const series = async (interval: string, from: string, to: string) => {
    const timeframe = { start: from, end: to };
    const { body } = await app.report('series', { statistics: ['viewed_form'], timeframe, interval });
    const { results, date_times: times } = body.data.attributes;
    return [times, results[0].statistics.viewed_form];
  };
  const [hours, byHour] = await series('hourly', '2026-03-29T00:00:00', '2026-03-30T00:00:00');
  expect([hours.length, byHour.slice(0, 4)]).toEqual([23, [1, 1, 1, 0]]);
  expect(await series('daily', '2026-03-28T00:00:00', '2026-03-31T00:00:00')).toEqual([
    ['2026-03-28T00:00:00+01:00', '2026-03-29T00:00:00+01:00', '2026-03-30T00:00:00+02:00'],
    [1, 3, 1],
  ]);
  expect((await series('weekly', '2026-03-23T00:00:00', '2026-04-06T00:00:00'))[1]).toEqual([4, 1]);
  expect((await series('monthly', '2026-03-01T00:00:00', '2026-05-01T00:00:00'))[1]).toEqual([5, 0]);
});

test.each([
  ['today', 1],
  ['yesterday', 2],
  ['this_week', 3],
  ['last_week', 4],
  ['last_7_days', 7],
  ['this_month', 7],
  ['last_month', 8],
  ['last_30_days', 15],
  ['last_3_months', 8],
  ['this_year', 15],
  ['last_year', 16],
])('the time frame %s has its days', async (key, expected) => {
  const app = await start();
  const views: readonly [string, number][] = [
    ['2025-03-01T12:00:00Z', 16],
    ['2026-02-27T12:00:00Z', 8],
    ['2026-03-04T12:00:00Z', 4],
    ['2026-03-09T12:00:00Z', 2],
    ['2026-03-10T00:10:00Z', 1],
  ];
  for (const [at, count] of views) for (let n = 0; n < count; n++) await app.view(at);
  app.at('2026-03-10T12:00:00Z');
  const { body } = await app.report('values', { statistics: ['viewed_form'], timeframe: { key } });
  expect(body.data.attributes.results[0].statistics.viewed_form).toBe(expected);
});

test.each([
  ['an unknown statistic', { statistics: ['clicks'], timeframe: today }, '/data/attributes/statistics/0'],
  [
    'more than a year',
    { statistics: ['submits'], timeframe: { start: '2024-01-01', end: '2026-01-01' } },
    '/data/attributes/timeframe',
  ],
  ['no time', { statistics: ['submits'], timeframe: { start: 'x', end: 'y' } }, '/data/attributes/timeframe/start'],
  [
    'versions without forms',
    { statistics: ['submits'], timeframe: today, group_by: ['form_version_id'] },
    '/data/attributes/group_by',
  ],
  [
    'a filter by name',
    { statistics: ['submits'], timeframe: today, filter: 'equals(name,"x")' },
    '/data/attributes/filter',
  ],
  [
    'hours of a month',
    { statistics: ['submits'], timeframe: { key: 'last_30_days' }, interval: 'hourly' },
    '/data/attributes/timeframe',
  ],
])('a report with %s is refused at its place', async (_, attributes, pointer) => {
  const app = await start();
  const { status, body } = await app.report('interval' in attributes ? 'series' : 'values', attributes);
  expect([status, body.errors[0].source.pointer]).toEqual([400, pointer]);
});
