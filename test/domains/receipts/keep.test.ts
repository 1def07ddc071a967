import { expect, test } from 'vitest';
import { markErased } from '../../../functions/domains/erased/actions.ts';
import { keepRejected, type Rejection } from '../../../functions/domains/receipts/rejected/keep.ts';
import { unpackPayload } from '../../../functions/domains/receipts/rejected/payload.ts';
import { REJECTED, rejectedItems, rejectedPartitions } from '../../../functions/domains/receipts/rejected/store.ts';
import { events } from '../../../functions/services/events.ts';
import { startApp } from '../../support/app.ts';

const rejection = (more: Partial<Rejection> = {}): Rejection => ({
  source: 'client',
  handler: 'request',
  what: 'POST /client/events',
  code: 'invalid',
  problems: [{ detail: 'The event has no metric.', source: { pointer: '/data/attributes/metric' } }],
  payload: JSON.stringify({ body: JSON.stringify({ email: 'ada@example.com' }) }),
  ...more,
});

const start = async () => {
  const app = await startApp(events);
  const stored = async () => {
    const pages = rejectedPartitions(app.account).map((pk) =>
      app.table.queryOf(rejectedItems, { pk, prefix: REJECTED, limit: 1_000 }),
    );
    return (await Promise.all(pages)).flat().toSorted((a, b) => (a.id < b.id ? -1 : 1));
  };
  return { app, stored };
};

test('keeps what was refused with its reason, payload and rights for 14 days', async () => {
  const { app, stored } = await start();
  const [id] = await keepRejected([rejection({ metric: 'Placed Order' })], app.context());
  const [item] = await stored();
  expect(item).toMatchObject({
    id,
    source: 'client',
    code: 'invalid',
    metric: 'Placed Order',
    reasons: [{ detail: 'The event has no metric.', pointer: '/data/attributes/metric' }],
    caller: { kind: 'key', keyId: app.keyId, scopes: ['*'] },
    receivedAt: '2026-01-01T00:00:00.000Z',
    expiresAt: Date.parse('2026-01-15T00:00:00Z') / 1_000,
  });
  expect(unpackPayload(item?.payload ?? '')).toBe(rejection().payload);
  expect(app.lines.join()).not.toContain('ada@example.com');
});

test('keeps 60 payloads a minute, and counts the others by reason', async () => {
  const { app, stored } = await start();
  const many = Array.from({ length: 100 }, (_, i) => rejection({ code: i % 2 ? 'invalid' : 'too_large' }));
  const ids = await keepRejected(many, app.context());
  expect(ids.filter((id) => id !== undefined)).toHaveLength(60);
  const counts = async () =>
    (await stored()).map(({ payload, omission, count = 1 }) => (payload === undefined ? `${omission} ${count}` : 1));
  expect((await counts()).filter((one) => one !== 1)).toEqual(['limit 20', 'limit 20']);
  // A single one more costs a small item.
  app.requests.length = 0;
  await keepRejected([rejection()], app.context());
  expect(app.requests).toEqual(['PutItemCommand']);
  app.at('2026-01-01T00:01:00Z');
  expect(await keepRejected([rejection()], app.context())).toEqual([expect.any(String)]);
  expect((await stored()).reduce((sum, { count = 1 }) => sum + count, 0)).toBe(102);
});

test('leaves room for others when one network sends garbage', async () => {
  const { app, stored } = await start();
  const from = (ip: string) => ({ ...app.context(), caller: { kind: 'public' } as const, ip });
  for (let i = 0; i < 50; i++) await keepRejected([rejection()], from('192.0.2.66'));
  const withPayload = async () => (await stored()).filter(({ payload }) => payload !== undefined).length;
  expect(await withPayload()).toBe(20);
  await keepRejected([rejection()], from('198.51.100.1'));
  expect(await withPayload()).toBe(21);
});

test('costs garbage of a kilobyte no more than a good event', async () => {
  const { app, stored } = await start();
  const payload = JSON.stringify({ body: JSON.stringify({ data: 'an ordinary event '.repeat(60) }), ip: '192.0.2.1' });
  await keepRejected([rejection({ payload })], app.context());
  const [item] = await stored();
  expect(JSON.stringify(item).length).toBeLessThan(1_024);
});

test('keeps no payload that is too large, or names an erased person', async () => {
  const { app, stored } = await start();
  const random = Array.from({ length: 60_000 }, (_, i) => Math.sin(i).toString(36)).join('');
  await markErased([{ kind: 'email', value: 'gone@example.com' }], 'job', app.context());
  const context = { ...app.context(), accountSettings: { ...app.context().accountSettings, hasErased: true } };
  const problems = [{ detail: `'gone@example.com' is wrong.` }];
  await keepRejected([rejection({ payload: random })], context);
  await keepRejected([rejection({ payload: '{"body":"{\\"e\\":\\"Gone@Example.com\\"}"}', problems })], context);
  const items = await stored();
  expect(items.map(({ omission, payload }) => [omission, payload]).toSorted()).toEqual([
    ['erased', undefined],
    ['size', undefined],
  ]);
  expect(JSON.stringify(items)).not.toContain('gone@example.com');
});

test('keeps the same message once', async () => {
  const { app, stored } = await start();
  const message = rejection({ deduplicateBy: 'message-1', receivedAt: new Date('2025-12-31T00:00:00Z') });
  const [first] = await keepRejected([message], app.context());
  const [second] = await keepRejected([message], app.context());
  expect(second).toBe(first);
  expect(await stored()).toHaveLength(1);
});
