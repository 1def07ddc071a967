import { expect, test } from 'vitest';
import { storeCategories } from '../../functions/domains/catalog/write/categories.ts';
import { storeItems } from '../../functions/domains/catalog/write/items.ts';
import { storeVariants } from '../../functions/domains/catalog/write/variants.ts';
import { catalog } from '../../functions/services/catalog.ts';
import { startApp } from '../support/app.ts';
import { meter } from './meter.ts';

const upsert = { mode: 'upsert' } as const;
const numbers = Array.from({ length: 100 }, (_, n) => n);
const product = (n: number) => ({
  id: `p${n}`,
  title: `Product ${n}`,
  description: 'A thing',
  url: 'https://shop.example/things',
  price: n,
  metadata: { size: n },
});

test('what is stored already costs no write', async () => {
  const app = await startApp(catalog);
  const deps = app.context();
  const store = async (change: object) => {
    await storeCategories([{ id: 'all', name: 'All' }], upsert, deps);
    await storeItems(
      numbers.map((n) => ({ ...product(n), categories: ['all'], ...change })),
      upsert,
      deps,
    );
    await storeVariants(
      numbers.map((n) => ({ ...product(n), sku: `S${n}`, quantity: n, item: `p${n}`, ...change })),
      upsert,
      deps,
    );
  };
  await store({});
  const measure = meter(app.watch);
  const none = { writes: 0, statements: 0, updates: 0, transacted: 0, refused: 0 };
  expect(await measure(() => store({}))).toMatchObject({ ...none, requests: 3, keys: 201 });
  // A version and the new state of each.
  expect(await measure(() => store({ title: 'New' }))).toMatchObject({ writes: 0, statements: 200, updates: 200 });
});
