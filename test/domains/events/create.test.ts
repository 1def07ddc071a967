import { expect, test } from 'vitest';
import { firstEventTimes, lastEventTimes } from '../../../functions/domains/events/actions.ts';
import { parseEventId } from '../../../functions/domains/events/records/event-id.ts';
import { events as stored } from '../../../functions/domains/events/records/store.ts';
import { remove } from '../../../functions/platform/table/write.ts';
import { events } from '../../../functions/services/events.ts';
import { startApp } from '../../support/app.ts';
import { event, eventHeader, metric, profile, timeline } from './event-bodies.ts';

test('stores an event before the response, which returns its id', async () => {
  const app = await startApp(events);

  const answer = await app.post(
    '/api/events/',
    event({
      time: '2025-12-31T10:00:00.123+02:00',
      value: 9.99,
      value_currency: 'eur',
      unique_id: 'o1',
      properties: { big: 2 ** 70, deep: [{ a: null }] },
    }),
  );

  expect(answer).toMatchObject({ status: 202, body: undefined });
  const { id, duplicate } = eventHeader(answer);
  expect(duplicate).toBe('false');
  expect(await timeline(app, id)).toMatchObject([
    {
      time: '2025-12-31T08:00:00.123Z',
      value: 9.99,
      valueCurrency: 'EUR',
      uniqueId: 'o1',
      properties: { big: 2 ** 70, deep: [{ a: null }] },
    },
  ]);
});

test('costs one read and one write for an existing person, and one more write for a unique_id', async () => {
  const app = await startApp(events);
  await app.post('/api/events', event());
  app.requests.length = 0;

  await app.post('/api/events', event({ value: 1 }));
  expect(app.requests).toEqual(['GetItemCommand', 'PutItemCommand']);

  app.requests.length = 0;
  await app.post('/api/events', event({ unique_id: 'o1' }));
  expect(app.requests).toEqual(['GetItemCommand', 'PutItemCommand', 'PutItemCommand']);
});

test('stores five simultaneous copies of an event once, with and without unique_id', async () => {
  for (const more of [{ unique_id: 'o1' }, { time: '2025-12-31T00:00:00Z' }]) {
    const app = await startApp(events);

    const answers = await Promise.all(Array.from({ length: 5 }, () => app.post('/api/events', event(more))));

    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    expect(answers.map((one) => eventHeader(one).duplicate).toSorted()).toEqual([
      'false',
      'true',
      'true',
      'true',
      'true',
    ]);
    expect(new Set(answers.map((one) => eventHeader(one).id)).size).toBe(1);
    expect(await timeline(app, eventHeader(answers[0] ?? { headers: {} }).id)).toHaveLength(1);
  }
});

test('recognizes a unique_id that is sent again later without a time', async () => {
  const app = await startApp(events);
  const first = await app.post('/api/events', event({ unique_id: 'o1' }));
  app.at('2026-01-01T01:00:00Z');

  const second = await app.post('/api/events', event({ unique_id: 'o1' }));

  expect(eventHeader(second)).toEqual({ id: eventHeader(first).id, duplicate: 'true' });
});

test.each([
  ['properties', { properties: { a: 2 } }],
  ['value', { value: 2 }],
  ['time', { time: '2025-12-01T00:00:00Z' }],
])('reports the same unique_id with another %s as a conflict, and keeps the first', async (_, other) => {
  const app = await startApp(events);
  const order = { unique_id: 'o1', time: '2025-12-31T00:00:00Z', value: 1, properties: { a: 1, b: 1 } };
  const first = await app.post('/api/events', event(order));

  const second = await app.post('/api/events', event({ ...order, ...other }));
  const same = await app.post('/api/events', event({ ...order, properties: { b: 1, a: 1 } }));

  expect(eventHeader(second)).toEqual({ id: eventHeader(first).id, duplicate: 'conflict' });
  expect(eventHeader(same).duplicate).toBe('true');
  expect(await timeline(app, eventHeader(first).id)).toMatchObject([{ properties: { a: 1 }, value: 1 }]);
});

test('stores the same unique_id of another metric or person as another event', async () => {
  const app = await startApp(events);
  const sent = [
    event({ unique_id: '1' }),
    event({ unique_id: '1', name: 'placed order' }),
    event({ unique_id: '1', person: { email: 'eve@example.com' } }),
  ];

  const answers = await Promise.all(sent.map((body) => app.post('/api/events', body)));

  expect(answers.map((one) => eventHeader(one).duplicate)).toEqual(['false', 'false', 'false']);
});

