import { expect, test } from 'vitest';
import { events as stored } from '../../../functions/domains/events/records/store.ts';
import { remove } from '../../../functions/platform/table/write.ts';
import { events } from '../../../functions/services/events.ts';
import { startApp } from '../../support/app.ts';
import { bulk, event, eventHeader, group, metric, profile, timeline } from './event-bodies.ts';

const PATH = '/api/event-bulk-create-jobs';
const sources = (body: { readonly errors: readonly { readonly source: object }[] }) =>
  body.errors.map(({ source }) => source);
const pointer = (g: number, e: number, member: string) => ({
  pointer: `/data/attributes/events-bulk-create/data/${g}/attributes/events/data/${e}/attributes/${member}`,
});
const outcome = ({ headers }: { readonly headers: Readonly<Record<string, string>> }) => headers['Tributary-Events'];

test('stores a thousand events of repeated persons, and resolves each person once', {
  timeout: 60_000,
}, async () => {
  const app = await startApp(events);
  const groups = Array.from({ length: 40 }, (_, g) =>
    group(
      { email: `p${g % 20}@example.com` },
      Array.from({ length: 25 }, (_, e) => ({ properties: { g, e }, time: '2025-12-31T00:00:00Z' })),
    ),
  );

  const first = await app.post(PATH, bulk(groups));
  expect(first).toMatchObject({ status: 202, body: undefined });
  expect(outcome(first)).toBe('stored=1000, duplicate=0, conflict=0');
  expect(app.requests.filter((name) => name === 'BatchExecuteStatementCommand')).toHaveLength(40);

  app.requests.length = 0;
  const again = await app.post(PATH, bulk(groups));
  expect(outcome(again)).toBe('stored=0, duplicate=1000, conflict=0');
  // One read of twenty persons, forty writes, ten reads of stored events, and the job.
  expect(app.requests.filter((name) => name === 'BatchGetItemCommand')).toHaveLength(11);
  expect(app.requests).toHaveLength(52);
});

test('counts the outcome of each event', async () => {
  const app = await startApp(events);
  await app.post('/api/events', event({ unique_id: 'a', value: 1 }));
  await app.post('/api/events', event({ unique_id: 'b', value: 1 }));

  const answer = await app.post(
    PATH,
    bulk([
      group({ email: 'ada@example.com' }, [
        { unique_id: 'a', value: 1 },
        { unique_id: 'b', value: 2 },
        { unique_id: 'c', value: 3 },
      ]),
    ]),
  );

  expect(outcome(answer)).toBe('stored=1, duplicate=1, conflict=1');
});

test('stores the events of a batch on the next delivery if a writer was killed after the guards', async () => {
  const app = await startApp(events);
  const { id } = eventHeader(await app.post('/api/events', event({ unique_id: 'a' })));
  const body = bulk([
    group({ email: 'ada@example.com' }, [{ unique_id: 'a' }, { unique_id: 'b' }, { unique_id: 'c' }]),
  ]);
  await app.post(PATH, body);
  const before = await timeline(app, id);
  for (const one of before.slice(0, 2)) await app.table.write(remove(stored, one));
  app.at('2026-01-01T02:00:00Z');

  expect(outcome(await app.post(PATH, body))).toBe('stored=2, duplicate=1, conflict=0');

  const places = (all: typeof before) => all.map(({ hash, time }) => ({ hash, time }));
  expect(places(await timeline(app, id))).toEqual(places(before));
});

test('ignores an expired guard in a batch too', async () => {
  const app = await startApp(events, { services: { settings: { eventRetentionDays: 30 } } });
  const ids = (...all: string[]) =>
    bulk([
      group(
        { email: 'ada@example.com' },
        all.map((unique_id) => ({ unique_id })),
      ),
    ]);
  await app.post(PATH, ids('a', 'b'));
  app.at('2026-03-01T00:00:00Z');

  expect(outcome(await app.post(PATH, ids('a', 'b', 'c')))).toBe('stored=3, duplicate=0, conflict=0');
  expect(outcome(await app.post(PATH, ids('a', 'b', 'c')))).toBe('stored=0, duplicate=3, conflict=0');
});

/** An account that has refused a call, so that it has the secret of its receipts. */
const startRefusing = async () => {
  const app = await startApp(events);
  expect((await app.post(PATH, {})).status).toBe(400);
  app.requests.length = 0;
  return app;
};

test('refuses a whole request that repeats a unique_id of one profile and metric', async () => {
  const app = await startRefusing();
  const ada = { email: 'ada@example.com' };
  const request = bulk([
    group(ada, [{ unique_id: '1' }, { unique_id: '1', metric: metric('Other') }]),
    group({ email: 'ADA@example.com ' }, [{ unique_id: '2' }, { unique_id: '1' }]),
  ]);

  const { status, body } = await app.post(PATH, request);

  expect(status).toBe(400);
  expect(sources(body)).toEqual([pointer(1, 1, 'unique_id')]);
  // The refusal itself is kept.
  expect(app.requests.filter((name) => !name.startsWith('Get'))).toEqual(['PutItemCommand']);
});

