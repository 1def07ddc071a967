import { expect, test } from 'vitest';
import { metricCaps } from '../../../functions/domains/events/records/ensure-metrics.ts';
import { metricCounts } from '../../../functions/domains/events/records/store.ts';
import { put } from '../../../functions/platform/table/write.ts';
import { events } from '../../../functions/services/events.ts';
import { startApp } from '../../support/app.ts';
import { bulk, event, group, metric } from './event-bodies.ts';

const names = (body: { readonly data: readonly { readonly attributes: { readonly name: string } }[] }) =>
  body.data.map(({ attributes }) => attributes.name).toSorted();

test('creates metrics by their first event, distinct by case and service', async () => {
  const app = await startApp(events);
  const kinds = [metric('Order'), metric('order'), metric('Order', 'shop')];
  await app.post(
    '/api/event-bulk-create-jobs',
    bulk([
      group(
        { email: 'a@b.co' },
        kinds.map((one) => ({ metric: one })),
      ),
    ]),
  );

  const { body } = await app.get('/api/metrics');
  expect(names(body)).toEqual(['Order', 'Order', 'order']);
  expect(body.data[0].attributes).toMatchObject({ created: '2026-01-01T00:00:00.000+00:00' });
  const one = await app.get(`/api/metrics/${body.data[0].id}?fields[metric]=name`);
  expect(Object.keys(one.body.data.attributes)).toEqual(['name']);
  expect((await app.get('/api/metrics/none')).status).toBe(404);

  const filtered = async (filter: string) => names((await app.get(`/api/metrics?filter=${filter}`)).body);
  expect(await filtered('equals(integration.name,"API")')).toEqual(['Order', 'order']);
  expect(await filtered('equals(integration.name,"shop")')).toEqual(['Order']);
  expect(await filtered('equals(integration.category,"Custom")')).toEqual(['Order']);
  expect(await filtered('equals(integration.category,"API"),equals(integration.name,"shop")')).toEqual([]);
});

test('creates many new metrics of a request in groups of fifty, and only once', async () => {
  const app = await startApp(events);
  const sent = bulk([
    group(
      { email: 'a@b.co' },
      Array.from({ length: 120 }, (_, n) => ({ metric: metric(`M${n}`), time: '2025-12-31T00:00:00Z' })),
    ),
  ]);

  await app.post('/api/event-bulk-create-jobs', sent);

  // One more creates the profile.
  expect(app.requests.filter((name) => name === 'TransactWriteItemsCommand')).toHaveLength(4);
  expect((await app.get('/api/metrics')).body.data).toHaveLength(120);
  expect((await app.table.get(metricCounts, { account: app.account }))?.count).toBe(120);

  const all = await app.get('/api/events');
  expect(all.status).toBe(400);
  expect(all.body.errors[0].detail).toContain('100');
});

test('limits new metrics: few by public calls, more by the shop itself', async () => {
  const app = await startApp(events);
  const path = `/client/events?company_id=${app.account}`;
  const stranger = (name: string) => app.post(path, event({ name }), { authorization: '' });
  const count = (given: number) => app.table.write(put(metricCounts, { account: app.account, count: given }));
  await stranger('Known');

  await count(metricCaps.public);
  expect((await stranger('Known')).status).toBe(202);
  const refused = await stranger('New');
  expect(refused.status).toBe(400);
  expect(refused.body.errors).toMatchObject([{ source: { pointer: '/data/attributes/metric/data/attributes/name' } }]);
  expect(refused.body.errors[0].detail).toContain(String(metricCaps.public));
  expect((await app.post('/api/events', event({ name: 'New' }))).status).toBe(202);

  await count(metricCaps.trusted);
  const full = await app.post('/api/events', event({ name: 'One too many' }));
  expect(full.status).toBe(400);
  expect(full.body.errors[0].detail).toContain(String(metricCaps.trusted));
});

test('creates one metric for twenty simultaneous writers', async () => {
  const app = await startApp(events);
  await Promise.all(
    Array.from({ length: 20 }, (_, n) => app.post('/api/events', event({ person: { email: `p${n}@example.com` } }))),
  );
  expect((await app.table.get(metricCounts, { account: app.account }))?.count).toBe(1);
});
