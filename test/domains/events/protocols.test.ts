import { expect, test } from 'vitest';
import { metricCaps } from '../../../functions/domains/events/records/ensure-metrics.ts';
import { metricCounts } from '../../../functions/domains/events/records/store.ts';
import { put } from '../../../functions/platform/table/write.ts';
import { startApp } from '../../support/app.ts';
import { withSample } from './sample-protocol.ts';

const PATH = '/sample/calls';
const call = (who: object, rest: object = {}) => ({ did: 'Signed Up', who, ...rest });
const ada = { mail: 'ada@example.com' };
const large = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, 'x'.repeat(90_000)]));
const places = ({ body }: { readonly body: { readonly problems: readonly { readonly at: string }[] } }) =>
  body.problems.map(({ at }) => at);

test('stores events of another protocol, once each', async () => {
  const app = await startApp(withSample);
  const batch = [
    call(ada, { when: '2025-12-31T12:00:00Z', key: 'k1', details: { plan: 'free' } }),
    call({ shop_id: '7', traits: { vip: true } }),
  ];

  expect(await app.post(PATH, { batch })).toMatchObject({ status: 202, body: { outcomes: ['stored', 'stored'] } });
  expect((await app.post(PATH, { batch })).body).toEqual({ outcomes: ['duplicate', 'duplicate'] });

  const { body } = await app.get('/api/events?include=profile,metric');
  expect(body.data).toMatchObject([
    { attributes: { datetime: '2026-01-01T00:00:00.000+00:00' } },
    {
      attributes: { datetime: '2025-12-31T12:00:00.000+00:00', event_properties: { plan: 'free', $event_id: 'k1' } },
    },
  ]);
  expect(body.included).toMatchObject([
    { type: 'metric', attributes: { name: 'Signed Up', integration: { name: 'sample' } } },
    { type: 'profile', attributes: { external_id: '7', properties: { vip: true } } },
    { type: 'profile', attributes: { email: 'ada@example.com' } },
  ]);
});

test("points every problem to its place in the protocol's body", async () => {
  const app = await startApp(withSample);
  const batch = [
    call(ada, { key: 'k1' }),
    call({ traits: {} }, { when: '2028-01-01T00:00:00Z' }),
    call(ada, { key: 'k1' }),
    call({ ref: 'NOBODY' }),
  ];

  const answer = await app.post(PATH, { batch });

  expect(answer.status).toBe(400);
  expect(places(answer)).toEqual(['/batch/1/when', '/batch/1/who', '/batch/2/key', '/batch/3/who/ref']);
  expect(answer.body.problems[2].detail).toContain("The event at /batch/0 has the same unique_id 'k1'");
  expect((await app.get('/api/events')).body.data).toEqual([]);
});

test.each([
  ['an unknown id', { ref: 'NOBODY' }, 404, '/batch/0/who/ref'],
  ['a token of nobody', { token: 'x' }, 400, '/batch/0/who/token'],
  ['a placeholder', { ...ada, shop_id: 'undefined' }, 400, '/batch/0/who/shop_id'],
  ['a profile that would be too large', { ...ada, traits: large(5) }, 400, '/batch/0/who/traits'],
])('points a problem of the person to its place: %s', async (_, who, status, place) => {
  const app = await startApp(withSample);
  await app.post(PATH, { batch: [call(ada)] });

  const answer = await app.post(PATH, { batch: [call(who)] });

  expect(answer.status).toBe(status);
  expect(places(answer)).toEqual([place]);
});

test("points a metric beyond the account's limit to its place", async () => {
  const app = await startApp(withSample);
  await app.table.write(put(metricCounts, { account: app.account, count: metricCaps.trusted }));

  const answer = await app.post(PATH, { batch: [call(ada), call(ada, { did: 'Other' })] });

  expect(answer.status).toBe(400);
  expect(places(answer)).toEqual(['/batch/0/did', '/batch/1/did']);
});

test('accepts no profile id from public callers of the protocol, and applies Sec-GPC', async () => {
  const app = await startApp(withSample);
  await app.post(PATH, { batch: [call(ada)] });
  const [{ relationships }] = (await app.get('/api/events')).body.data;
  const path = `/sample/public-calls?company_id=${app.account}`;
  const headers = { authorization: '', 'sec-gpc': '1' };

  const byId = await app.post(path, { batch: [call({ ref: relationships.profile.data.id })] }, headers);
  expect([byId.status, places(byId)]).toEqual([400, ['/batch/0/who']]);
  expect((await app.post(path, { batch: [call(ada, { key: 'k1' })] }, headers)).status).toBe(202);

  const { body } = await app.get('/api/events');
  const signals = body.data.map(({ attributes }: { readonly attributes: object }) => 'signals' in attributes);
  expect(signals.toSorted()).toEqual([false, true]);
});
