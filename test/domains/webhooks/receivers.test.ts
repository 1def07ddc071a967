import { expect, test } from 'vitest';
import { sendDeliveries } from '../../../functions/domains/webhooks/deliveries/run.ts';
import { webhooks } from '../../../functions/services/webhooks.ts';
import { startReceiver, startWebhooks, type Webhooks } from './start.ts';

const deliveriesOf = async (shop: Webhooks, id: string, status?: string) => {
  const filter = status === undefined ? '' : `?filter=equals(status,"${status}")`;
  return (await shop.get(`/api/webhooks/${id}/deliveries${filter}`)).body.data;
};

const createProfiles = async (shop: Webhooks, from: number, to: number): Promise<void> => {
  for (let n = from; n < to; n += 1) await shop.createProfile(`p${n}@example.com`);
};

test('waits behind the breaker while a receiver answers 500 for a day, then sends everything', async () => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  const id = await shop.createWebhook(receiver.url, ['profile.created']);
  receiver.answerStatus(500);
  await createProfiles(shop, 0, 30);
  await shop.deliver();
  // The requests that were under way when the breaker opened.
  expect(receiver.received.length).toBeLessThanOrEqual(25);
  const before = receiver.received.length;
  await shop.pass(24);
  // One request every half an hour at most.
  expect(receiver.received.length - before).toBeLessThan(60);
  expect(await deliveriesOf(shop, id, 'pending')).toHaveLength(20);

  receiver.answerStatus(200);
  const tried = receiver.received.length;
  await shop.pass(13);
  expect(new Set(receiver.received.slice(tried).map(({ headers }) => headers['webhook-id'])).size).toBe(30);
  expect(await deliveriesOf(shop, id, 'pending')).toEqual([]);
  const [last] = await deliveriesOf(shop, id);
  expect(last.attributes).toMatchObject({ status: 'delivered', event_type: 'profile.created', response_code: 200 });
});

test('disables the webhook of a receiver that failed for three days, and keeps what was not delivered', async () => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  const id = await shop.createWebhook(receiver.url, ['profile.created']);
  receiver.answerStatus(500);
  await createProfiles(shop, 0, 3);
  await shop.deliver();
  await shop.pass(90);
  expect((await shop.get(`/api/webhooks/${id}`)).body.data.attributes.enabled).toBe(false);
  expect(await deliveriesOf(shop, id, 'pending')).toEqual([]);
  const failed = await deliveriesOf(shop, id, 'failed');
  expect(failed).toHaveLength(3);
  expect(failed[0].attributes).toMatchObject({ status: 'failed', last_error: 'The receiver answered 500.' });

  receiver.answerStatus(204);
  await shop.patch(`/api/webhooks/${id}`, { data: { type: 'webhook', id, attributes: { enabled: true } } });
  const count = receiver.received.length;
  const { status, body } = await shop.post(`/api/webhook-deliveries/${failed[0].id}/resend`, undefined);
  expect([status, body.data.attributes.status]).toEqual([202, 'pending']);
  await shop.work();
  expect(receiver.received).toHaveLength(count + 1);
  expect(receiver.received.at(-1)?.headers['webhook-id']).toBe(`msg_${failed[0].id}`);
  expect((await shop.get(`/api/webhook-deliveries/${failed[0].id}`)).body.data.attributes.status).toBe('delivered');
  expect(await deliveriesOf(shop, id, 'failed')).toHaveLength(2);
});

test('ends at once for a receiver that answers 410', async () => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  const id = await shop.createWebhook(receiver.url, ['profile.created']);
  receiver.answerStatus(410);
  await createProfiles(shop, 0, 2);
  await shop.deliver();
  expect((await shop.get(`/api/webhooks/${id}`)).body.data.attributes.enabled).toBe(false);
  expect(await deliveriesOf(shop, id, 'failed')).toHaveLength(2);
});

test('fails what a receiver finds too large at once, without counting it against the receiver', async () => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  const id = await shop.createWebhook(receiver.url, ['event.created']);
  receiver.answerWith(({ body }, response) => {
    response.writeHead(body.data.event.properties.n < 6 ? 413 : 204).end();
  });
  for (let n = 0; n < 8; n += 1) {
    await shop.sendEvent('ada@example.com', { n });
    await shop.changes.read(await shop.records());
  }
  await shop.deliver();
  expect(receiver.received).toHaveLength(8);
  expect(await deliveriesOf(shop, id, 'pending')).toEqual([]);
  const failed = await deliveriesOf(shop, id, 'failed');
  expect(failed).toHaveLength(6);
  expect(failed[0].attributes).toMatchObject({ attempts: 1, response_code: 413 });
});

