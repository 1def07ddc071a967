import { expect, test } from 'vitest';
import { SECRET, startReceiver, startWebhooks } from './start.ts';

const body = (attributes: object = {}, topics: readonly string[] = ['profile.created']) => ({
  data: {
    type: 'webhook',
    attributes: { name: 'Shop', endpoint_url: 'https://shop.example/hooks?token=t', secret_key: SECRET, ...attributes },
    relationships: { 'webhook-topics': { data: topics.map((id) => ({ type: 'webhook-topic', id })) } },
  },
});

test('shows no secret and no path, and stores the secret encrypted', async () => {
  const shop = await startWebhooks();
  const { status, body: created } = await shop.post('/api/webhooks', body());
  expect(status).toBe(201);
  expect(created.data.attributes.endpoint_url).toBe('https://shop.example');
  expect(created.data.relationships['webhook-topics'].data).toEqual([{ type: 'webhook-topic', id: 'profile.created' }]);
  const stored = JSON.stringify(await shop.records());
  expect(stored).toContain('webhook_secret');
  expect(stored).not.toContain(SECRET.slice(6, 20));
  expect(JSON.stringify(created) + shop.lines.join()).not.toContain(SECRET.slice(6, 20));
});

test.each([
  ['plain http', { endpoint_url: 'http://shop.example/' }, '/data/attributes/endpoint_url'],
  ['a password in the URL', { endpoint_url: 'https://a:b@shop.example/' }, '/data/attributes/endpoint_url'],
  ['no URL', { endpoint_url: 'shop.example' }, '/data/attributes/endpoint_url'],
  ['a short secret', { secret_key: 'short' }, '/data/attributes/secret_key'],
  ['a secret that is no Base64', { secret_key: 'whsec_!!!!!!!!!!!!!!!!!!' }, '/data/attributes/secret_key'],
])('refuses %s', async (_, attributes, pointer) => {
  const shop = await startWebhooks();
  const { status, body: answer } = await shop.post('/api/webhooks', body(attributes));
  expect([status, answer.errors[0].source.pointer]).toEqual([400, pointer]);
});

test('refuses unknown topics, each by its place', async () => {
  const shop = await startWebhooks();
  const { status, body: answer } = await shop.post(
    '/api/webhooks',
    body({}, ['profile.created', 'x', 'event.created:y']),
  );
  expect([status, answer.errors.map((one: { source: { pointer: string } }) => one.source.pointer)]).toEqual([
    400,
    ['/data/relationships/webhook-topics/data/1/id', '/data/relationships/webhook-topics/data/2/id'],
  ]);
});

test('lists the topics of all metrics beside the fixed ones', async () => {
  const shop = await startWebhooks();
  await shop.sendEvent('ada@example.com');
  const [metric] = (await shop.get('/api/metrics')).body.data;
  const ids = (await shop.get('/api/webhook-topics')).body.data.map(({ id }: { readonly id: string }) => id);
  expect(ids).toContain(`event.created:${metric.id}`);
  expect(ids).toContain('event:klaviyo.unsubscribed_from_email_marketing');
});

test('keeps a webhook of another account to itself', async () => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  const id = await shop.createWebhook(receiver.url, ['profile.created']);
  expect((await shop.get(`/api/webhook-deliveries/${id}01-00000000`)).status).toBe(404);
  expect((await shop.get('/api/webhook-deliveries/nothing')).status).toBe(404);
});
