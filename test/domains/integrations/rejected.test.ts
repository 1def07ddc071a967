import { expect, test } from 'vitest';
import { changedSample, sampleText, startHooks } from './start.ts';

test('unknown topics, bodies that are no JSON, and payloads of a wrong shape are kept with the reason', async () => {
  const shop = await startHooks('shopify');
  await shop.deliver('app/uninstalled', '{}');
  await shop.deliver('product_listings/add', '{}');
  await shop.deliver('orders/create', 'no JSON');
  await shop.deliver('orders/create', changedSample('shopify', 'orders/create', { created_at: 'yesterday' }));
  const rejected = (await shop.rejected()).toSorted((a, b) => (a.what < b.what ? -1 : 1));
  expect(rejected.map(({ what, code, source }) => [what, code, source])).toEqual([
    ['shopify app/uninstalled', 'unknown_topic', `hook:${shop.id}`],
    ['shopify orders/create', 'invalid', `hook:${shop.id}`],
    ['shopify orders/create', 'invalid', `hook:${shop.id}`],
    ['shopify product_listings/add', 'unknown_topic', `hook:${shop.id}`],
  ]);
  const reasons = rejected.flatMap(({ reasons: all }) => all);
  expect(reasons).toContainEqual({ detail: 'The body is not JSON.', pointer: '/' });
  expect(reasons).toContainEqual({ detail: expect.stringContaining('ISO 8601'), pointer: '/created_at' });
});

test('a rejected delivery is kept once, however often its message comes', async () => {
  const shop = await startHooks('shopify');
  await shop.call('app/uninstalled', '{}');
  const [first] = shop.queue.splice(0);
  for (let i = 0; i < 3; i++) await shop.trigger.handle(first?.message, shop.services, { remainingMs: () => 60_000 });
  expect(await shop.rejected()).toHaveLength(1);
});

test('a refund whose order never comes is kept after its last wait', async () => {
  const shop = await startHooks('shopify');
  await shop.deliver('refunds/create', sampleText('shopify', 'refunds/create'));
  expect(await shop.rejected()).toMatchObject([
    { code: 'not_found', reasons: [{ detail: 'The order 820982911946154508 is unknown.' }] },
  ]);
});

test('a message that was given up is kept', async () => {
  const shop = await startHooks('shopify');
  await shop.call('orders/create', sampleText('shopify', 'orders/create'));
  const [first] = shop.queue.splice(0);
  expect(await shop.trigger.fail(first?.message, 'It failed 5 times.', shop.services)).toBe('failed');
  expect(await shop.rejected()).toMatchObject([{ code: 'dead_letter', reasons: [{ detail: 'It failed 5 times.' }] }]);
});
