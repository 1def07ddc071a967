import { beforeAll, expect, test } from 'vitest';
import { metricIdOf } from '../../../functions/domains/events/records/metric.ts';
import { countChanges } from '../../../functions/domains/receipts/counts/count-changes.ts';
import { events } from '../../../functions/services/events.ts';
import { startApp } from '../../support/app.ts';
import { event } from '../events/event-bodies.ts';

type App = Awaited<ReturnType<typeof startApp>>;
let app: App;
let metric = '';

/** What came in, as the reader of the stream has it. */
const received = async (hour: string, item: object, times = 1): Promise<void> => {
  const changes = Array.from({ length: times }, () => {
    count += 1;
    const after = { account: app.account, receivedAt: `${hour}:10:00.000Z`, ...item };
    const key = { pk: `A#${app.account}`, sk: `${count}` };
    return {
      kind: 'inserted',
      key,
      position: `${count}`.padStart(40, '0'),
      at: '2026-01-02T00:00:00Z',
      after,
    } as const;
  });
  await countChanges(changes, app.services);
};
let count = 0;

const counts = async (query = ''): Promise<readonly unknown[][]> => {
  const { status, body } = await app.get(`/api/event-counts${query}`);
  expect(status).toBe(200);
  return body.data.map(({ attributes: of }: { attributes: Record<string, unknown> }) => [
    String(of.datetime).slice(0, 13),
    of.source,
    of.metric,
    of.outcome,
    of.count,
  ]);
};

beforeAll(async () => {
  app = await startApp(events);
  await app.post('/api/events', event());
  metric = (await app.get('/api/metrics')).body.data[0].id;
  expect(metric).toBe(metricIdOf({ service: 'api', name: 'Placed Order' }));
  app.at('2026-01-02T12:30:00Z');
  const item = { type: 'event', metricId: metric };
  await received('2026-01-02T11', { ...item, source: 'client' }, 3);
  await received('2026-01-02T12', { ...item, source: 'client', replaces: true });
  await received('2026-01-02T12', { ...item, origin: 'import:1#1' }, 2);
  await received('2026-01-02T12', { type: 'rejected_item', source: 'segment', count: 4 });
  await received('2025-12-20T12', { ...item, source: 'client' });
});

test('counts the last day by hour, source, metric and outcome', async () => {
  expect(await counts()).toEqual([
    ['2026-01-02T11', 'client', 'Placed Order', 'stored', 3],
    ['2026-01-02T12', 'client', 'Placed Order', 'replaced', 1],
    ['2026-01-02T12', 'client', 'Placed Order', 'stored', 1],
    ['2026-01-02T12', 'import', 'Placed Order', 'stored', 2],
    ['2026-01-02T12', 'segment', null, 'rejected', 4],
  ]);
});

test('filters by time, source, metric and outcome', async () => {
  const since = (time: string, more = '') => counts(`?filter=greater-or-equal(datetime,${time})${more}`);
  expect(await since('2025-12-20T00:00:00Z', ',less-than(datetime,2025-12-21T00:00:00Z)')).toEqual([
    ['2025-12-20T12', 'client', 'Placed Order', 'stored', 1],
  ]);
  expect(await since('2026-01-02T12:00:00Z', ',equals(source,"import")')).toHaveLength(1);
  expect(await counts('?filter=equals(outcome,"rejected")')).toHaveLength(1);
  expect(await counts(`?filter=equals(metric_id,"${metric}")`)).toHaveLength(4);
  expect(await counts('?filter=equals(source,"nobody")')).toEqual([]);
});

test('a page ends with an hour, and the next one begins with the hour after it', async () => {
  const first = await app.get('/api/event-counts?page[size]=1');
  expect(first.body.data).toHaveLength(1);
  expect(await counts(new URL(first.body.links.next).search)).toHaveLength(4);
});

test.each([
  ['?filter=greater-or-equal(datetime,2025-10-01T00:00:00Z)', 'more than 31 days'],
  ['?filter=equals(outcome,"lost")', 'lost'],
  ['?filter=greater-than(datetime,yesterday)', 'yesterday'],
])('refuses %s with the reason', async (query, reason) => {
  const { status, body } = await app.get(`/api/event-counts${query}`);
  expect(status).toBe(400);
  expect(body.errors[0].detail).toContain(reason);
});

test('a key needs the scope, and another account sees none of it', async () => {
  const other = await startApp(events, { scopes: ['profiles:read'] });
  expect((await other.get('/api/event-counts')).status).toBe(403);
});
