import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sampleText, startHooks } from './start.ts';

const EMAIL = 'noor@example.org';
const mapping = `{
  "profiles": customer.{ "email": mail, "customer_id": no, "first_name": $split(name, " ")[0], "time": $$.changed },
  "events": $topic = "sale" ? positions^(no).{
    "metric": "Placed Order", "id": $$.ticket & "-" & no, "email": $$.customer.mail, "time": $$.at,
    "value": price * count, "currency": "EUR", "properties": { "Item": title, "Count": count }
  },
  "consents": newsletter.{ "email": $$.customer.mail, "channel": "email",
    "status": on ? "SUBSCRIBED" : "UNSUBSCRIBED", "time": since }
}`;
const sale = (changes: object = {}): string =>
  JSON.stringify({
    ticket: 820982911946154,
    at: '2026-07-15T10:00:00Z',
    changed: '2026-07-15T10:00:00Z',
    customer: { no: 77, mail: EMAIL, name: 'Noor Haddad' },
    positions: [
      { no: 1, title: 'Oud strings', price: 24.5, count: 2 },
      { no: 2, title: 'Plectrum', price: 3, count: 1 },
    ],
    newsletter: { on: true, since: '2026-07-01T00:00:00Z' },
    ...changes,
  });

const settings = (changes: object = {}) => ({
  signature: { kind: 'hmac', header: 'X-Till-Signature', prefix: 'v0=' },
  topic_header: 'X-Till-Topic',
  delivery_header: 'X-Till-Delivery',
  mapping,
  ...changes,
});

test('a mapping makes events, a profile and consent of any payload, once', async () => {
  const shop = await startHooks('generic', { generic: settings() });
  for (let i = 0; i < 3; i++) await shop.deliver('sale', sale());
  const events = await shop.events(EMAIL);
  // Both have one time.
  const inOrder = events.toSorted((a, b) =>
    (String(a.datetime) + JSON.stringify(a.event_properties)).localeCompare(
      String(b.datetime) + JSON.stringify(b.event_properties),
    ),
  );
  expect(inOrder.map(({ metric, event_properties }) => [metric, event_properties])).toEqual([
    ['Placed Order', expect.objectContaining({ Item: 'Oud strings', Count: 2, $value: 49, $value_currency: 'EUR' })],
    ['Placed Order', expect.objectContaining({ Item: 'Plectrum', $value: 3 })],
  ]);
  const { attributes } = await shop.profile(EMAIL);
  expect(attributes).toMatchObject({ first_name: 'Noor' });
  expect(attributes.subscriptions.email.marketing).toMatchObject({ consent: 'SUBSCRIBED' });
  await shop.deliver('other', sale({ newsletter: { on: false, since: '2026-07-02T00:00:00Z' } }));
  expect(await shop.events(EMAIL)).toHaveLength(2);
  expect((await shop.profile(EMAIL)).attributes.subscriptions.email.marketing.consent).toBe('UNSUBSCRIBED');
});

test('events without an id are stored once for each delivery, also when its message comes again', async () => {
  const own = settings({ mapping: '{ "events": { "metric": "Visit", "email": customer.mail } }' });
  const shop = await startHooks('generic', { generic: own });
  await shop.call('sale', sale(), { id: 'one' });
  const [first] = shop.queue.splice(0);
  for (let i = 0; i < 3; i++) await shop.trigger.handle(first?.message, shop.services, { remainingMs: () => 60_000 });
  await shop.deliver('sale', sale(), { id: 'one' });
  await shop.deliver('sale', sale(), { id: 'two' });
  expect(await shop.events(EMAIL)).toHaveLength(2);
});

test.each([
  ['does not end', '($f := function($n) { $f($n) }; $f(0))', /took more|too long/],
  ['needs too much memory', '{ "events": $pad("a", 200000000) }', /took more/],
  ['returns something else', '{ "orders": [] }', /orders/],
  ['fails', '{ "events": $number(customer.mail) }', /mapping failed/],
])('a mapping that %s rejects the delivery, and nothing else', async (_, wrong, reason) => {
  const shop = await startHooks('generic', { generic: settings({ mapping: wrong }) });
  await shop.deliver('sale', sale());
  expect((await shop.rejected()).map(({ code }) => code)).toEqual(['invalid']);
  expect(JSON.stringify((await shop.rejected())[0]?.reasons)).toMatch(reason);
  await shop.patch(`/api/integrations/${shop.id}`, {
    data: { type: 'integration', id: shop.id, attributes: { generic: settings() } },
  });
  await shop.deliver('sale', sale(), { id: 'again' });
  expect(await shop.events(EMAIL)).toHaveLength(2);
});

test('settings are checked when they are saved', async () => {
  const shop = await startHooks('shopify');
  const create = async (source: string, generic: object | undefined) => {
    const attributes = { name: 'Till', source, ...(generic && { generic }) };
    return shop.post('/api/integrations', { data: { type: 'integration', attributes } });
  };
  const wrong = [
    ['generic', undefined, '/data/attributes/generic'],
    ['shopify', settings(), '/data/attributes/generic'],
    ['generic', settings({ mapping: 'a.(' }), '/data/attributes/generic/mapping'],
    ['generic', settings({ topic_header: 'no header' }), '/data/attributes/generic/topic_header'],
  ] as const;
  for (const [source, generic, pointer] of wrong) {
    const { status, body } = await create(source, generic);
    expect([status, body.errors[0].source.pointer]).toEqual([400, pointer]);
  }
  expect((await create('generic', settings())).body.data.attributes.generic).toMatchObject({ mapping });
});

test('the mapping for Magento in the documentation works', async () => {
  const page = readFileSync(new URL('../../../docs/webhooks-in.md', import.meta.url), 'utf8');
  const [, documented = ''] = /```jsonata\n([\s\S]+?)```/.exec(page) ?? [];
  const shop = await startHooks('generic', { generic: settings({ mapping: documented }) });
  const order = JSON.parse(sampleText('generic', 'magento-order'));
  const states = [order, { ...order, state: 'complete', updated_at: '2026-07-17 08:00:00' }];
  for (const state of [...states, ...states]) await shop.deliver('', JSON.stringify(state));
  expect(await shop.rejected()).toEqual([]);
  expect(await shop.events('ilse@example.org')).toMatchObject([
    {
      metric: 'Placed Order',
      datetime: '2026-07-15T10:00:00.000+00:00',
      event_properties: {
        $value: 63.5,
        OrderId: '000000042',
        ItemNames: ['Desk lamp', 'Bulb, 9 W'],
        Items: [{ SKU: 'LAMP-01' }, { SKU: 'BULB-9W', Quantity: 4, RowTotal: 20 }],
      },
    },
    { metric: 'Fulfilled Order', datetime: '2026-07-17T08:00:00.000+00:00' },
  ]);
  expect((await shop.profile('ilse@example.org')).attributes).toMatchObject({
    phone_number: '+31301234567',
    last_name: 'de Vos',
    location: { city: 'Utrecht', country: 'NL' },
  });
});
