import * as v from 'valibot';
import { expect, test } from 'vitest';
import { changeAccount } from '../../functions/domains/accounts/actions.ts';
import { stockSubscriptions } from '../../functions/domains/back-in-stock/records/store.ts';
import { startStock } from '../domains/back-in-stock/start.ts';

const GROUP = 100;

const Batches = v.object({
  Statements: v.optional(v.array(v.unknown())),
  RequestItems: v.optional(v.record(v.string(), v.object({ Keys: v.array(v.unknown()) }))),
});

/** A group of a hundred is notified, with so many others who wait on. */
const groupAmong = async (others: number) => {
  const shop = await startStock();
  await changeAccount(shop.account, { backInStock: { peoplePerUnit: GROUP, waitMinutes: 60 } }, shop.services);
  for (let i = 0; i < GROUP; i++) await shop.subscribe(`p${i}@example.com`);
  const waiting = Array.from({ length: others }, (_, i) => ({
    account: shop.account,
    profileId: `later${i}`,
    variant: 'v',
    id: `id${i}`,
    channels: ['EMAIL' as const],
    created: '2026-04-01T00:00:00.000Z',
    expiresAt: 2_000_000_000,
  }));
  await shop.table.createMany(stockSubscriptions, waiting);
  shop.advance(1_000);
  await shop.storeVariant({ id: 'v', quantity: 1 });
  await shop.readStream();
  shop.requests.length = 0;
  let [statements, keys] = [0, 0];
  shop.watch(({ input }, next) => {
    const { Statements = [], RequestItems = {} } = v.parse(Batches, input);
    statements += Statements.length;
    keys += Object.values(RequestItems).reduce((sum, { Keys }) => sum + Keys.length, 0);
    return next();
  });
  await shop.work();
  const requests = [...shop.requests];
  expect((await shop.notified(['p0@example.com', `p${GROUP - 1}@example.com`])).join('')).toBe('11');
  return { requests, units: { statements, keys } };
};

test('telling a hundred people costs a few requests, however many wait on', async () => {
  const { requests, units } = await groupAmong(GROUP);
  const counts = Object.fromEntries(
    [...Map.groupBy(requests, (name) => name)].map(([name, all]) => [name, all.length] as const),
  );
  // The variant, the job and the account; eight shards; a hundred subscriptions, profiles and consents with five
  // suppressions each; guards, events and ends by 25.
  expect(counts).toEqual({
    GetItemCommand: 4,
    UpdateItemCommand: 3,
    QueryCommand: 8,
    BatchGetItemCommand: 8,
    BatchExecuteStatementCommand: 12,
    // The metric, once.
    TransactWriteItemsCommand: 1,
  });
  // For each a guard, an event, and the end of its subscription; reads of that, the profile, consent, suppressions.
  expect(units).toEqual({ statements: 3 * GROUP, keys: 8 * GROUP });
  expect((await groupAmong(5 * GROUP)).requests).toEqual(requests);
});

test('a change of stock that nobody waits for costs one read', async () => {
  const shop = await startStock();
  shop.advance(1_000);
  await shop.storeVariant({ id: 'v', quantity: 1 });
  const before = shop.requests.length;
  await shop.readStream();
  expect(shop.requests.slice(before)).toEqual(['BatchGetItemCommand']);
  expect(shop.messages()).toEqual([]);
});
