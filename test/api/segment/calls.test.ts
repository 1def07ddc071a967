import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { changeAccount, createAccount } from '../../../functions/domains/accounts/actions.ts';
import { createKey } from '../../../functions/domains/accounts/keys/actions.ts';
import { order, startSegment, stored } from './send.ts';

describe('the write key', () => {
  test('is the user name of Basic authentication, a Bearer token, or a member of the body', async () => {
    const app = await startSegment();
    const none = { authorization: '' };
    const statuses = [
      await app.trusted('/v1/track', order),
      await app.post('/v1/track', order, { authorization: `Basic ${Buffer.from(app.key).toString('base64')}` }),
      await app.post('/v1/track', order, { authorization: `Bearer ${app.key}` }),
      await app.post('/v1/track', { ...order, writeKey: app.key }, none),
      await app.post('/v1/batch', { batch: [order], writeKey: app.key }, { authorization: 'Bearer oauth' }),
      await app.post('/v1/batch', { batch: [order], writeKey: app.account }, none),
    ].map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200]);
  });

  test.each([
    ['none', () => ({ authorization: '' }), 401],
    ['an unknown account', (basic: (key: string) => string) => ({ authorization: basic('zzzzzz') }), 401],
    [
      'an unknown key',
      (basic: (key: string) => string) => ({ authorization: basic(`pk_zzzzzz_${'a'.repeat(40)}`) }),
      401,
    ],
    ['no key at all', (basic: (key: string) => string) => ({ authorization: basic('__proto__') }), 401],
    ['another scheme', () => ({ authorization: 'Digest abc' }), 401],
  ])('%s is refused as clients understand it', async (_, headers, status) => {
    const app = await startSegment();
    const answer = await app.post('/v1/track', order, headers(app.basic));
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({
      success: false,
      code: 'not_authenticated',
      message: expect.stringContaining('write key'),
      errors: [{ detail: answer.body.message, source: { header: 'authorization' } }],
    });
  });

  test('of a server needs the scope, and stores for its own account only', async () => {
    const app = await startSegment();
    const { key: reader } = await createKey({ account: app.account, name: 'r', scopes: ['events:read'] }, app.services);
    expect((await app.post('/v1/track', order, { authorization: app.basic(reader) })).status).toBe(403);
    const other = await createAccount({ name: 'Other' }, app.services);
    const { key } = await createKey({ account: other.id, name: 'o', scopes: ['events:write'] }, app.services);
    expect((await app.post('/v1/track', order, { authorization: app.basic(key) })).body).toEqual(stored);
    expect(await app.events()).toEqual([]);
  });
});

test('a key that is restricted or has expired sends nothing', async () => {
  const app = await startSegment();
  const named = { account: app.account, name: 'r', scopes: ['events:write'] };
  const { key: elsewhere } = await createKey({ ...named, networks: ['203.0.113.0/24'] }, app.services);
  expect((await app.post('/v1/track', order, { authorization: app.basic(elsewhere) })).status).toBe(403);
  const { key: brief } = await createKey({ ...named, endsAt: '2026-01-01T00:01:00.000Z' }, app.services);
  expect((await app.post('/v1/track', order, { authorization: app.basic(brief) })).status).toBe(200);
  app.at('2026-01-01T00:02:00Z');
  expect((await app.post('/v1/track', order, { authorization: app.basic(brief) })).status).toBe(401);
});