test('detects the same if a profile is named in two ways', async () => {
  const app = await startApp(events);
  const ada = { email: 'ada@example.com', external_id: 'a1' };
  await app.post('/api/events', event({ person: ada }));
  app.requests.length = 0;

  const { status, body } = await app.post(
    PATH,
    bulk([
      group({ external_id: 'a1' }, [{ unique_id: '1', metric: metric('New') }]),
      group({ email: 'ada@example.com' }, [{ unique_id: '1', metric: metric('New') }]),
    ]),
  );

  expect(status).toBe(400);
  expect(sources(body)).toEqual([pointer(1, 0, 'unique_id')]);
  expect(app.requests).toEqual(['BatchGetItemCommand', 'PutItemCommand']);
});

test('stores a unique_id once if the request merges its two people, and reports it', async () => {
  const app = await startApp(events);
  const browser = { anonymous_id: 'b1' };
  const answer = await app.post(
    PATH,
    bulk([
      group(browser, [{ unique_id: '1' }]),
      group({ email: 'ada@example.com', ...browser }, [{ unique_id: '1', properties: { other: true } }]),
    ]),
  );

  expect(answer.status).toBe(202);
  expect(outcome(answer)).toBe('stored=1, duplicate=0, conflict=1');
});

test('reports every problem of a bulk request at once, and writes nothing', async () => {
  const app = await startRefusing();

  const late = await app.post(
    PATH,
    bulk([
      group({ email: 'a@example.com' }, [{ time: '2028-01-01T00:00:00Z' }, {}]),
      group({ first_name: 'Nobody' }, [{}]),
      {
        type: 'event-bulk-create',
        attributes: { ...group({}, [{}]).attributes, profile: profile({}, 'NOBODY') },
      },
    ]),
  );
  expect(late.status).toBe(400);
  expect(sources(late.body)).toEqual(
    [
      pointer(0, 0, 'time'),
      { pointer: '/data/attributes/events-bulk-create/data/1/attributes/profile/data/attributes' },
      { pointer: '/data/attributes/events-bulk-create/data/3/attributes/profile/data/id' },
    ].map((one, i) => (i === 2 ? { pointer: one.pointer.replace('/3/', '/2/') } : one)),
  );
  // The refusal itself is kept.
  expect(app.requests.filter((name) => !name.startsWith('Get'))).toEqual(['PutItemCommand']);

  const many = await app.post(PATH, bulk([group({ email: 'a@example.com' }, Array(1_001).fill({}))]));
  expect(many.status).toBe(400);
  expect(many.body.errors[0].detail).toContain('1000');

  const large = bulk([group({ email: 'a@example.com' }, Array(60).fill({ properties: { a: 'x'.repeat(95_000) } }))]);
  expect((await app.post(PATH, large)).status).toBe(413);
});

test('ignores a repeated request of events without ids and times by its Idempotency-Key', async () => {
  const app = await startApp(events);
  const request = bulk([group({ email: 'a@example.com' }, [{}, { value: 1 }])]);
  await app.post(PATH, request, { 'idempotency-key': 'k' });
  app.at('2026-01-01T00:05:00Z');

  const again = await app.post(PATH, request, { 'idempotency-key': 'k' });

  expect(outcome(again)).toBe('stored=0, duplicate=2, conflict=0');
});

test('accepts several events of one person from a browser', async () => {
  const app = await startApp(events);
  const path = `/client/event-bulk-create?company_id=${app.account}`;
  const request = { data: group({ anonymous_id: 'v1' }, [{ unique_id: '1' }, { unique_id: '2' }], { backfill: true }) };

  const answer = await app.post(path, request, { authorization: '' });

  expect(answer).toMatchObject({ status: 202, body: undefined });
  expect(answer.headers).not.toHaveProperty('Tributary-Events');
  expect((await app.get('/api/events')).body.data).toHaveLength(2);
});

test('keeps the last of several values for one person within a request', async () => {
  const app = await startApp(events);
  const names = ['Ada', 'Grace', 'Joan'];

  await app.post(
    PATH,
    bulk(names.map((first_name) => group({ email: 'a@example.com', first_name }, [{ properties: { first_name } }]))),
  );

  const { body } = await app.get('/api/events?include=profile');
  expect(body.data).toHaveLength(3);
  expect(body.included).toMatchObject([{ type: 'profile', attributes: { first_name: 'Joan' } }]);
});
