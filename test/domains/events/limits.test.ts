import { expect, test } from 'vitest';
import { guards } from '../../../functions/domains/events/records/store.ts';
import { events } from '../../../functions/services/events.ts';
import { startApp } from '../../support/app.ts';
import { event, eventHeader, profile, timeline } from './event-bodies.ts';

test('reports every problem of an event at its place', async () => {
  const app = await startApp(events);
  const wide = Object.fromEntries(Array.from({ length: 401 }, (_, i) => [`p${i}`, i]));

  const { status, body } = await app.post(
    '/api/events',
    event({
      name: 'x'.repeat(128),
      time: '1989-12-31T23:59:59Z',
      value: '9',
      value_currency: 'EURO',
      unique_id: '',
      properties: { ...wide, list: Array(4_001).fill(0) },
      person: { email: 'nobody' },
    }),
  );

  expect(status).toBe(400);
  expect(body.errors.map((e: { source: { pointer: string } }) => e.source.pointer)).toEqual([
    '/data/attributes/properties',
    '/data/attributes/properties/list',
    '/data/attributes/metric/data/attributes/name',
    '/data/attributes/time',
    '/data/attributes/value',
    '/data/attributes/value_currency',
    '/data/attributes/unique_id',
    '/data/attributes/profile/data/attributes/email',
  ]);
  expect(body.errors[0].detail).toContain('400');
  expect(body.errors[2].detail).toContain('128');
  expect(body.errors[3].detail).toContain('1990-01-01');
});

test.each([
  ['2027-01-02T00:00:00Z', 'more than a year'],
  ['2026-02-30T00:00:00Z', 'ISO 8601'],
  ['yesterday', 'ISO 8601'],
])('refuses the time %s', async (time, says) => {
  const app = await startApp(events);

  const { status, body } = await app.post('/api/events', event({ time }));

  expect(status).toBe(400);
  expect(body.errors).toMatchObject([{ source: { pointer: '/data/attributes/time' } }]);
  expect(body.errors[0].detail).toContain(says);
});

test.each([
  [1_700_000_000, '2023-11-14T22:13:20.000Z'],
  [1_700_000_000_123, '2023-11-14T22:13:20.123Z'],
  ['2023-11-14', '2023-11-14T00:00:00.000Z'],
  ['2023-11-14T22:13:20.1239-0500', '2023-11-15T03:13:20.123Z'],
])('the time %s is %s', async (time, expected) => {
  const app = await startApp(events);
  const answer = await app.post('/api/events', event({ time }));
  expect(await timeline(app, eventHeader(answer).id)).toMatchObject([{ time: expected }]);
});

test('refuses an event without a person, or of an unknown profile', async () => {
  const app = await startApp(events);

  expect((await app.post('/api/events', event({ person: { first_name: 'Ada' } }))).body.errors).toMatchObject([
    { source: { pointer: '/data/attributes/profile/data/attributes' } },
  ]);
  const unknown = event();
  const body = {
    data: { ...unknown.data, attributes: { ...unknown.data.attributes, profile: profile({}, 'NOBODY') } },
  };
  const single = await app.post('/api/events', body);
  expect([single.status, single.body.errors[0].source.pointer]).toEqual([404, '/data/attributes/profile/data/id']);
});

test('refuses an event too large for the table, with the limit', async () => {
  const app = await startApp(events);
  const text = 'x'.repeat(90_000);
  const { status, body } = await app.post('/api/events', event({ properties: { a: text, b: text, c: text, d: text } }));
  expect(status).toBe(400);
  expect(body.errors[0].detail).toContain(String(350 * 1024));
});

test('expires an event and its guard after the retention, and refuses an older one', async () => {
  const app = await startApp(events, { services: { settings: { eventRetentionDays: 30 } } });

  const first = await app.post('/api/events', event({ time: '2025-12-31T00:00:00Z', unique_id: 'o1' }));
  const expiresAt = Date.parse('2026-01-30T00:00:00Z') / 1_000;
  const [item] = await timeline(app, eventHeader(first).id);
  expect(item?.expiresAt).toBe(expiresAt);
  expect(item && (await app.table.get(guards, item))?.expiresAt).toBe(expiresAt);

  const old = await app.post('/api/events', event({ time: '2025-12-01T00:00:00Z' }));
  expect(old.status).toBe(400);
  expect(old.body.errors[0].detail).toContain('30 days');

  app.at('2026-03-01T00:00:00Z');
  const again = await app.post('/api/events', event({ unique_id: 'o1' }));
  expect(eventHeader(again).duplicate).toBe('false');
  expect(eventHeader(again).id).not.toBe(eventHeader(first).id);
});
