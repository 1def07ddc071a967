import { expect, test } from 'vitest';
import { deliveries } from '../../../functions/domains/webhooks/deliveries/records/store.ts';
import { put } from '../../../functions/platform/table/write.ts';
import { readAccessFile } from '../privacy/access/access-file.ts';
import { jsonIn } from '../privacy/access/unzip.ts';
import { startShop } from '../privacy/shop.ts';

test('shows a person what was sent of them, and erases it with them', { timeout: 60_000 }, async () => {
  const shop = await startShop();
  const person = { email: 'ada@example.com' };
  const profile = await shop.post('/api/profiles', { data: { type: 'profile', attributes: person } });
  const profileId: string = profile.body.data.id;
  const { account } = shop;
  const webhookId = '01JZX6D2R5T8W1Y4B7E0H3K6N9';
  await shop.services.table.write(
    put(deliveries, {
      ...{ account, webhookId, shard: 3, position: '1'.padStart(40, '0'), tag: '0a1b2c3d', profileId },
      what: 'profile.created',
      source: { kind: 'profile' },
      group: `A#${account}#P#${profileId}`,
      status: 'delivered',
      attempts: 2,
      at: '2026-01-01T00:00:00.000Z',
      completedAt: '2026-01-01T00:00:05.000Z',
      expiresAt: 4_000_000_000,
    }),
  );
  const zip = await readAccessFile(shop, person);
  expect(jsonIn(zip, 'webhook-deliveries.json')).toEqual([
    {
      sent_at: '2026-01-01T00:00:05.000Z',
      what: 'profile.created',
      webhook: webhookId,
      status: 'delivered',
      attempts: 2,
      id: `${webhookId}31-0a1b2c3d`,
    },
  ]);

  expect(await shop.erase(person)).toMatchObject({ status: 'complete' });
  expect((await shop.items()).filter(({ type }) => type?.S === 'webhook_delivery')).toEqual([]);
});
