import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { expect, test } from 'vitest';
import { SECRET, startReceiver, startWebhooks } from './start.ts';

const unsubscribing = (email: string) => ({
  data: {
    type: 'profile-subscription-bulk-delete-job',
    attributes: {
      profiles: {
        data: [
          {
            type: 'profile',
            attributes: { email, subscriptions: { email: { marketing: { consent: 'UNSUBSCRIBED' } } } },
          },
        ],
      },
    },
  },
});

test('sends an unsubscribe, signed as Standard Webhooks and Svix verify it', async () => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  // The libraries check the time.
  shop.at(new Date().toISOString());
  await shop.createWebhook(receiver.url, ['consent.changed:email']);
  const id = await shop.createProfile('ada@example.com');
  await shop.deliver();
  expect(receiver.received).toEqual([]);

  await shop.post('/api/profile-subscription-bulk-delete-jobs', unsubscribing('ada@example.com'));
  await shop.deliver();

  const [message, ...others] = receiver.received;
  expect(others).toEqual([]);
  expect(message?.body).toEqual({
    type: 'consent.changed',
    timestamp: expect.any(String),
    data: {
      profile: { id, email: 'ada@example.com', phone_number: null, external_id: null },
      channel: 'email',
      type: 'marketing',
      status: 'UNSUBSCRIBED',
      changed_at: expect.any(String),
    },
  });
  const { text = '', headers = {} } = message ?? {};
  expect(new Webhook(SECRET).verify(text, headers)).toEqual(message?.body);
  expect(new SvixWebhook(SECRET).verify(text, headers)).toEqual(message?.body);
  expect(() => new Webhook(SECRET).verify(`${text} `, headers)).toThrow();
});

test('tells a webhook of the first change after its creation, also where others were just read', async () => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  await shop.createWebhook(receiver.url, ['profile.created']);
  await shop.createProfile('first@example.com');
  await shop.deliver();
  const second = await startReceiver();
  await shop.createWebhook(second.url, ['profile.created']);
  await shop.createProfile('second@example.com');
  await shop.deliver();
  expect(receiver.received.map(({ body }) => body.data.profile.email)).toEqual([
    'first@example.com',
    'second@example.com',
  ]);
  expect(second.received.map(({ body }) => body.data.profile.email)).toEqual(['second@example.com']);
});

test('signs with both secrets for a day after a rotation, then with the new one', async () => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  shop.at(new Date().toISOString());
  const id = await shop.createWebhook(receiver.url, ['profile.created']);
  const other = `whsec_${Buffer.from('another secret of 32 bytes......').toString('base64')}`;
  const data = { type: 'webhook', id, attributes: { secret_key: other } };
  expect((await shop.patch(`/api/webhooks/${id}`, { data })).status).toBe(200);
  await shop.createProfile('ada@example.com');
  await shop.deliver();
  const [first] = receiver.received;
  for (const secret of [SECRET, other])
    expect(new Webhook(secret).verify(first?.text ?? '', first?.headers ?? {})).toEqual(first?.body);

  shop.wait(25 * 3_600);
  await shop.createProfile('eve@example.com');
  await shop.deliver();
  expect(receiver.received.at(-1)?.headers['webhook-signature']?.split(' ')).toHaveLength(1);
});

test('sends each profile its changes in order, with what is stored when it is sent', async () => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  await shop.createWebhook(receiver.url, ['event.created', 'profile.created', 'profile.updated', 'list.member_added']);
  const id = await shop.createProfile('ada@example.com');
  await shop.changes.read(await shop.records());
  for (const n of [1, 2, 3]) {
    await shop.sendEvent('ada@example.com', { n, exact: 0.1 });
    await shop.changes.read(await shop.records());
  }
  await shop.post('/api/lists/news/relationships/profiles', { data: [{ type: 'profile', id }] });
  await shop.deliver();
  expect(receiver.received.map(({ body }) => body.data.event?.properties.n ?? body.type)).toEqual([
    'profile.created',
    1,
    2,
    3,
    'list.member_added',
  ]);
  expect(receiver.received[1]?.body.data).toMatchObject({
    event: { metric: { name: 'Placed Order', service: 'api' }, properties: { n: 1, exact: 0.1 } },
    profile: { id, email: 'ada@example.com' },
  });
});

