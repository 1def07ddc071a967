import { expect, test } from 'vitest';
import { changedSample, sampleText, startHooks } from './start.ts';

const EMAIL = 'grace@example.org';
const topics = ['orders/create', 'refunds/create', 'fulfillments/create', 'checkouts/update', 'customers/update'];
const sample = (topic: string): string => sampleText('shopify', topic);

test('an order becomes an event of a profile, with items and value, once', async () => {
  const shop = await startHooks('shopify');
  const answer = await shop.deliver('orders/create', sample('orders/create'), { id: 'one' });
  expect(answer).toMatchObject({ status: 200, body: { received: true } });
  const again = await shop.deliver('orders/create', sample('orders/create'), { id: 'one' });
  expect(again).toMatchObject({ status: 200, body: { received: true, id: answer.body.id, duplicate: true } });
  await shop.deliver('orders/create', sample('orders/create'), { id: 'another' });

  expect(await shop.events(EMAIL)).toMatchObject([
    {
      metric: 'Placed Order',
      datetime: '2026-07-15T09:00:01.000+00:00',
      event_properties: {
        $value: 18.1,
        $value_currency: 'GBP',
        OrderId: '820982911946154508',
        OrderName: '#1001',
        ItemNames: ['Sea salt caramel', 'Lemon drops'],
        Brands: ['Whitby Sweets'],
        DiscountCodes: ['SUMMER'],
        Items: [
          { ProductID: '788032119674292922', SKU: 'SSC-250', Quantity: 2, ItemPrice: 7.5, RowTotal: 15 },
          { ProductID: '788032119674292923', SKU: 'LEM-100', Quantity: 1, ItemPrice: 3.1, RowTotal: 3.1 },
        ],
      },
    },
  ]);
  expect((await shop.profile(EMAIL)).attributes).toMatchObject({
    phone_number: '+441632960961',
    first_name: 'Grace',
    last_name: 'Hopper-Lane',
    location: { address1: '12 Harbour Road', city: 'Whitby', zip: 'YO21 1AA', country: 'United Kingdom' },
  });
});

test('every topic stores what it says, in whatever order and however often it comes', async () => {
  const shop = await startHooks('shopify');
  for (const topic of [...topics, ...topics.toReversed()]) await shop.deliver(topic, sample(topic));
  const events = await shop.events(EMAIL);
  expect(events.map(({ metric, datetime }) => [metric, datetime])).toEqual([
    ['Started Checkout', '2026-07-15T08:55:00.000+00:00'],
    ['Placed Order', '2026-07-15T09:00:01.000+00:00'],
    ['Confirmed Shipment', '2026-07-16T08:00:00.000+00:00'],
    ['Refunded Order', '2026-07-20T15:30:00.000+00:00'],
  ]);
  expect(events.at(-1)?.event_properties).toMatchObject({
    $value: 7.5,
    OrderId: '820982911946154508',
    Reason: 'Arrived broken',
  });
});

test('a refund that comes before its order waits for it', async () => {
  const shop = await startHooks('shopify');
  await shop.call('refunds/create', sample('refunds/create'));
  const [first] = shop.queue.splice(0);
  await shop.trigger.handle(first?.message, shop.services, { remainingMs: () => 60_000 });
  expect(shop.queue).toMatchObject([{ delaySeconds: 30, message: { waits: 1 } }]);
  await shop.call('orders/create', sample('orders/create'));
  shop.queue.reverse();
  await shop.work();
  expect((await shop.events(EMAIL)).map(({ metric }) => metric)).toEqual(['Placed Order', 'Refunded Order']);
});

const consent = (state: string, at: string | null): string =>
  changedSample('shopify', 'customers_email_marketing_consent/update', {
    email_marketing_consent: { state, opt_in_level: 'single_opt_in', consent_updated_at: at },
  });

test('consent moves as the vendor says it, with the delivery as evidence', async () => {
  const shop = await startHooks('shopify');
  await shop.deliver('customers/update', sample('customers/update'));
  const subscription = async () => (await shop.profile(EMAIL)).attributes.subscriptions.email.marketing.consent;
  expect(await subscription()).toBe('SUBSCRIBED');
  const answer = await shop.deliver(
    'customers_email_marketing_consent/update',
    consent('unsubscribed', '2026-08-01T12:00:00+01:00'),
  );
  expect(await subscription()).toBe('UNSUBSCRIBED');

  // An older statement, and one that says that nothing was decided.
  await shop.deliver('customers_email_marketing_consent/update', consent('subscribed', '2026-07-31T12:00:00+01:00'));
  await shop.deliver('customers_email_marketing_consent/update', consent('not_subscribed', null));
  await shop.deliver('customers/update', sample('customers/update'));
  expect(await subscription()).toBe('UNSUBSCRIBED');

  const { id } = await shop.profile(EMAIL);
  const { data } = await shop.ledger(id);
  const withdrawal = data.find((one: { attributes: { to: string } }) => one.attributes.to === 'UNSUBSCRIBED');
  expect(withdrawal.attributes).toMatchObject({ at: '2026-08-01T11:00:00.000Z' });
  expect(JSON.stringify(withdrawal)).toContain(`delivery ${answer.body.id}`);
  expect(JSON.stringify(withdrawal)).toContain('shopify customers_email_marketing_consent/update');
});

test('an opt-in without a time does not undo an opt-out', async () => {
  const shop = await startHooks('shopify');
  await shop.deliver('customers_email_marketing_consent/update', consent('unsubscribed', '2026-08-01T12:00:00+01:00'));
  await shop.deliver('customers_email_marketing_consent/update', consent('subscribed', null));
  expect((await shop.profile(EMAIL)).attributes.subscriptions.email.marketing.consent).toBe('UNSUBSCRIBED');
});

test('SMS consent is that of the number, and a confirmed opt-in is a double one', async () => {
  const shop = await startHooks('shopify');
  await shop.deliver('customers/update', sample('customers/update'));
  await shop.deliver('customers_marketing_consent/update', sample('customers_marketing_consent/update'));
  expect((await shop.profile(EMAIL)).attributes.subscriptions.sms.marketing.consent).toBe('SUBSCRIBED');
});

test('an older state of a customer does not replace a newer one', async () => {
  const shop = await startHooks('shopify');
  const named = (first_name: string, updated_at: string): string =>
    changedSample('shopify', 'customers/update', { first_name, updated_at });
  await shop.deliver('customers/update', named('Newer', '2026-08-02T00:00:00Z'));
  await shop.deliver('customers/update', named('Older', '2026-08-01T00:00:00Z'));
  expect((await shop.profile(EMAIL)).attributes.first_name).toBe('Newer');
});

test('a checkout of a visitor whom nobody knows stores nothing, and is no error', async () => {
  const shop = await startHooks('shopify');
  await shop.deliver('checkouts/update', changedSample('shopify', 'checkouts/update', { email: null }));
  expect((await shop.get('/api/events')).body.data).toEqual([]);
  expect((await shop.get('/api/profiles')).body.data).toEqual([]);
});

test('payloads without an address find the person by the customer', async () => {
  const shop = await startHooks('shopify');
  await shop.deliver(
    'orders/create',
    changedSample('shopify', 'orders/create', {
      email: null,
      phone: null,
      customer: { id: 4711 },
      billing_address: null,
      shipping_address: null,
    }),
  );
  await shop.deliver('customers/update', changedSample('shopify', 'customers/update', { id: 4711 }));
  expect((await shop.events(EMAIL)).map(({ metric }) => metric)).toEqual(['Placed Order']);
});
