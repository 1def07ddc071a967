import { expect, test } from 'vitest';
import { changedSample, sampleText, startHooks } from './start.ts';

const EMAIL = 'tomas@example.org';
const order = (changes: object): string => changedSample('woocommerce', 'order.created', changes);

test('the states of an order become its events, each once', async () => {
  const shop = await startHooks('woocommerce');
  const updates = [
    order({ status: 'pending' }),
    sampleText('woocommerce', 'order.created'),
    order({ status: 'completed', date_completed_gmt: '2026-07-17T08:00:00' }),
    order({
      status: 'completed',
      date_completed_gmt: '2026-07-17T08:00:00',
      date_modified_gmt: '2026-07-20T08:00:00',
      refunds: [{ id: 90, reason: 'Too late', total: '-8.50' }],
    }),
    order({
      status: 'refunded',
      date_modified_gmt: '2026-07-21T08:00:00',
      refunds: [
        { id: 90, reason: 'Too late', total: '-8.50' },
        { id: 91, reason: '', total: '-20.85' },
      ],
    }),
  ];
  for (const text of [...updates, ...updates]) await shop.deliver('order.updated', text);
  const stored = await shop.events(EMAIL);
  // A checkout and its order have one time.
  const events = [
    ...stored.filter(({ metric }) => metric === 'Started Checkout'),
    ...stored.filter(({ metric }) => metric !== 'Started Checkout'),
  ];
  expect(
    events.map(({ metric, datetime, event_properties }) => [
      metric,
      datetime,
      (event_properties as { $value: number }).$value,
    ]),
  ).toEqual([
    ['Started Checkout', '2026-07-15T10:30:00.000+00:00', 29.35],
    ['Placed Order', '2026-07-15T10:30:00.000+00:00', 29.35],
    ['Fulfilled Order', '2026-07-17T08:00:00.000+00:00', 29.35],
    ['Refunded Order', '2026-07-20T08:00:00.000+00:00', 8.5],
    ['Refunded Order', '2026-07-21T08:00:00.000+00:00', 20.85],
  ]);
  expect(events[1]?.event_properties).toMatchObject({
    OrderId: '727',
    DiscountCodes: ['tea'],
    Items: [
      { ProductID: '93', SKU: 'TEA-GR-100', Quantity: 2, ItemPrice: 8.5, RowTotal: 17 },
      { ProductID: '22', VariantID: '23', ItemPrice: 6.5 },
    ],
  });
  expect((await shop.profile(EMAIL)).attributes).toMatchObject({
    first_name: 'Tomás',
    phone_number: '+351220123456',
    location: { city: 'Porto', country: 'PT' },
  });
});

test('the ping that saves a webhook is answered, and stores nothing', async () => {
  const shop = await startHooks('woocommerce');
  const headers = { authorization: '', 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await shop.post(shop.path, 'webhook_id=12', headers);
  expect([answer.status, answer.body]).toEqual([200, { received: true }]);
  expect(shop.queue).toEqual([]);
  for (const body of ['webhook_id=12&more=1', 'webhook_id=', '{"webhook_id":12}'])
    expect((await shop.post(shop.path, body, headers)).status).toBe(401);
});

test('two deliveries of one second have one id, and are both stored', async () => {
  const shop = await startHooks('woocommerce');
  await shop.deliver('order.created', order({ id: 1 }), { id: 'same' });
  await shop.deliver('order.created', order({ id: 2 }), { id: 'same' });
  expect(await shop.events(EMAIL)).toHaveLength(2);
});

test('the same number in two shops is two orders', async () => {
  const shop = await startHooks('woocommerce');
  await shop.deliver('order.created', order({}));
  const { body } = await shop.post('/api/integrations', {
    data: { type: 'integration', attributes: { name: 'Other', source: 'woocommerce', secret: 'hush-hush-hush-hush' } },
  });
  const url = new URL(body.data.attributes.hook_url).pathname;
  await shop.deliver('order.created', order({}), { id: 'two' }, url);
  expect(await shop.events(EMAIL)).toHaveLength(2);
});

test('customers become profiles', async () => {
  const shop = await startHooks('woocommerce');
  await shop.deliver('customer.updated', sampleText('woocommerce', 'customer.updated'));
  expect((await shop.profile(EMAIL)).attributes).toMatchObject({ last_name: 'Ribeiro' });
});
