import { expect, test } from 'vitest';
import { markErased } from '../../../functions/domains/erased/actions.ts';
import { packResults, type Result, unpackResults } from '../../../functions/domains/receipts/jobs/results.ts';
import { events as service } from '../../../functions/services/events.ts';
import { type Answer, startApp } from '../../support/app.ts';
import { bulk, group } from '../events/event-bodies.ts';

const PATH = '/api/event-bulk-create-jobs';
const jobIn = ({ headers }: Answer): string => headers['Tributary-Job'] ?? '';

test('a bulk call of events has a job with counts, errors and a receipt for each event', async () => {
  const app = await startApp(service);
  await markErased([{ kind: 'email', value: 'erased@example.com' }], 'job', app.context());
  app.at('2026-01-01T00:05:00Z');
  await app.post(PATH, bulk([group({ email: 'a@example.com' }, [{ unique_id: '1' }, { unique_id: '2' }])]));
  const answer = await app.post(
    PATH,
    bulk([
      group({ email: 'a@example.com' }, [{ unique_id: '1' }, { unique_id: '2', value: 1 }, { unique_id: '3' }]),
      group({ email: 'erased@example.com' }, [{ unique_id: '4' }]),
      group({ email: 'b@example.com' }, [{ unique_id: '5', time: '2025-12-31T00:00:00Z' }]),
    ]),
  );
  expect(answer.status).toBe(202);
  const id = jobIn(answer);
  const { status, body } = await app.get(`${PATH}/${id}`);
  expect(status).toBe(200);
  expect(body.data.attributes).toEqual({
    status: 'complete',
    source: `api:${app.keyId}`,
    created_at: '2026-01-01T00:05:00.000+00:00',
    expires_at: '2026-01-15T00:05:00.000+00:00',
    total_count: 5,
    completed_count: 3,
    failed_count: 2,
    outcomes: { stored: 2, duplicate: 1, conflict: 1, erased: 1 },
    errors: [
      { index: 1, code: 'conflict', receipt: `${id}.1` },
      { index: 3, code: 'erased', receipt: `${id}.3` },
    ],
  });
  const found = [];
  for (let index = 0; index < 5; index++) {
    const { outcome, event_id } = (await app.get(`/api/receipts/${id}.${index}`)).body.data.attributes;
    const event = event_id === null ? undefined : (await app.get(`/api/events/${event_id}`)).body.data;
    found.push([outcome, event?.attributes.event_properties.$event_id]);
  }
  expect(found).toEqual([
    ['duplicate', '1'],
    ['conflict', '2'],
    ['stored', '3'],
    ['erased', undefined],
    ['stored', '5'],
  ]);
  expect((await app.get(`/api/receipts/${id}.5`)).status).toBe(404);
  expect((await app.get(`/api/receipts/${'0'.repeat(26)}.0`)).status).toBe(404);
});

test('a public bulk call has a job that only the account can read', async () => {
  const app = await startApp(service);
  const data = group({ anonymous_id: 'visitor' }, [{ unique_id: '1' }, { unique_id: '2' }]);
  const answer = await app.post(`/client/event-bulk-create?company_id=${app.account}`, { data }, { authorization: '' });
  expect((await app.get(`${PATH}/${jobIn(answer)}`, { authorization: '' })).status).toBe(401);
  const { source, outcomes } = (await app.get(`${PATH}/${jobIn(answer)}`)).body.data.attributes;
  expect({ source, outcomes }).toEqual({ source: 'client', outcomes: { stored: 2 } });
});

test('results are packed into a few bytes for each event, and unpacked unchanged', () => {
  const letters = 'Z4X9J0KQW8'.repeat(4);
  const place = (i: number) => ({
    profileId: `01K9ZJ5W8Q${letters.slice(i % 10, (i % 10) + 10)}${String(i).padStart(6, '0')}`,
    time: new Date(Date.UTC(2026, 0, 1) + i * 7_919 - (i % 3) * 100_000).toISOString(),
    hash: letters.slice(i % 7, (i % 7) + 4),
  });
  const results: Result[] = [
    ...Array.from({ length: 50 }, (_, i) => ({ outcome: 'stored' as const, place: place(i) })),
    { outcome: 'erased' },
    { outcome: 'stored', place: place(1), others: [place(2), place(3)].map(({ time: _, ...other }) => other) },
    { outcome: 'duplicate', place: place(49) },
    { outcome: 'conflict', place: { ...place(49), time: '1990-01-01T00:00:00.000Z' } },
  ];
  expect(unpackResults(packResults(results))).toEqual(results);
});
