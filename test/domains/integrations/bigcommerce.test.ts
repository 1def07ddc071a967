import { expect, test } from 'vitest';
import { startStore, TOKEN } from './bigcommerce-api.ts';
import { changedSample, sampleText, startHooks } from './start.ts';

const EMAIL = 'ines@example.org';

const start = async () => {
  const store = await startStore();
  const shop = await startHooks('bigcommerce', { apiToken: TOKEN, fetch: store.fetch });
  /** A delivery of any topic, as the store sends it. */
  const deliver = (scope: string, data: object, changes: object = {}) =>
    shop.deliver(scope, changedSample('bigcommerce', 'store/order/created', { scope, data, ...changes }));
  const order = (scope = 'store/order/updated') => deliver(scope, { type: 'order', id: 250 });
  const seen = async () =>
    (await shop.events(EMAIL)).map(({ metric, datetime, event_properties }) => [
      metric,
      datetime,
      (event_properties as { $value: number }).$value,
    ]);
  return { store, shop, deliver, order, seen };
};

test('an order is read from the store, and its states become its events, each once', async () => {
  const { store, shop, deliver, order, seen } = await start();
  store.change({ status_id: 1, status: 'Pending' });
  await order('store/order/created');
  store.change({ status_id: 11, status: 'Awaiting Fulfillment' });
  await deliver('store/order/statusUpdated', {
    type: 'order',
    id: 250,
    status: { previous_status_id: 1, new_status_id: 11 },
  });
  store.change({ status_id: 2, status: 'Shipped', date_shipped: 'Fri, 17 Jul 2026 08:00:00 +0000' });
  await deliver('store/shipment/created', { type: 'shipment', id: 12, orderId: '250' });
  store.change({ status_id: 14, status: 'Partially Refunded', refunded_amount: '8.5000' });
  await deliver('store/order/refund/created', { type: 'order', id: 250, refund: { refund_id: 90 } });
  for (let i = 0; i < 3; i++) await order();

  const events = await seen();
  expect(events.toSorted()).toEqual(
    [
      ['Started Checkout', '2026-07-15T10:30:00.000+00:00', 28.5],
      ['Placed Order', '2026-07-15T10:30:00.000+00:00', 28.5],
      ['Ordered Product', '2026-07-15T10:30:00.000+00:00', 17],
      ['Ordered Product', '2026-07-15T10:30:00.000+00:00', 6.5],
      ['Fulfilled Order', '2026-07-17T08:00:00.000+00:00', 28.5],
      ['Refunded Order', '2026-07-20T08:00:00.000+00:00', 8.5],
    ].toSorted(),
  );
  const placed = (await shop.events(EMAIL)).find(({ metric }) => metric === 'Placed Order');
  expect(placed?.event_properties).toMatchObject({
    OrderId: '250',
    Brands: ['Leaf'],
    Items: [
      { ProductID: '93', VariantID: '361', SKU: 'TEA-GR-100', Quantity: 2, ItemPrice: 8.5, RowTotal: 17 },
      { ProductID: '22', ProductName: 'Tea strainer' },
    ],
  });
  const { attributes, id } = await shop.profile(EMAIL);
  expect(attributes).toMatchObject({
    first_name: 'Inês',
    phone_number: '+351213456789',
    location: { city: 'Lisboa', country: 'PT' },
  });
  expect(attributes.subscriptions.email.marketing.consent).toBe('SUBSCRIBED');
  const [entry] = (await shop.ledger(id)).data;
  expect(JSON.stringify(entry)).toMatch(/2026-07-15T10:30:00.*integration|integration.*2026-07-15T10:30:00/);
  expect(await shop.rejected()).toEqual([]);
});

test('a cancelled and a declined order are no orders; one refunded by hand is refunded as a whole', async () => {
  const { store, order, seen } = await start();
  store.change({ status_id: 6 });
  await order();
  expect(await seen()).toEqual([]);
  store.change({ status_id: 5, date_modified: 'Thu, 16 Jul 2026 08:00:00 +0000' });
  await order();
  expect(await seen()).toEqual([['Cancelled Order', '2026-07-16T08:00:00.000+00:00', 28.5]]);
  store.change({ status_id: 4 });
  await order();
  expect((await seen()).map(([metric]) => metric)).toContain('Refunded Order');
});

