import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import type { World } from '../support/redrive.ts';

/** A product feed whose products are to be selected, without its schedule. */
export const startProductRefresh = async (world: World) => {
  const attributes = { name: 'New', kind: 'newest' };
  const { body } = await world.post('/api/product-feeds', { data: { type: 'product-feed', attributes } });
  await world.sqs.send(new PurgeQueueCommand({ QueueUrl: world.urls.queue }));
  const message = { account: world.account, id: body.data.id };
  await world.send(world.urls.queue, JSON.stringify({ kind: 'product-feed-refresh', ...message }));
  return { message };
};
