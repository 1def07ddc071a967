import { expect, test } from 'vitest';
import { createAccount } from '../../../functions/domains/accounts/actions.ts';
import { createKey } from '../../../functions/domains/accounts/keys/actions.ts';
import { jobs } from '../../../functions/domains/imports/jobs/store.ts';
import { noCounts } from '../../../functions/domains/imports/outcomes/counts.ts';
import { put } from '../../../functions/platform/table/write.ts';
import { allServices } from '../../../functions/services.ts';
import { startApp } from '../../support/app.ts';

const all = {
  name: 'all',
  routes: Object.assign({}, ...allServices.map(({ routes }) => routes)),
  triggers: [],
  uses: ['table' as const],
};

const profile = (attributes: object) => ({ data: { type: 'profile', attributes } });

test('no key reads or changes data of another account, even with its ids', async () => {
  const app = await startApp(all);
  const other = await createAccount({ name: 'Another shop' }, app.services);
  const { key } = await createKey({ account: other.id, name: 'k', scopes: ['*'] }, app.services);
  const stranger = { authorization: `Klaviyo-API-Key ${key}` };

  const { body } = await app.post('/api/profiles', profile({ email: 'ada@example.com', external_id: 'x1' }));
  const id: string = body.data.id;
  const event = {
    data: {
      type: 'event',
      attributes: {
        properties: {},
        metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
        profile: profile({ email: 'ada@example.com' }),
      },
    },
  };
  const { headers } = await app.post('/api/events', event);
  const eventId = String(headers['Tributary-Event']).split(';')[0];
  const metricId = (await app.get('/api/metrics')).body.data[0].id;
  const job = {
    account: app.account,
    id: 'job1',
    key: 'profiles/a.csv',
    etag: 'e',
    size: 1,
    kind: 'profiles',
    status: 'complete',
    createdAt: '2026-01-01T00:00:00.000Z',
    counts: noCounts,
    starts: 0,
    expiresAt: 4_000_000_000,
  } as const;
  await app.table.write(put(jobs, job));

  for (const path of [
    `/api/profiles/${id}`,
    `/api/profiles/${id}/lists`,
    `/api/profiles/${id}/consent-ledger`,
    `/api/profiles/${id}/consent?channel=email`,
    `/api/events/${eventId}`,
    `/api/events/${eventId}/profile`,
    `/api/metrics/${metricId}`,
    '/api/import-jobs/job1',
  ]) {
    expect([path, (await app.get(path)).status]).toEqual([path, 200]);
    expect([path, (await app.get(path, stranger)).status]).toEqual([path, 404]);
  }
  expect((await app.get('/api/import-jobs/job1/errors', stranger)).status).toBe(404);

  for (const path of [
    '/api/profiles',
    '/api/events',
    '/api/metrics',
    '/api/import-jobs',
    '/api/profiles?filter=equals(external_id,"x1")',
    `/api/events?filter=equals(profile_id,"${id}")`,
  ]) {
    expect((await app.get(path)).body.data).toHaveLength(1);
    expect((await app.get(path, stranger)).body.data).toEqual([]);
  }

  const change = { data: { type: 'profile', id, attributes: { first_name: 'Eve' } } };
  expect((await app.send('PATCH', `/api/profiles/${id}`, change, stranger)).status).toBe(404);
  const own = await app.post('/api/profiles', profile({ email: 'ada@example.com' }), stranger);
  expect(own.status).toBe(201);
  expect(own.body.data.id).not.toBe(id);
});