test('stores two different events of one millisecond', async () => {
  const app = await startApp(events);
  const time = '2025-12-31T00:00:00.001Z';

  const first = await app.post('/api/events', event({ time, properties: { n: 1 } }));
  await app.post('/api/events', event({ time, properties: { n: 2 } }));

  expect(await timeline(app, eventHeader(first).id)).toHaveLength(2);
});

test('stores the event on the next delivery if a writer was killed after the guard', async () => {
  const app = await startApp(events);
  const first = await app.post('/api/events', event({ unique_id: 'o1' }));
  const place = parseEventId(eventHeader(first).id ?? '');
  if (!place) throw new Error('The id tells no place.');
  await app.table.write(remove(stored, { account: app.account, ...place }));
  app.at('2026-01-01T02:00:00Z');

  const again = await app.post('/api/events', event({ unique_id: 'o1' }));

  expect(eventHeader(again)).toEqual({ id: eventHeader(first).id, duplicate: 'false' });
  expect(await timeline(app, eventHeader(first).id)).toMatchObject([{ time: '2026-01-01T00:00:00.000Z' }]);
});

test('uses Idempotency-Key for a missing unique_id', async () => {
  const app = await startApp(events);
  const first = await app.post('/api/events', event(), { 'idempotency-key': 'k1' });
  app.at('2026-01-01T00:01:00Z');

  const again = await app.post('/api/events', event(), { 'idempotency-key': 'k1' });

  expect(eventHeader(again)).toEqual({ id: eventHeader(first).id, duplicate: 'true' });
});

test('uses $value and $event_id in properties for value and unique_id', async () => {
  const app = await startApp(events);

  const first = await app.post('/api/events', event({ properties: { $value: '12.5', $event_id: 77, a: 1 } }));
  const same = await app.post('/api/events', event({ properties: { a: 1 }, value: 12.5, unique_id: '77' }));

  expect(eventHeader(same)).toEqual({ id: eventHeader(first).id, duplicate: 'true' });
  expect(await timeline(app, eventHeader(first).id)).toMatchObject([
    { value: 12.5, uniqueId: '77', properties: { a: 1 } },
  ]);
});

test('creates one profile and one metric for twenty simultaneous first events of one person', async () => {
  const app = await startApp(events);

  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => app.post('/api/events', event({ properties: { n } }))),
  );

  expect(answers.every(({ status }) => status === 202)).toBe(true);
  expect(await timeline(app, eventHeader(answers[0] ?? { headers: {} }).id)).toHaveLength(20);
});

test('accepts events in any order: first and last active are the ends of the timeline', async () => {
  const app = await startApp(events);
  const times = ['2025-06-01T00:00:00Z', '2025-12-01T00:00:00Z', '2025-01-01T00:00:00Z'];
  const answers = [];
  for (const time of times) answers.push(await app.post('/api/events', event({ time })));

  const { profileId = '' } = parseEventId(eventHeader(answers[0] ?? { headers: {} }).id ?? '') ?? {};
  expect((await lastEventTimes([{ id: profileId, sources: [] }], app.context())).get(profileId)).toBe(
    '2025-12-01T00:00:00.000Z',
  );
  expect((await firstEventTimes([{ id: profileId, sources: [] }], app.context())).get(profileId)).toBe(
    '2025-01-01T00:00:00.000Z',
  );
});

test('does not reveal known people or data to a browser, and accepts no profile id from it', async () => {
  const app = await startApp(events);
  const path = `/client/events?company_id=${app.account}`;
  await app.post('/api/events', event({ unique_id: 'o1' }));

  const answer = await app.post(path, event({ unique_id: 'o1' }), { authorization: '' });

  expect(answer.status).toBe(202);
  expect(answer.headers).not.toHaveProperty('Tributary-Event');
  const byId = { data: { ...event().data, attributes: { ...event().data.attributes, profile: profile({}, 'P1') } } };
  expect((await app.post(path, byId, { authorization: '' })).status).toBe(400);
});

test('creates another metric for another service', async () => {
  const app = await startApp(events);
  const first = await app.post('/api/events', event({ time: '2025-12-31T00:00:00Z' }));
  const other = await app.post(
    '/api/events',
    event({ time: '2025-12-31T00:00:00Z', metric: metric('Placed Order', 'shop') }),
  );
  expect(eventHeader(other).duplicate).toBe('false');
  expect(new Set((await timeline(app, eventHeader(first).id)).map(({ metricId }) => metricId)).size).toBe(2);
});
