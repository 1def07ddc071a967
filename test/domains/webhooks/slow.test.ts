import { expect, test } from 'vitest';
import { startReceiver, startWebhooks, type Webhooks } from './start.ts';

const idsOf = (
  received: readonly { readonly body: { readonly data: { readonly profile: { readonly id: string } } } }[],
) => received.map(({ body }) => body.data.profile.id);

const pendingOf = async (shop: Webhooks, id: string) =>
  (await shop.get(`/api/webhooks/${id}/deliveries?filter=equals(status,"pending")`)).body.data.map(
    ({ attributes }: { attributes: object }) => attributes,
  );

test('a receiver that does not answer in five seconds gets the message again, and slows no other', async () => {
  const shop = await startWebhooks();
  const [slow, quick] = [await startReceiver(), await startReceiver()];
  let isAwake = false;
  // It keeps the connection open.
  slow.answerWith((_, response) => isAwake && response.writeHead(204).end());
  const slowId = await shop.createWebhook(slow.url, ['profile.created']);
  const quickId = await shop.createWebhook(quick.url, ['profile.created']);
  const profile = await shop.createProfile('ada@example.com');
  await shop.deliver();

  expect(idsOf(quick.received)).toEqual([profile]);
  expect(await pendingOf(shop, quickId)).toEqual([]);
  expect(await pendingOf(shop, slowId)).toMatchObject([
    { attempts: 1, last_error: expect.stringMatching(/time|5/), response_code: null },
  ]);

  isAwake = true;
  await shop.pass(1);
  expect(await pendingOf(shop, slowId)).toEqual([]);
  expect(new Set(idsOf(slow.received))).toEqual(new Set([profile]));
  expect(new Set(slow.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(quick.received).toHaveLength(1);
});

test('a receiver that sends its answer drop by drop is hung up on', async () => {
  const shop = await startWebhooks();
  const receiver = await startReceiver();
  const ends: string[] = [];
  receiver.answerWith((_, response) => {
    response.writeHead(200);
    const drops = setInterval(() => response.write('.'), 200);
    response.on('close', () => {
      clearInterval(drops);
      ends.push('hung up');
    });
  });
  await shop.createWebhook(receiver.url, ['profile.created']);
  await shop.createProfile('ada@example.com');
  await shop.deliver();
  await expect.poll(() => ends).toEqual(['hung up']);
  expect(receiver.received).toHaveLength(1);
});
