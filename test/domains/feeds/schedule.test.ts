import { expect, test } from 'vitest';
import { deleteFeed } from '../../../functions/domains/feeds/actions.ts';
import { requeueDueSync, startDueSync } from '../../../functions/domains/feeds/schedule.ts';
import { startFeeds } from './start.ts';

const HOUR = 3_600_000;

test('the schedule goes on by itself, and ends with its feed', async () => {
  const shop = await startFeeds();
  const { id } = await shop.create({ everyHours: 2 });
  shop.server.serve('[]');
  /** Delivers all messages of the schedule that were sent, and works on the syncs that they start. */
  const deliver = async (): Promise<number> => {
    let syncs = 0;
    for (const message of shop.sent.splice(0)) {
      if (message.kind === 'catalog-feed-due') await startDueSync(message, shop.services);
      else if ('id' in message && (await shop.stored(String(message.id)))?.status === 'queued') {
        await shop.work(String(message.id));
        syncs += 1;
      }
    }
    return syncs;
  };
  const due = () => shop.sent.filter(({ kind }) => kind === 'catalog-feed-due');

  // A message that comes early, as without a scheduler, waits again.
  shop.advance(HOUR);
  expect(await deliver()).toBe(0);
  expect(due()).toHaveLength(1);
  shop.advance(HOUR);
  await deliver();
  expect(await deliver()).toBe(1);
  const [next] = due();
  expect(next).toMatchObject({ feed: id, at: '2026-01-01T04:00:00.000Z' });

  // A message that comes twice starts nothing, and a new interval replaces the plan.
  shop.sent.length = 0;
  await shop.change(id, { everyHours: 12 });
  expect(due()).toMatchObject([{ at: '2026-01-01T14:00:00.000Z' }]);
  shop.advance(2 * HOUR);
  await startDueSync(next, shop.services);
  expect(shop.sent).toHaveLength(1);

  await shop.change(id, { enabled: false });
  shop.advance(10 * HOUR);
  await deliver();
  expect(shop.sent).toEqual([]);
  await shop.change(id, { enabled: true });
  expect(due()).toHaveLength(1);
  await deleteFeed(id, shop.context());
  shop.advance(12 * HOUR);
  await deliver();
  expect(shop.sent).toEqual([]);
});

test('a message of the schedule that failed five times is sent again', async () => {
  const shop = await startFeeds();
  const message = { account: shop.account, feed: 'f', at: '2026-01-01T04:00:00.000Z' };
  expect(await requeueDueSync({ kind: 'catalog-feed-due', ...message }, 'reason', shop.services)).toBe('requeued');
  expect(shop.sent).toEqual([{ kind: 'catalog-feed-due', ...message }]);
});
