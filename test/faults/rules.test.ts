import { expect, test } from 'vitest';
import type { FaultKind } from '../support/faults/faults.ts';
import { startFaulty } from './harness.ts';

const event = {
  data: {
    type: 'event',
    attributes: {
      properties: {},
      metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
      profile: { data: { type: 'profile', attributes: { email: 'ada@example.com' } } },
      unique_id: 'o1',
      time: '2025-06-01T00:00:00Z',
    },
  },
};
const marketing = { consent: 'SUBSCRIBED' };
const subscribed = {
  data: {
    type: 'profile-subscription-bulk-create-job',
    attributes: {
      profiles: {
        data: [{ type: 'profile', attributes: { email: 'ada@example.com', subscriptions: { email: { marketing } } } }],
      },
    },
  },
};

const late: readonly FaultKind[] = ['timeoutLate', 'resetLate', 'serverErrorLate'];

test.each(late)('an event write whose response is lost (%s) is stored once, and acknowledged', async (fault) => {
  const app = await startFaulty({
    rules: [
      { fault, operation: 'PutItem', holding: 'EVENT#', times: 1 },
      { fault, operation: 'PutItem', holding: 'UNIQUE#', times: 1 },
      { fault, operation: 'TransactWriteItems', holding: 'PROFILE', times: 1 },
    ],
  });

  expect((await app.post('/api/events', event)).status).toBe(202);

  expect(app.proxy.struck[fault]).toBe(3);
  app.calm();
  expect((await app.get('/api/events')).body.data).toHaveLength(1);
  expect((await app.get('/api/profiles')).body.data).toHaveLength(1);
});

test.each(late)('a consent write whose response is lost (%s) is one entry', async (fault) => {
  const app = await startFaulty({ rules: [{ fault, operation: 'TransactWriteItems', times: 2 }] });

  expect((await app.until('POST', '/api/profile-subscription-bulk-create-jobs', subscribed)).status).toBe(202);

  expect(app.proxy.struck[fault]).toBe(2);
  app.calm();
  const [{ id }] = (await app.get('/api/profiles')).body.data;
  expect((await app.get(`/api/profiles/${id}/consent-ledger`)).body.data).toHaveLength(1);
});

test('a silent table leads to a 503 within the time of a request, and no partial write', async () => {
  const app = await startFaulty({ rules: [{ fault: 'timeout', operation: 'PutItem', holding: 'EVENT#' }] });

  const { status, headers } = await app.post('/api/events', event);

  expect([status, headers['Retry-After']]).toEqual([503, '1']);
  app.calm();
  expect((await app.get('/api/events')).body.data).toEqual([]);
  expect((await app.post('/api/events', event)).headers['Tributary-Event']).toMatch(/duplicate=false/);
});

test('unprocessed items of a batch are sent again until they are stored', async () => {
  const app = await startFaulty({
    rules: (['BatchExecuteStatement', 'BatchGetItem'] as const).map((operation) => ({
      fault: 'partial',
      operation,
      times: 3,
    })),
  });
  const { profile, ...one } = event.data.attributes;
  const events = {
    data: Array.from({ length: 60 }, (_, i) => ({ type: 'event', attributes: { ...one, unique_id: `o${i}` } })),
  };
  const group = { type: 'event-bulk-create', attributes: { profile, events } };
  const body = {
    data: { type: 'event-bulk-create-job', attributes: { 'events-bulk-create': { data: [group] } } },
  };

  expect((await app.post('/api/event-bulk-create-jobs', body)).headers['Tributary-Events']).toBe(
    'stored=60, duplicate=0, conflict=0',
  );

  expect(app.proxy.struck.partial).toBeGreaterThanOrEqual(3);
  app.calm();
  expect((await app.get('/api/events?page[size]=100')).body.data).toHaveLength(60);
});
