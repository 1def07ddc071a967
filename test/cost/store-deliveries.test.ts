import { ulid } from 'ulid';
import { expect, test } from 'vitest';
import { webhooks } from '../../functions/services/webhooks.ts';
import { deliveries } from '../../lib/cost/operations.ts';
import { startReceiver, startWebhooks } from '../domains/webhooks/start.ts';
import { generator } from '../support/random.ts';
import { meter } from './meter.ts';

const MANY = 41;
const BEGINNING = Date.parse('2026-01-01T00:00:00Z');

/** Brings events of so many people to a webhook, and sends them. Fixed ids spread over the shards in one way. */
const deliver = async (account: string, count: number) => {
  const random = generator(1);
  const shop = await startWebhooks({ account, newId: (at) => ulid(at?.getTime() ?? BEGINNING, random) });
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
  const [alone, many] = [await deliver('Alone1', 1), await deliver('Many01', MANY)];
  const further = (kind: 'writes' | 'reads' | 'requests') => (many[kind] - alone[kind]) / (MANY - 1);
  const { emptyReads: _, ...modeled } = deliveries.alone;
  expect({ writes: alone.writes, reads: alone.reads, requests: alone.requests }).toEqual(modeled);
  const each = { writes: further('writes'), reads: further('reads'), requests: further('requests') };
  expect(each).toEqual(deliveries.further);
});