test('sends the events of a chosen metric only, and no historical ones', async () => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  await shop.sendEvent('ada@example.com');
  const [metric] = (await shop.get('/api/metrics')).body.data;
  await shop.createWebhook(receiver.url, [`event.created:${metric.id}`]);
  await shop.records();
  await shop.sendEvent('ada@example.com', { n: 2 });
  const attributes = {
    properties: {},
    metric: { data: { type: 'metric', attributes: { name: 'Other' } } },
    profile: { data: { type: 'profile', attributes: { email: 'ada@example.com' } } },
  };
  await shop.post('/api/events', { data: { type: 'event', attributes } });
  await shop.deliver();
  expect(receiver.received.map(({ body }) => body.data.event.properties)).toEqual([{ n: 2 }]);
});

test('sends a change once, however often the queue brings it before it is sent', async () => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  await shop.createWebhook(receiver.url, ['profile.created']);
  await shop.createProfile('ada@example.com');
  const records = await shop.records();
  for (let times = 0; times < 3; times += 1) await shop.changes.read(records);
  await shop.deliver();
  expect(receiver.received).toHaveLength(1);
});

test('keeps the order while a receiver refuses single messages, and lets other profiles pass', async () => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  await shop.createWebhook(receiver.url, ['event.created']);
  receiver.answerWith(({ body }, response) =>
    response.writeHead(body.data.event.properties.n === 1 && receiver.received.length < 6 ? 500 : 200).end(),
  );
  for (const [email, n] of [
    ['ada@example.com', 1],
    ['ada@example.com', 2],
    ['eve@example.com', 3],
  ] as const) {
    await shop.sendEvent(email, { n });
    await shop.changes.read(await shop.records());
  }
  await shop.deliver();
  expect(receiver.received.map(({ body }) => body.data.event.properties.n).toSorted()).toEqual([1, 3]);
  await shop.pass(4);
  const sent = receiver.received.map(({ body }) => body.data.event.properties.n);
  expect(sent.filter((n) => n !== 3)).toEqual([1, 1, 1, 1, 1, 2].slice(0, sent.length - 1));
  expect(sent.at(-1)).toBe(2);
  const ids = receiver.received
    .filter(({ body }) => body.data.event.properties.n === 1)
    .map(({ headers }) => headers['webhook-id']);
  expect(new Set(ids).size).toBe(1);
});

test('sends nothing after the webhook was deleted, or turned off', async () => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  const id = await shop.createWebhook(receiver.url, ['profile.created']);
  receiver.answerStatus(500);
  await shop.createProfile('ada@example.com');
  await shop.deliver();
  expect(receiver.received).toHaveLength(1);
  const turn = (enabled: boolean) =>
    shop.patch(`/api/webhooks/${id}`, { data: { type: 'webhook', id, attributes: { enabled } } });
  await turn(false);
  await shop.pass(1);
  expect(receiver.received).toHaveLength(1);
  await turn(true);
  await shop.pass(1);
  const count = receiver.received.length;
  expect(count).toBeGreaterThan(1);
  expect((await shop.delete(`/api/webhooks/${id}`)).status).toBe(204);
  await shop.createProfile('eve@example.com');
  await shop.deliver();
  await shop.pass(80);
  expect(receiver.received).toHaveLength(count);
});

test('says nothing about a person who was erased meanwhile', async () => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  await shop.createWebhook(receiver.url, ['event.created', 'profile.deleted']);
  receiver.answerStatus(503);
  await shop.sendEvent('ada@example.com');
  await shop.deliver();
  receiver.answerStatus(204);
  const [{ id }] = (await shop.get('/api/profiles')).body.data;
  await shop.table.write({ kind: 'remove', key: { pk: `A#${shop.account}#P#${id}`, sk: 'PROFILE' }, parameters: {} });
  await shop.deliver();
  await shop.pass(1);
  expect(receiver.received.slice(1).map(({ body }) => [body.type, body.data])).toEqual([
    ['profile.deleted', { profile: { id } }],
  ]);
});
