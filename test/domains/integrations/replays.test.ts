import { expect, test } from 'vitest';
import { sampleText, startHooks } from './start.ts';

test('a refund whose order was missing is stored by a replay, once', async () => {
  const shop = await startHooks('shopify');
  await shop.deliver('refunds/create', sampleText('shopify', 'refunds/create'));
  expect(await shop.replay()).toMatchObject({ replayed_count: 0, rejected_count: 1 });
  await shop.deliver('orders/create', sampleText('shopify', 'orders/create'));
  expect(await shop.replay()).toMatchObject({ replayed_count: 1, rejected_count: 0 });
  expect(await shop.replay()).toMatchObject({ replayed_count: 0, rejected_count: 0 });
  const metrics = (await shop.events('grace@example.org')).map(({ metric }) => metric);
  expect(metrics).toEqual(['Placed Order', 'Refunded Order']);
});

test('a delivery that a mapping could not read is stored after the mapping was fixed, as of its receipt', async () => {
  const signature = { kind: 'hmac', header: 'x-till-signature', prefix: 'v0=' };
  const generic = { signature, mapping: '{ "events": { "metric": "Sale", "email": mail, "value": total } }' };
  const shop = await startHooks('generic', { generic });
  await shop.deliver('', '{ "mail": "noor@example.org", "total": "12,50" }');
  expect(await shop.rejected()).toMatchObject([{ code: 'invalid' }]);
  shop.at('2026-08-20T00:00:00Z');
  const mapping = '{ "events": { "metric": "Sale", "email": mail, "value": $number($replace(total, ",", ".")) } }';
  const data = { type: 'integration', id: shop.id, attributes: { generic: { signature, mapping } } };
  expect((await shop.patch(`/api/integrations/${shop.id}`, { data })).status).toBe(200);
  expect(await shop.replay()).toMatchObject({ replayed_count: 1 });
  expect(await shop.events('noor@example.org')).toMatchObject([
    { metric: 'Sale', datetime: '2026-08-15T00:00:00.000+00:00', event_properties: { $value: 12.5 } },
  ]);
});

test('a delivery has a receipt from the answer on: pending, rejected, and stored by a replay', async () => {
  const shop = await startHooks('shopify');
  const read = async (answer: { readonly headers: Readonly<Record<string, string>> }) =>
    (await shop.get(`/api/receipts/${answer.headers['Tributary-Receipt']}`)).body.data.attributes;
  const refund = sampleText('shopify', 'refunds/create');
  const refused = await shop.deliver('refunds/create', refund);
  expect(await read(refused)).toMatchObject({
    outcome: 'rejected',
    item_type: 'delivery',
    source: `hook:${shop.id}`,
    rejected_item_id: expect.any(String),
  });
  const order = sampleText('shopify', 'orders/create');
  expect(await read(await shop.deliver('orders/create', order, { id: 'one' }))).toMatchObject({ outcome: 'stored' });
  expect(await read(await shop.deliver('orders/create', order, { id: 'one' }))).toMatchObject({ outcome: 'duplicate' });
  await shop.replay();
  expect(await read(refused)).toMatchObject({ outcome: 'stored' });
});
