import { expect, test } from 'vitest';
import { webhooks } from '../../functions/services/webhooks.ts';
import { deliveries } from '../../lib/cost/operations.ts';
import { startReceiver, startWebhooks } from '../domains/webhooks/start.ts';
import { meter } from './meter.ts';

const MANY = 40;

/** Brings events of so many people to a webhook, and sends them. */
const deliver = async (count: number) => {
  const shop = await startWebhooks();
  const measure = meter(shop.watch);
  const receiver = await startReceiver();
  await shop.createWebhook(receiver.url, ['event.created']);
  for (let n = 0; n < count; n += 1) await shop.sendEvent(`p${n}@example.com`);
  await shop.changes.read(await shop.records());
  const used = await measure(async () => {
    await shop.changes.work(webhooks);
    await shop.work();
  });
  expect(receiver.received).toHaveLength(count);
  return used;
};

test('a delivery costs what the model says, alone and with others', async () => {
  const [alone, many] = [await deliver(1), await deliver(MANY)];
  const further = (kind: 'writes' | 'reads' | 'requests') => (many[kind] - alone[kind]) / (MANY - 1);
  const { emptyReads: _, ...modeled } = deliveries.alone;
  expect({ writes: alone.writes, reads: alone.reads, requests: alone.requests }).toEqual(modeled);
  expect(further('writes')).toBeLessThanOrEqual(deliveries.further.writes);
  expect(further('reads')).toBeLessThanOrEqual(deliveries.further.reads);
  expect(further('requests')).toBeLessThanOrEqual(deliveries.further.requests);
});
