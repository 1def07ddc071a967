import { expect, test } from 'vitest';
import { statusOf } from '../../../../functions/domains/feeds/web/ladder.ts';
import { fetchDue } from '../../../../functions/domains/feeds/web/schedule.ts';
import { killedAt } from '../killed-at.ts';
import { startWebFeeds } from './start.ts';

/** A feed whose second fetch is killed at a call, and what is left after the message came again. */
const secondFetch = async (kill?: { readonly call: number; readonly isAfter: boolean }) => {
  const shop = await startWebFeeds();
  shop.server.serve('[1]');
  const { id } = await shop.create();
  await shop.deliver();
  shop.server.serve('[2]');
  shop.advance(15 * 60_000);
  const [message] = shop.sent.splice(0);
  const killed = killedAt(shop.services, kill?.call ?? Number.POSITIVE_INFINITY, kill?.isAfter ?? false);
  await fetchDue(message, killed.services).catch(() => undefined);
  await fetchDue(message, shop.services);
  const afterwards = await shop.contentOf(id);
  // The schedule goes on, and the leftovers go.
  for (const text of ['[3]', '[4]']) {
    shop.server.serve(text);
    shop.advance(15 * 60_000);
    await shop.deliver();
  }
  const feed = await shop.get(id);
  return {
    calls: killed.calls(),
    result: {
      afterwards,
      status: statusOf(feed),
      good: feed.good,
      next: feed.next,
      content: await shop.contentOf(id),
      keys: (await shop.keysOf(id)).length,
      messages: shop.sent.length,
    },
  };
};

test('a fetch that is killed anywhere ends as one that is not', async () => {
  const whole = await secondFetch();
  expect(whole.result).toMatchObject({ afterwards: '[2]', status: 'ok', content: '[4]', keys: 2, messages: 1 });
  expect(whole.calls).toBeGreaterThan(3);
  for (let call = 1; call <= whole.calls; call++)
    for (const isAfter of [false, true])
      expect((await secondFetch({ call, isAfter })).result, `${call} ${isAfter}`).toEqual(whole.result);
});
