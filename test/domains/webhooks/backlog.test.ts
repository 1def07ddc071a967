import { expect, test } from 'vitest';
import { MAX_WAITING } from '../../../functions/domains/webhooks/deliveries/backlog.ts';
import { endpoints } from '../../../functions/domains/webhooks/deliveries/records/store.ts';
import { update } from '../../../functions/platform/table/write.ts';
import { startReceiver, startWebhooks, type Webhooks } from './start.ts';

const listed = async (shop: Webhooks, id: string, status: string): Promise<readonly object[]> => {
  const { body } = await shop.get(`/api/webhooks/${id}/deliveries?filter=equals(status,"${status}")`);
  return body.data.map(({ attributes }: { readonly attributes: object }) => attributes);
};

const waitingOf = async (shop: Webhooks, webhookId: string) =>
  (await shop.table.get(endpoints, { account: shop.account, webhookId }))?.waiting;

const fill = async (shop: Webhooks, webhookId: string, waiting: number): Promise<void> => {
  await shop.table.write(update(endpoints, { account: shop.account, webhookId }, { set: { waiting } }));
};

const resend = async (shop: Webhooks, id: string): Promise<string> => {
  const relationships = { webhook: { data: { type: 'webhook', id } } };
  const { body } = await shop.post('/api/webhook-resend-jobs', { data: { type: 'webhook-resend-job', relationships } });
  return body.data.id;
};

test('keeps what comes for a full backlog in the log, and sends it again on request', async () => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  receiver.answerStatus(500);
  const id = await shop.createWebhook(receiver.url, ['profile.created']);
  await shop.createProfile('p0@example.com');
  await shop.deliver();
  // It fails from now on, so that what comes is counted.
  await shop.createProfile('p1@example.com');
  await shop.deliver();
  expect(await waitingOf(shop, id)).toBe(1);

  await fill(shop, id, MAX_WAITING);
  await shop.createProfile('p2@example.com');
  await shop.deliver();
  await shop.createProfile('p3@example.com');
  await shop.deliver();
  expect(await listed(shop, id, 'pending')).toHaveLength(2);
  expect(await listed(shop, id, 'failed')).toMatchObject([
    { attempts: 0, last_error: expect.stringContaining('100,000 deliveries wait') },
    { attempts: 0 },
  ]);
  expect(shop.lines.filter((line) => line.includes('webhook backlog full'))).toHaveLength(1);

  // A resend job waits until there is room.
  const job = await resend(shop, id);
  await shop.work();
  expect((await shop.get(`/api/webhook-resend-jobs/${job}`)).body.data.attributes).toMatchObject({ resent_count: 0 });

  receiver.answerStatus(204);
  await shop.pass(24);
  expect(await waitingOf(shop, id)).toBeUndefined();
  expect((await shop.get(`/api/webhook-resend-jobs/${job}`)).body.data.attributes).toMatchObject({
    status: 'complete',
    resent_count: 2,
  });
  expect(await listed(shop, id, 'failed')).toEqual([]);
  expect(await listed(shop, id, 'pending')).toEqual([]);
  const emails = receiver.received.map(({ body }) => body.data.profile.email);
  expect(new Set(emails)).toEqual(new Set([0, 1, 2, 3].map((n) => `p${n}@example.com`)));
});

test('counts only what waits for a receiver that is behind', async () => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  const id = await shop.createWebhook(receiver.url, ['profile.created']);
  await shop.createProfile('p0@example.com');
  await shop.deliver();
  await shop.createProfile('p1@example.com');
  await shop.deliver();
  expect(receiver.received).toHaveLength(2);
  expect(await waitingOf(shop, id)).toBeUndefined();
});

test('retries a resend job that failed', async () => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  const id = await shop.createWebhook(receiver.url, ['profile.created']);
  receiver.answerStatus(410);
  await shop.createProfile('p0@example.com');
  await shop.deliver();
  receiver.answerStatus(204);
  await shop.patch(`/api/webhooks/${id}`, { data: { type: 'webhook', id, attributes: { enabled: true } } });
  const job = await resend(shop, id);
  const { resendJob } = await import('../../../functions/domains/webhooks/resend/job.ts');
  shop.messages.length = 0;
  await resendJob.fail({ account: shop.account, id: job }, 'It failed five times.', shop.services);
  const retry = () =>
    shop.patch(`/api/webhook-resend-jobs/${job}`, {
      data: { type: 'webhook-resend-job', id: job, attributes: { status: 'queued' } },
    });
  expect((await retry()).body.data.attributes.status).toBe('queued');
  await shop.pass(1);
  expect((await shop.get(`/api/webhook-resend-jobs/${job}`)).body.data.attributes).toMatchObject({
    status: 'complete',
    resent_count: 1,
  });
  expect(receiver.received).toHaveLength(2);
  const { status, body } = await retry();
  expect([status, body.errors[0].detail]).toEqual([409, 'This job is complete.']);
});
