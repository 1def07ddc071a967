import { expect, test } from 'vitest';
import { openBus } from '../../../functions/platform/bus/bus.ts';
import { startEventBridge } from '../../support/servers/event-bridge.ts';
import { SECRET, startWebhooks, type Webhooks } from './start.ts';

const startWithBus = async () => {
  const eventBridge = await startEventBridge();
  return { eventBridge, shop: await startWebhooks({ bus: openBus('shop', eventBridge.config) }) };
};

const create = (shop: Webhooks, url: string) =>
  shop.post('/api/webhooks', {
    data: {
      type: 'webhook',
      attributes: { name: 'Bus', endpoint_url: url, secret_key: SECRET },
      relationships: { 'webhook-topics': { data: [{ type: 'webhook-topic', id: 'event.created' }] } },
    },
  });

test('puts messages on the event bus of the deployment', async () => {
  const { shop, eventBridge } = await startWithBus();
  const id = await shop.createWebhook('eventbridge://shop', ['profile.created']);
  expect((await shop.get(`/api/webhooks/${id}`)).body.data.attributes.endpoint_url).toBe('eventbridge://shop');
  const profile = await shop.createProfile('ada@example.com');
  await shop.deliver();
  const [{ Detail = '', DetailType } = {}] = eventBridge.accepted;
  const [delivery] = (await shop.get(`/api/webhooks/${id}/deliveries`)).body.data;
  expect([DetailType, delivery.attributes.status]).toEqual(['profile.created', 'delivered']);
  expect(JSON.parse(Detail)).toMatchObject({
    id: `msg_${delivery.id}`,
    type: 'profile.created',
    timestamp: expect.any(String),
    data: { profile: { id: profile, email: 'ada@example.com' } },
  });
});

test('refuses another bus, and any if the deployment has none', async () => {
  const { shop } = await startWithBus();
  const { status, body } = await create(shop, 'eventbridge://other');
  expect([status, body.errors[0].source.pointer]).toEqual([400, '/data/attributes/endpoint_url']);
  expect(body.errors[0].detail).toContain('Use eventbridge://shop.');
  const without = await startWebhooks();
  expect((await create(without, 'eventbridge://shop')).body.errors[0].detail).toContain('-c eventBus=<name>');
});

test('fails a message that is too large for EventBridge at once, and sends the later ones of its person', async () => {
  const { shop, eventBridge } = await startWithBus();
  const id = await shop.createWebhook('eventbridge://shop', ['event.created']);
  const text = 'x'.repeat(90_000);
  await shop.sendEvent('ada@example.com', { a: text, b: text, c: text });
  await shop.changes.read(await shop.records());
  await shop.sendEvent('ada@example.com', { n: 2 });
  await shop.deliver();
  expect(eventBridge.accepted.map(({ Detail }) => JSON.parse(Detail).data.event.properties)).toEqual([{ n: 2 }]);
  const list = async (status: string) =>
    (await shop.get(`/api/webhooks/${id}/deliveries?filter=equals(status,"${status}")`)).body.data;
  expect(await list('pending')).toEqual([]);
  const [failed, ...others] = await list('failed');
  expect(others).toEqual([]);
  expect(failed.attributes).toMatchObject({ attempts: 1, last_error: expect.stringContaining('262144') });
});

test('retries what the bus refused, and puts each person’s events in order, whatever fails', async () => {
  const { shop, eventBridge } = await startWithBus();
  await create(shop, 'eventbridge://shop');
  shop.wait(3);
  let count = 0;
  eventBridge.refuse(() => (++count % 3 === 1 ? 'InternalFailure' : undefined));
  const people = ['a@example.com', 'b@example.com', 'c@example.com'];
  for (let n = 0; n < 5; n += 1)
    for (const email of people) {
      await shop.sendEvent(email, { n });
      await shop.changes.read(await shop.records());
    }
  await shop.deliver();
  eventBridge.answerStatus(500);
  await shop.pass(1);
  eventBridge.answerStatus(200);
  await shop.pass(24);
  const details = eventBridge.accepted.map(({ Detail }) => JSON.parse(Detail).data);
  for (const email of people) {
    const own = details.filter(({ profile }) => profile.email === email).map(({ event }) => event.properties.n);
    expect([...new Set(own)]).toEqual([0, 1, 2, 3, 4]);
  }
});
