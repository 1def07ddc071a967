import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { events } from '../../../functions/services/events.ts';
import { withChart } from '../../../lib/admin/operations/chart.ts';
import { event } from '../../domains/events/event-bodies.ts';
import { startApp } from '../../support/app.ts';
import { tableEndpoint } from '../../support/table.ts';
import { cli } from './cli.ts';

test('bars are as long as their share of the largest, and at least one character', () => {
  const bars = withChart([{ count: 1_000 }, { count: 500 }, { count: 1 }, { count: 0 }, { count: -5 }], 'count');
  expect(bars.map(({ chart }) => String(chart).length)).toEqual([40, 20, 1, 0, 0]);
});

test('prints a metric by day, week or property, as a table with a chart and as JSON', async () => {
  const app = await startApp(events);
  const orders = [
    ['2026-03-02T10:00:00Z', 10, 'DE', 'ada'],
    ['2026-03-02T11:00:00Z', 5, 'FR', 'ada'],
    ['2026-03-03T23:30:00Z', 2.5, 'DE', 'bob'],
  ] as const;
  for (const [time, value, country, who] of orders)
    await app.post(
      '/api/events',
      event({ time, value, properties: { country }, person: { email: `${who}@example.com` } }),
    );
  const file = join(mkdtempSync(join(tmpdir(), 'admin-')), 'stack.json');
  writeFileSync(file, JSON.stringify({ awsEndpoint: tableEndpoint(), tableName: app.tableName }));
  const report = (...args: readonly string[]) =>
    cli(['report', 'Placed Order', '--from', '2026-03-02', '--to', '2026-03-05', '--stack-file', file, ...args]);

  const byDay = await report('--timezone', 'Europe/Berlin');
  expect(byDay.code).toBe(0);
  expect(byDay.out.split('\n').map((line) => line.split(/\s+/))).toEqual([
    ['DAY', 'COUNT', 'VALUE', 'CHART'],
    ['2026-03-02', '2', '15', '#'.repeat(40)],
    ['2026-03-03', '0', '0'],
    ['2026-03-04', '1', '2.5', '#'.repeat(20)],
    [''],
  ]);
  const answer = async (...args: readonly string[]) => JSON.parse((await report('--json', ...args)).out);
  expect(await answer('--by', 'week', '--measure', 'people', '--timezone', 'UTC')).toEqual([
    { week: '2026-03-02', count: 3, value: 17.5, people: 2 },
  ]);
  expect(await answer('--property', 'country', '--measure', 'value')).toEqual([
    { country: 'DE', count: 2, value: 12.5 },
    { country: 'FR', count: 1, value: 5 },
  ]);
  expect(await answer('--property', 'country', '--limit', '1', '--filter', 'equals(country,"FR")')).toEqual([
    { country: 'FR', count: 1, value: 5 },
  ]);
  expect(await cli(['report', 'Opened', '--stack-file', file])).toMatchObject({
    code: 1,
    err: expect.stringContaining('There is no metric Opened. There are Placed Order.'),
  });
  expect(await report('--filter', 'near(country,"FR")')).toMatchObject({ code: 1 });
  expect(await report('--timezone', 'Mars')).toMatchObject({ code: 1, err: expect.stringContaining('Europe/Berlin') });
}, 60_000);