test('waits as long as a busy receiver asks', async () => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  await shop.createWebhook(receiver.url, ['profile.created']);
  receiver.answerStatus(429, { 'retry-after': '600' });
  await createProfiles(shop, 0, 1);
  await shop.deliver();
  receiver.answerStatus(204);
  await shop.pass(0.15);
  expect(receiver.received).toHaveLength(1);
  await shop.pass(0.05);
  expect(receiver.received).toHaveLength(2);
});

test.each([
  ['redirects inwards', 'http://169.254.169.254/latest/meta-data/'],
  ['redirects elsewhere', 'https://example.com/'],
])('follows no receiver that %s', async (_, location) => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  const id = await shop.createWebhook(receiver.url, ['profile.created']);
  receiver.answerStatus(307, { location });
  await createProfiles(shop, 0, 1);
  await shop.deliver();
  const [pending] = await deliveriesOf(shop, id, 'pending');
  expect(pending.attributes).toMatchObject({ attempts: 1, response_code: null });
});

test('is not slowed by a dead receiver beside a living one', async () => {
  const shop = await startWebhooks();
  const [dead, living] = [await startReceiver(), await startReceiver()];
  dead.answerWith(() => {});
  await shop.createWebhook('https://10.0.0.1/', ['profile.created']);
  await shop.createWebhook(living.url, ['profile.created']);
  await createProfiles(shop, 0, 10);
  await shop.deliver();
  expect(living.received).toHaveLength(10);
});

test('runs once at a time, and loses nothing that comes during a run', async () => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  const id = await shop.createWebhook(receiver.url, ['profile.created']);
  let isFirst = true;
  receiver.answerWith((_, response) => {
    const answer = async () => {
      if (isFirst) {
        isFirst = false;
        await shop.createProfile('late@example.com');
        await shop.deliver();
      }
      response.writeHead(204).end();
    };
    answer().catch(() => response.destroy());
  });
  await createProfiles(shop, 0, 1);
  await shop.deliver();
  expect(receiver.received).toHaveLength(2);
  expect(await deliveriesOf(shop, id)).toHaveLength(2);
});

test('sends all that failed again, of a range of time, and everything on request', async () => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  const id = await shop.createWebhook(receiver.url, ['profile.created']);
  await createProfiles(shop, 0, 2);
  await shop.deliver();
  receiver.answerStatus(410);
  shop.wait(86_400);
  await createProfiles(shop, 2, 5);
  await shop.deliver();
  expect(await deliveriesOf(shop, id, 'failed')).toHaveLength(3);
  receiver.answerStatus(204);
  await shop.patch(`/api/webhooks/${id}`, { data: { type: 'webhook', id, attributes: { enabled: true } } });
  const resend = async (attributes: object): Promise<number> => {
    const before = receiver.received.length;
    const relationships = { webhook: { data: { type: 'webhook', id } } };
    const { status, body } = await shop.post('/api/webhook-resend-jobs', {
      data: { type: 'webhook-resend-job', attributes, relationships },
    });
    expect(status).toBe(202);
    await shop.pass(0.1);
    const { attributes: ended } = (await shop.get(`/api/webhook-resend-jobs/${body.data.id}`)).body.data;
    expect(ended).toMatchObject({ status: 'complete', resent_count: receiver.received.length - before });
    return receiver.received.length - before;
  };
  expect(await resend({ to: '2026-01-01T12:00:00Z' })).toBe(0);
  expect(await resend({})).toBe(3);
  expect(await resend({})).toBe(0);
  expect(await resend({ include_delivered: true, to: '2026-01-01T12:00:00Z' })).toBe(2);
});

test.each([1_000, 15_000])('gets on in a function that has %i ms', async (ms) => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  await shop.createWebhook(receiver.url, ['profile.created']);
  await createProfiles(shop, 0, 3);
  await shop.changes.read(await shop.records());
  await shop.changes.work(webhooks);
  for (const { message } of shop.messages.splice(0))
    await sendDeliveries(message, shop.services, { remainingMs: () => ms });
  expect(receiver.received).toHaveLength(3);
});
