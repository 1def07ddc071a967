import { expect, test } from 'vitest';
import { changedSample, sampleText, startHooks } from './start.ts';

const EMAIL = 'aino@example.org';
const sample = (topic: string): string => sampleText('stripe', topic);
const topics = ['customer.created', 'charge.succeeded', 'charge.refunded', 'customer.subscription.created'];

test.each([['in order', topics] as const, ['in reverse', topics.toReversed()] as const])(
  'charges, refunds and subscriptions are those of the customer, %s',
  async (_, order) => {
    const shop = await startHooks('stripe', { now: new Date('2026-07-18T00:00:00Z') });
    for (const topic of [...order, ...order]) await shop.deliver(topic, sample(topic));
    const events = await shop.events(EMAIL);
    expect(events.map(({ metric }) => metric)).toEqual(['Successful Payment', 'Started Subscription', 'Issued Refund']);
    const values = events.map(({ event_properties }) => (event_properties as { $value: number }).$value);
    expect(values).toEqual([49.9, 49.9, 10]);
    expect(events[1]?.event_properties).toMatchObject({ Plans: ['Box, monthly'], Interval: 'month', Status: 'active' });
    expect((await shop.profile(EMAIL)).attributes).toMatchObject({
      first_name: 'Aino',
      last_name: 'Virta Koski',
      phone_number: '+358401234567',
      locale: 'fi',
      location: { city: 'Turku', zip: '20100' },
    });
  },
);

test('amounts are in the units of their currency', async () => {
  const shop = await startHooks('stripe', { now: new Date('2026-07-18T00:00:00Z') });
  const { data } = JSON.parse(sample('charge.succeeded'));
  for (const [id, currency] of [
    ['ch_1', 'jpy'],
    ['ch_2', 'kwd'],
  ]) {
    const object = { ...data.object, id, currency, created: data.object.created + Number(id?.at(-1)) };
    await shop.deliver(
      'charge.succeeded',
      changedSample('stripe', 'charge.succeeded', { id: `evt_${id}`, data: { object } }),
    );
  }
  const values = (await shop.events(EMAIL)).map(({ event_properties }) => event_properties);
  expect(values).toMatchObject([
    { $value: 4_990, $value_currency: 'JPY' },
    { $value: 4.99, $value_currency: 'KWD' },
  ]);
});

test('a delivery that is replayed after five minutes is refused, also with its right signature', async () => {
  const shop = await startHooks('stripe', { now: new Date('2026-07-18T00:00:00Z') });
  const text = sample('charge.succeeded');
  const headers = shop.signed(text, new Date('2026-07-18T00:00:00Z'));
  shop.at('2026-07-18T00:04:59Z');
  expect((await shop.call('', text, { headers })).status).toBe(200);
  shop.at('2026-07-18T00:05:01Z');
  const late = await shop.call('', text, { headers });
  expect([late.status, late.body.message]).toEqual([401, expect.stringContaining('too old')]);
  // The time is signed.
  const forged = {
    'stripe-signature': (headers['stripe-signature'] ?? '').replace(
      /t=\d+/,
      `t=${Date.parse('2026-07-18T00:05:01Z') / 1_000}`,
    ),
  };
  expect((await shop.call('', text, { headers: forged })).body.message).toContain('does not fit');
});
