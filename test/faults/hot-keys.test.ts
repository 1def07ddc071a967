import { expect, test, vi } from 'vitest';
import { storeCategories } from '../../functions/domains/catalog/write/categories.ts';
import { storeItems } from '../../functions/domains/catalog/write/items.ts';
import { storeVariants } from '../../functions/domains/catalog/write/variants.ts';
import { openDynamo } from '../../functions/platform/table/client/dynamo.ts';
import { openTable } from '../../functions/platform/table/table.ts';
import { clientConfig } from '../../lib/process/environment.ts';
import { sized } from '../support/size.ts';
import { type Faulty, startFaulty } from './harness.ts';
import { countWrites } from './writes.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Lists are spread over eight partitions; by chance some are fuller than others. */
const SPREAD = 1.7 / 8;
/** Ten thousand changes of a catalog a minute are 170 a second; the shares are those of any number. */
const PRODUCTS = sized({ full: 10_000, reduced: 300 });

const eventsOf = (people: readonly string[], app: Faulty) => {
  const groups = [...new Set(people)].map((email) => ({
    type: 'event-bulk-create',
    attributes: {
      profile: { data: { type: 'profile', attributes: { email } } },
      events: {
        data: people.flatMap((one, i) =>
          one === email
            ? [
                {
                  type: 'event',
                  attributes: {
                    properties: { i },
                    metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
                    time: new Date(Date.UTC(2025, 5, 1) + i).toISOString(),
                    ...(i % 4 < 2 && { unique_id: `o${i}` }),
                  },
                },
              ]
            : [],
        ),
      },
    },
  }));
  const attributes = { 'events-bulk-create': { data: groups } };
  return app.post('/api/event-bulk-create-jobs', { data: { type: 'event-bulk-create-job', attributes } });
};

const emails = (count: number): string[] => Array.from({ length: count }, (_, i) => `p${i}@example.com`);

const startWatched = async () => {
  const writes = countWrites();
  const app = await startFaulty({ watch: writes.watch });
  return { app, writes };
};

test('one profile with half of all writes heats only its own partition, by that half', async () => {
  const { app, writes } = await startWatched();
  // The people exist already, as in most cases.
  expect((await eventsOf([...emails(300), 'hot@example.com'], app)).status).toBe(202);
  writes.forget();

  expect(
    (
      await eventsOf(
        emails(300).flatMap((email) => ['hot@example.com', email]),
        app,
      )
    ).status,
  ).toBe(202);

  const [first, second] = writes.shares('table');
  expect(first?.key).toMatch(/^A#\w{6}#P#/);
  expect(first?.share).toBeGreaterThan(0.4);
  expect(first?.share).toBeLessThan(0.6);
  expect(second?.share).toBeLessThan(0.01);
  expect(writes.shares('gsi1')[0]?.share).toBeLessThan(SPREAD);
  app.calm();
});

test('one metric with all events heats no partition of the table, and eight index partitions by an eighth each', async () => {
  const { app, writes } = await startWatched();

  expect((await eventsOf(emails(600), app)).status).toBe(202);

  expect(writes.shares('table')[0]?.share).toBeLessThan(0.01);
  const ofMetric = writes.shares('gsi1').filter(({ key }) => /#M#/.test(key));
  expect(ofMetric).toHaveLength(8);
  for (const index of ['gsi1', 'gsi2']) expect(writes.shares(index)[0]?.share).toBeLessThan(SPREAD);
  app.calm();
});

test('one list that all people join heats no partition by more than an eighth', async () => {
  const { app, writes } = await startWatched();
  const subscriptions = { email: { marketing: { consent: 'SUBSCRIBED' } } };
  const profiles = { data: emails(500).map((email) => ({ type: 'profile', attributes: { email, subscriptions } })) };
  const type = 'profile-subscription-bulk-create-job';
  const relationships = { list: { data: { type: 'list', id: 'all' } } };

  const { status } = await app.post(`/api/${type}s`, { data: { type, attributes: { profiles }, relationships } });

  expect(status).toBe(202);
  for (const where of ['table', 'gsi1', 'gsi2']) expect(writes.shares(where)[0]?.share).toBeLessThan(SPREAD);
  // The partition of an account's lists and their counts.
  expect(writes.shares('table').filter(({ key }) => key.endsWith('#LISTS'))).toEqual([]);
  app.calm();
});

test('products of one catalog, all in one category, and changes of all of them heat no partition', async () => {
  const { app, writes } = await startWatched();
  const text = { title: 'Shirt', description: '', url: 'https://shop.example/shirt', categories: ['all'] };
  const numbers = Array.from({ length: PRODUCTS }, (_, i) => i);
  const table = openTable(app.tableName, openDynamo(clientConfig(app.proxy.endpoint)));
  const deps = { ...app.services, table, account: app.account };
  const store = async (price: number): Promise<void> => {
    writes.forget();
    const products = numbers.map((i) => ({ ...text, id: `p${i}`, price }));
    await storeItems(products, { mode: 'upsert' }, deps);
    await storeVariants(
      products.map(({ categories: _, ...product }) => ({
        ...product,
        item: product.id,
        sku: product.id,
        quantity: price,
      })),
      { mode: 'upsert' },
      deps,
    );
  };
  await storeCategories([{ id: 'all', name: 'All' }], { mode: 'create' }, deps);

  await store(1);
  // Each has a partition of its own. Its places in lists are spread.
  for (const where of ['table', 'gsi1']) expect(writes.shares(where)[0]?.share).toBeLessThan(SPREAD);
  await store(2);
  // A change writes a version and the new state, in the partition of its product, and no list.
  expect(writes.shares('table')[0]?.share).toBeLessThanOrEqual(2 / PRODUCTS);
  for (const index of ['gsi1', 'gsi2']) expect(writes.shares(index)[0]?.share ?? 0).toBeLessThan(SPREAD);
  app.calm();
});