test('customers become profiles; subscribers subscribe, and unsubscribe when they are deleted', async () => {
  const { shop, deliver } = await start();
  await shop.deliver('store/customer/created', sampleText('bigcommerce', 'store/customer/created'));
  expect((await shop.profile(EMAIL)).attributes).toMatchObject({
    last_name: 'Moreira',
    organization: 'Flores Lda',
    properties: { bigcommerce_accepts_review_and_cart_emails: true },
    subscriptions: { email: { marketing: { consent: 'NEVER_SUBSCRIBED' } } },
  });
  await shop.deliver('store/subscriber/created', sampleText('bigcommerce', 'store/subscriber/created'));
  const consent = async () => (await shop.profile(EMAIL)).attributes.subscriptions.email.marketing;
  expect(await consent()).toMatchObject({
    consent: 'SUBSCRIBED',
    consent_timestamp: expect.stringContaining('2026-07-16'),
  });
  const at = Date.parse('2026-08-01T00:00:00Z') / 1_000;
  await deliver('store/subscriber/deleted', { type: 'subscriber', id: 5 }, { created_at: at });
  expect((await consent()).consent).toBe('UNSUBSCRIBED');
  expect((await shop.get('/api/profiles')).body.data).toHaveLength(1);
  expect(await shop.rejected()).toEqual([]);
});

test('a cart is an event for each thing in it, and one when it is left; one that is gone says nothing', async () => {
  const { shop, deliver, seen } = await start();
  const id = '09346904-4175-44fd-be53-f7e598531b6c';
  await deliver('store/cart/created', { type: 'cart', id });
  await deliver('store/cart/lineItem/created', { type: 'cart_line_item', id: 'x', cartId: id });
  await shop.deliver('store/cart/abandoned', sampleText('bigcommerce', 'store/cart/abandoned'));
  await deliver('store/cart/updated', { type: 'cart', id: 'converted' });
  expect((await seen()).map(([metric, , value]) => [metric, value]).toSorted()).toEqual([
    ['Abandoned Cart', 17],
    ['Added to Cart', 17],
  ]);
  expect(await shop.rejected()).toEqual([]);
});

test('an order that is gone is kept with its reason, and so is one that may not be read', async () => {
  const { store, shop, order, deliver, seen } = await start();
  await deliver('store/order/created', { type: 'order', id: 4711 });
  store.answer('v2/orders/250', { status: 403 });
  await order();
  const kept = (await shop.rejected()).map(({ code, reasons: [reason] }) => [code, reason?.detail]);
  expect(kept.toSorted()).toEqual([
    ['not_found', 'The order 4711 is no longer in the store: nothing can be read of it.'],
    ['permission_denied', expect.stringContaining('refuses the token (403)')],
  ]);
  await shop.replay();
  expect((await seen()).map(([metric]) => metric)).toContain('Placed Order');
});

test('without a token, deliveries are kept, and replayed once there is one', async () => {
  const store = await startStore();
  const shop = await startHooks('bigcommerce', { fetch: store.fetch });
  await shop.deliver('', sampleText('bigcommerce', 'store/order/created'));
  expect((await shop.rejected())[0]?.reasons[0]?.detail).toContain('integrations token');
  const attributes = { api_token: TOKEN };
  const { body } = await shop.patch(`/api/integrations/${shop.id}`, {
    data: { type: 'integration', id: shop.id, attributes },
  });
  expect(body.data.attributes).toMatchObject({ has_api_token: true });
  expect(JSON.stringify(body)).not.toContain(TOKEN);
  await shop.replay();
  expect(await shop.events(EMAIL)).toHaveLength(3);
});

test('a busy API is asked again when it says so, later each time, and at last the delivery is kept', async () => {
  const { store, shop, seen } = await start();
  const busy = { status: 429, headers: { 'x-rate-limit-time-reset-ms': '25000' } };
  store.answer('v2/orders/250', busy, { status: 503 }, { status: 500 });
  await shop.call('', sampleText('bigcommerce', 'store/order/created'));
  const pauses: number[] = [];
  for (let next = shop.queue.shift(); next; next = shop.queue.shift()) {
    pauses.push(next.delaySeconds);
    await shop.trigger.handle(next.message, shop.services, { remainingMs: () => 60_000 });
  }
  expect(pauses).toEqual([0, 25, 10, 20]);
  expect((await seen()).map(([metric]) => metric)).toContain('Placed Order');

  store.answer('v2/orders/250', ...Array.from({ length: 40 }, () => busy));
  await shop.deliver('', changedSample('bigcommerce', 'store/order/created', { created_at: 1 }));
  const [kept] = await shop.rejected();
  expect([kept?.code, kept?.reasons[0]?.detail]).toEqual([
    'unavailable',
    "BigCommerce's API is busy. Replay the delivery when the API answers again.",
  ]);
});

