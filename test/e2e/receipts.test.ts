import { beforeAll, expect, inject, test, vi } from 'vitest';
import { changeAccount } from '../../functions/domains/accounts/actions.ts';
import { event } from '../domains/events/event-bodies.ts';
import { admin } from '../support/deployed/admin.ts';
import { call } from '../support/deployed/http.ts';
import { somebody } from '../support/deployed/klaviyo.ts';
import { otherAccount } from '../support/deployed/other-account.ts';

let shop: Awaited<ReturnType<typeof otherAccount>>;
beforeAll(async () => {
  shop = await otherAccount('Receipts');
});

const get = async (path: string) => (await call('GET', path, { headers: shop.headers })).body;
const post = (path: string, body: object) => call('POST', path, { body, headers: shop.headers });
const sendPublic = (body: object) => call('POST', `/client/events?company_id=${shop.account}`, { body });

/** Processes learn of a look, and of changed settings, within a minute. */
const patient = { timeout: 90_000, interval: 500 };
const LIVE_MS = 2_000;

test('a look shows what comes in within two seconds, without the person', async () => {
  const email = somebody();
  // A command starts the look before any function knows the account: none has to wait for its next reading of it.
  await admin('tail', '--for', '1', '--account', shop.account);
  let { meta } = await get('/api/live?wait=0');
  const look = async (wait: number) => {
    const page = await get(`/api/live?wait=${wait}&cursor=${meta.cursor}`);
    ({ meta } = page);
    return page.data;
  };
  await vi.waitFor(async () => {
    await post('/api/events', event({ person: { email }, name: 'Looked at' }));
    expect(await look(2)).not.toEqual([]);
  }, patient);

  // A busy machine can delay one of them.
  const delays: number[] = [];
  for (let i = 0; i < 5; i++) {
    const shown = look(20);
    await post('/api/events', event({ person: { email }, name: 'Looked at' }));
    const sentAt = Date.now();
    const [entry] = await shown;
    delays.push(Date.now() - sentAt);
    expect(entry).toMatchObject({ metric: 'Looked at', outcome: 'stored', source: expect.stringMatching(/^api:/) });
    expect(JSON.stringify(entry)).not.toContain(email);
  }
  expect(Math.min(...delays)).toBeLessThan(LIVE_MS);
});

test('an event has a receipt, a duplicate one that names the first, and the counts agree', async () => {
  const body = event({ person: { email: somebody() }, name: 'Counted', unique_id: 'once' });
  const [first, second] = [await post('/api/events', body), await post('/api/events', body)];
  const receiptOf = async ({ headers }: typeof first) =>
    (await get(`/api/receipts/${headers.get('Tributary-Receipt')}`)).data.attributes;
  const stored = await receiptOf(first);
  expect(stored).toMatchObject({ outcome: 'stored', event_id: first.headers.get('Tributary-Event')?.split(';')[0] });
  expect(await receiptOf(second)).toMatchObject({ outcome: 'duplicate', event_id: stored.event_id });
  const other = await call('GET', `/api/receipts/${first.headers.get('Tributary-Receipt')}`);
  expect(other.status).toBe(404);

  const counted = async () => {
    const counts = (await get('/api/event-counts')).data.map(({ attributes }: { attributes: object }) => attributes);
    return counts.filter(({ metric }: { metric: string }) => metric === 'Counted');
  };
  await vi.waitFor(
    async () =>
      expect(await counted()).toMatchObject([
        { outcome: 'duplicate', count: 1, source: stored.source },
        { outcome: 'stored', count: 1, source: stored.source },
      ]),
    patient,
  );
  const printed = JSON.parse(await admin('counts', '--by', 'all', '--account', shop.account));
  expect(printed).toEqual(
    expect.arrayContaining([expect.objectContaining({ source: stored.source, outcome: 'duplicate', count: 1 })]),
  );
});

test('what a browser sent in vain is stored by a replay after the fix', async () => {
  const email = somebody();
  const body = event({ person: { email }, name: 'Rejected first', mistake: true });
  expect((await sendPublic(body)).status).toBe(400);
  const [item] = JSON.parse(await admin('rejected', 'list', '--account', shop.account));
  expect(JSON.stringify(item)).not.toContain(email);
  expect(await admin('rejected', 'show', item.id, '--account', shop.account)).toContain(email);

  await changeAccount(shop.account, { unknownMembers: 'ignore' }, shop.services);
  await admin('rejected', 'replay', item.id, '--account', shop.account);
  const stored = async () =>
    (await get('/api/metrics')).data.filter(
      ({ attributes }: { attributes: { name: string } }) => attributes.name === 'Rejected first',
    );
  await vi.waitFor(async () => expect(await stored()).toHaveLength(1), patient);
  await vi.waitFor(
    async () => expect((await get(`/api/rejected-items/${item.id}`)).data.attributes.status).toBe('replayed'),
    patient,
  );
  expect(inject('stack').companyId).not.toBe(shop.account);
});