describe('the body', () => {
  test.each(['application/json', 'text/plain;charset=UTF-8', 'application/x-www-form-urlencoded', ''])(
    'is JSON, also as %s',
    async (type) => {
      const app = await startSegment();
      const headers = { 'content-type': type };
      expect((await app.trusted('/v1/batch', { batch: [order] }, headers)).body).toEqual(stored);
      const zipped = gzipSync(JSON.stringify({ batch: [{ ...order, messageId: 'm2' }] }));
      const answer = await app.trusted('/v1/batch', zipped, { ...headers, 'content-encoding': 'gzip' });
      expect(answer.body).toEqual(stored);
    },
  );

  test.each([
    ['no JSON', '{"event":'],
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['too large', JSON.stringify({ ...order, properties: { text: 'x'.repeat(33_000) } })],
    ['nested deeply', `{"userId":"u","event":"e","properties":${'['.repeat(16_000)}${']'.repeat(16_000)}}`],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ])('%s is a 400 with code, message and place', async (_, body) => {
    const app = await startSegment();
    const { status, body: answer } = await app.trusted('/v1/track', body);
    expect(status).toBe(400);
    expect(answer).toMatchObject({ success: false, code: 'invalid', message: expect.any(String) });
    expect(answer.errors[0].detail.length).toBeGreaterThan(10);
  });

  test.each([
    ['an event', { event: 'e'.repeat(20_000) }],
    ['an id', { messageId: 'm'.repeat(20_000) }],
    ['a time', { timestamp: 't'.repeat(20_000) }],
    ['a type', { type: 'y'.repeat(20_000) }],
    ['a person', { userId: 'u'.repeat(20_000) }],
    ['a property', { properties: { ['p'.repeat(20_000)]: 1 } }],
    [
      'a property with too many entries',
      { properties: { ['p'.repeat(20_000)]: Array.from({ length: 4_001 }, () => 0) } },
    ],
  ])('with %s of 20,000 characters is not quoted whole', async (_, long) => {
    const app = await startSegment();
    const { body } = await app.trusted('/v1/track', { ...order, ...long });
    for (const { detail, source } of body.errors ?? []) {
      expect(detail.length).toBeLessThanOrEqual(501);
      expect(source.pointer.length).toBeLessThan(1_000);
    }
    expect(JSON.stringify(body).length).toBeLessThan(5_000);
  });

  test('compressed, and damaged by API Gateway, is refused with what to do', async () => {
    const app = await startSegment();
    const text = gzipSync(JSON.stringify({ batch: [order] })).toString('utf8');
    const answer = await app.trusted('/v1/batch', text, { 'content-encoding': 'gzip' });
    expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining('turn off gzip')]);
  });

  test('no path redirects', async () => {
    const app = await startSegment();
    for (const path of ['//v1/batch', '/v1//batch', '/v1/batch/', '/v1/batch//', '/v1/nothing'])
      expect((await app.trusted(path, { batch: [order] })).status).not.toBe(308);
    expect((await app.trusted('/v1/batch/', { batch: [order] })).status).toBe(200);
    expect((await app.trusted('/v1/nothing', {})).body).toMatchObject({ success: false, code: 'not_found' });
  });
});

describe('what is stored', () => {
  test('an order has its metric, time, value and person', async () => {
    const app = await startSegment();
    expect((await app.trusted('/v1/t', order)).body).toEqual(stored);
    expect(await app.events()).toMatchObject([
      {
        metric: 'Placed Order',
        time: '2025-12-31T10:00:00.000+00:00',
        properties: { order_id: 'o1', OrderId: 'o1', $value: 12, $event_id: 'm1' },
        person: { external_id: 'u1' },
      },
    ]);
  });

  test('the account can name other metrics', async () => {
    const app = await startSegment();
    await changeAccount(app.account, { segmentMetrics: { 'order completed': 'Bought' } }, app.services);
    await app.trusted('/v1/track', order);
    expect(await app.events()).toMatchObject([{ metric: 'Bought' }]);
  });

  test('pages, screens and groups are events, and a group is a property', async () => {
    const app = await startSegment();
    const common = { userId: 'u1' };
    await app.trusted('/v1/page', {
      ...common,
      name: 'Home',
      category: 'Shop',
      properties: { url: 'https://a.example/' },
    });
    app.at('2026-01-01T00:00:01Z');
    await app.trusted('/v1/screen', { ...common, name: 'Cart' });
    app.at('2026-01-01T00:00:02Z');
    await app.trusted('/v1/group', { ...common, groupId: 'g1', traits: { name: 'Engines', plan: 'gold' } });
    expect(await app.events()).toMatchObject([
      { metric: 'Viewed Page', properties: { name: 'Home', category: 'Shop', url: 'https://a.example/' } },
      { metric: 'Viewed Screen', properties: { name: 'Cart' } },
      {
        metric: 'Joined Group',
        properties: { group_id: 'g1', name: 'Engines', plan: 'gold' },
        person: { organization: 'Engines', properties: { group_id: 'g1' } },
      },
    ]);
  });

  test('a clock that is wrong is corrected, and a retry at another time is no conflict', async () => {
    const app = await startSegment({ now: new Date('2026-01-01T12:00:00Z') });
    const call = { ...order, timestamp: '2026-01-01T02:59:50Z', sentAt: '2026-01-01T03:00:00Z' };
    expect((await app.trusted('/v1/track', call)).body).toEqual(stored);
    app.at('2026-01-01T12:00:07Z');
    const again = await app.trusted('/v1/track', call);
    expect(again.body).toEqual({
      success: true,
      accepted: 0,
      duplicates: 1,
      rejected: [],
      receipts: [expect.any(String)],
    });
    expect(await app.events()).toMatchObject([{ time: '2026-01-01T11:59:50.000+00:00' }]);
  });
});