test('a token is only for a source that needs one, and the producer can only be a store', async () => {
  const { shop, deliver, store } = await start();
  const { status, body } = await shop.post('/api/integrations', {
    data: { type: 'integration', attributes: { name: 'Shop', source: 'shopify', api_token: TOKEN } },
  });
  expect([status, body.errors[0].source.pointer]).toEqual([400, '/data/attributes/api_token']);
  for (const producer of ['stores/../../evil', 'stores/a?b', '@evil.example/stores/a'])
    await deliver('store/order/created', { type: 'order', id: 250 }, { producer });
  expect(store.calls).toEqual([]);
  expect((await shop.rejected()).map(({ code }) => code)).toEqual(['invalid', 'invalid', 'invalid']);
});

class Killed extends Error {}

test('a worker that dies at any request, and comes again, stores the same', { timeout: 300_000 }, async () => {
  const run = async (dies?: number) => {
    const { store, shop } = await start();
    store.change({ status_id: 14, refunded_amount: '8.5000' });
    await shop.call('', sampleText('bigcommerce', 'store/order/created'));
    const [delivery] = shop.queue.splice(0);
    const work = () => shop.trigger.handle(delivery?.message, shop.services, { remainingMs: () => 60_000 });
    let requests = 0;
    const stop = shop.watch(async (_, next) => {
      const answer = await next();
      requests += 1;
      if (requests === dies) throw new Killed();
      return answer;
    });
    await work().catch((error) => {
      if (!(error instanceof Killed)) throw error;
    });
    stop();
    await work();
    const events = await shop.events(EMAIL);
    const { attributes } = await shop.profile(EMAIL);
    const seen = {
      events: events.map(({ metric, event_properties }) => [metric, JSON.stringify(event_properties)]).toSorted(),
      consent: attributes.subscriptions.email.marketing.consent,
      rejected: (await shop.rejected()).length,
    };
    return { seen, requests };
  };
  const { seen: expected, requests } = await run();
  expect(expected).toMatchObject({ rejected: 0, consent: 'SUBSCRIBED' });
  expect(expected.events).toHaveLength(4);
  for (let at = 1; at <= requests; at++) expect([at, (await run(at)).seen]).toEqual([at, expected]);
});

test('a product is read with its variants into the catalog, and leaves it', async () => {
  const { shop, store, deliver } = await start();
  const item = async () => (await shop.get('/api/catalog-items/$custom:::$default:::93')).body.data?.attributes;
  const variants = async () =>
    (await shop.get('/api/catalog-items/$custom:::$default:::93/variants')).body.data?.map(
      ({ attributes }: { attributes: Record<string, unknown> }) => attributes,
    );
  await deliver('store/product/created', { type: 'product', id: 93 });
  expect(await shop.rejected()).toEqual([]);
  expect(await item()).toMatchObject({
    title: 'Green tea',
    url: 'https://leaf.example/green-tea/',
    price: 8.5,
    image_full_url: 'https://cdn.example/tea.jpg',
    published: true,
  });
  const categories = (await shop.get('/api/catalog-items/$custom:::$default:::93/categories')).body.data;
  expect(categories).toMatchObject([{ id: '$custom:::$default:::23', attributes: { name: 'Tea' } }]);
  expect(await variants()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ title: 'Green tea, 100 g', price: 8.5, sku: 'TEA-GR-100', inventory_quantity: 12 }),
      expect.objectContaining({ title: 'Green tea, 250 g', price: 19, sku: 'TEA-GR-250', inventory_quantity: 0 }),
    ]),
  );
  await deliver('store/sku/inventory/updated', { type: 'sku', id: 461, sku: { product_id: 93, variant_id: 361 } });
  expect(store.calls.filter((path) => path.endsWith('/catalog/products/93'))).toHaveLength(2);
  const deletedAt = Date.parse('2026-08-01T00:00:00Z') / 1_000;
  await deliver('store/product/deleted', { type: 'product', id: 93 }, { created_at: deletedAt });
  expect(await item()).toBeUndefined();
  expect(await shop.rejected()).toEqual([]);
});
