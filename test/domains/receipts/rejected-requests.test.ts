import { describe, expect, test } from 'vitest';
import { consent } from '../../../functions/services/consent.ts';
import { events } from '../../../functions/services/events.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { startApp } from '../../support/app.ts';
import { payloadOf, rejectedOf } from './rejected.ts';

const event = (attributes: object) => ({ data: { type: 'event', attributes } });
const metric = { data: { type: 'metric', attributes: { name: 'Placed Order' } } };
const profile = { data: { type: 'profile', attributes: { email: 'ada@example.com' } } };
const wrong = event({ metric, profile, properties: {}, time: 'yesterday' });
const anonymous = { authorization: '' };

describe('a refused request', () => {
  test('of a browser is kept with what a replay needs', async () => {
    const app = await startApp(events);
    const path = `/client/events?company_id=${app.account}`;
    const answer = await app.post(path, wrong, { ...anonymous, 'sec-gpc': '1', cookie: 'secret' });
    expect(answer.status).toBe(400);
    const [item] = await rejectedOf(app);
    expect(item).toMatchObject({
      source: 'client',
      what: 'POST /client/events',
      code: 'invalid',
      metric: 'Placed Order',
      caller: { kind: 'public' },
      reasons: [{ pointer: '/data/attributes/time' }],
    });
    expect(payloadOf(item ?? {})).toEqual({
      method: 'POST',
      path: '/client/events',
      query: `company_id=${app.account}`,
      headers: { 'content-type': 'application/json', 'sec-gpc': '1', 'user-agent': 'test' },
      body: JSON.stringify(wrong),
      ip: '192.0.2.1',
      origin: 'https://api.test',
    });
  });

  test('with a key is kept with the rights of the key, and counts its events', async () => {
    const app = await startApp(events, { scopes: ['events:write'] });
    const group = {
      type: 'event-bulk-create',
      attributes: { profile, events: { data: [wrong.data, wrong.data, wrong.data] } },
    };
    const body = { data: { type: 'event-bulk-create-job', attributes: { 'events-bulk-create': { data: [group] } } } };
    expect((await app.post('/api/event-bulk-create-jobs', body)).status).toBe(400);
    expect((await app.post('/api/events', event({ metric }))).status).toBe(400);
    const source = `api:${app.keyId}`;
    const caller = { kind: 'key', keyId: app.keyId, scopes: ['events:write'] };
    expect((await rejectedOf(app)).toSorted((a, b) => (a.what < b.what ? -1 : 1))).toMatchObject([
      { source, caller, what: 'POST /api/event-bulk-create-jobs', count: 3 },
      { source, caller, what: 'POST /api/events' },
    ]);
  });

  test('that is no JSON is kept as it came', async () => {
    const app = await startApp(events);
    await app.post(`/client/events?company_id=${app.account}`, '{"data": broken', anonymous);
    const [item] = await rejectedOf(app);
    expect(payloadOf(item ?? {}).body).toBe('{"data": broken');
  });

  test.each([
    ['profiles', profiles, '/client/profiles'],
    ['subscriptions', consent, '/client/subscriptions'],
  ] as const)('of %s is kept', async (_, service, path) => {
    const app = await startApp(service);
    await app.post(`${path}?company_id=${app.account}`, { data: { type: 'none' } }, anonymous);
    expect(await rejectedOf(app)).toMatchObject([{ what: `POST ${path}`, source: 'client' }]);
  });

  test('of nobody who is known is not kept', async () => {
    const app = await startApp(events);
    expect((await app.post('/client/events?company_id=AAAAAA', wrong, anonymous)).status).toBe(404);
    expect((await app.post('/api/events', wrong, anonymous)).status).toBe(401);
    expect(app.requests.filter((name) => /Put|Write|Update/.test(name))).toEqual([]);
  });

  test('has the same answer if it cannot be kept', async () => {
    const app = await startApp(events);
    const path = `/client/events?company_id=${app.account}`;
    const kept = await app.post(path, wrong, anonymous);
    app.watch(({ command }, next) => {
      if (command.startsWith('Put')) throw new Error('The table is away.');
      return next();
    });
    const lost = await app.post(path, wrong, anonymous);
    const own = { id: expect.any(String) };
    expect([lost.status, lost.body]).toEqual([kept.status, { errors: [{ ...kept.body.errors[0], ...own }] }]);
    expect(app.lines.join()).toContain('rejected request not kept');
    expect(app.lines.join()).not.toContain('ada@example.com');
  });
});

describe("calls of Segment's clients", () => {
  const track = { type: 'track', event: 'Order Completed', userId: 'u1', properties: {} };

  test('are kept one by one', async () => {
    const app = await startApp(events);
    const batch = [track, { ...track, userId: undefined }, { type: 'track', userId: 'u2' }, { ...track, userId: 'u3' }];
    const answer = await app.post('/v1/batch', { batch, writeKey: app.account, context: { locale: 'de' } }, anonymous);
    expect(answer.body).toMatchObject({ accepted: 2, rejected: [{ index: 1 }, { index: 2 }] });
    const items = await rejectedOf(app);
    expect(items.map(({ source, what, metric }) => [source, what, metric])).toEqual(
      expect.arrayContaining([
        ['segment', 'segment track', 'Order Completed'],
        ['segment', 'segment track', undefined],
      ]),
    );
    expect(items).toHaveLength(2);
    expect(items.map((item) => payloadOf(item).call.context)).toEqual([{ locale: 'de' }, { locale: 'de' }]);
  });

  test('are kept once if they come alone, without the private key', async () => {
    const app = await startApp(events);
    const body = { type: 'track', event: 'X', properties: {}, writeKey: app.key };
    expect((await app.post('/v1/track', body, anonymous)).status).toBe(400);
    const [item, ...others] = await rejectedOf(app);
    expect(others).toEqual([]);
    expect(item).toMatchObject({ source: `segment:${app.keyId}`, caller: { kind: 'key' } });
    expect(JSON.stringify(payloadOf(item ?? {}))).not.toContain(app.key);
  });

  test('of a batch that is none are kept as a request', async () => {
    const app = await startApp(events);
    expect((await app.post('/v1/batch', { batch: [], writeKey: app.account }, anonymous)).status).toBe(400);
    expect(await rejectedOf(app)).toMatchObject([{ what: 'POST /v1/batch', handler: 'request' }]);
  });
});
