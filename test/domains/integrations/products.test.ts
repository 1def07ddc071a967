import { expect, test } from 'vitest';
import { items, variants } from '../../../functions/domains/catalog/read.ts';
import { changedSample, sampleText, startHooks } from './start.ts';

const product = (changes: object): string => changedSample('woocommerce', 'product.updated', changes);

const start = async () => {
  const shop = await startHooks('woocommerce');
  const context = { account: shop.account, table: shop.table };
  return {
    ...shop,
    item: async (id: string) => (await items.findMany([id], context)).get(id),
    variant: async (id: string) => (await variants.findMany([id], context)).get(id),
  };
};

test('a product becomes an item with its category and its stock', async () => {
  const shop = await start();
  await shop.deliver('product.created', sampleText('woocommerce', 'product.updated'));
  expect(await shop.item('93')).toMatchObject({
    title: 'Green tea',
    url: 'https://tea.example/product/green-tea/',
    price: 8.5,
    image: 'https://tea.example/images/green.jpg',
    published: true,
    categories: ['15'],
  });
  expect(await shop.variant('93')).toMatchObject({ item: '93', sku: 'TEA-GR-100', quantity: 12, price: 8.5 });
});

test('an older state, and the same one again, change nothing', async () => {
  const shop = await start();
  const states = [
    sampleText('woocommerce', 'product.updated'),
    product({ price: '9.00', date_modified_gmt: '2026-07-16T08:00:00' }),
    product({ price: '1.00', date_modified_gmt: '2026-07-14T08:00:00' }),
    product({ price: '9.00', date_modified_gmt: '2026-07-16T08:00:00', images: [] }),
  ];
  for (const text of states) await shop.deliver('product.updated', text);
  expect(await shop.item('93')).toMatchObject({ price: 9, rev: 3 });
});

test('a variation waits for its product', async () => {
  const shop = await start();
  const variation = { id: 94, parent_id: 93, type: 'variation', sku: 'TEA-GR-50', stock_quantity: null };
  await shop.deliver('product.updated', product({ ...variation, stock_status: 'outofstock' }));
  expect(await shop.rejected()).toMatchObject([
    { code: 'not_found', reasons: [{ detail: 'There is no catalog item 93.' }] },
  ]);
  await shop.deliver('product.updated', product({ type: 'variable' }));
  await shop.deliver('product.updated', product({ ...variation, date_modified_gmt: '2026-07-16T08:00:00' }));
  expect(await shop.variant('94')).toMatchObject({ item: '93', quantity: 1, sku: 'TEA-GR-50' });
  expect(await shop.variant('93')).toBeUndefined();
});

test('a deleted product is deleted with its variants', async () => {
  const shop = await start();
  await shop.deliver('product.updated', sampleText('woocommerce', 'product.updated'));
  for (let i = 0; i < 2; i++) await shop.deliver('product.deleted', JSON.stringify({ id: 93, again: i }));
  expect([await shop.item('93'), await shop.variant('93')]).toEqual([undefined, undefined]);
  expect(await shop.rejected()).toEqual([]);
});

test('a product without a link is kept with the reason', async () => {
  const shop = await start();
  await shop.deliver('product.updated', product({ permalink: '' }));
  expect(await shop.rejected()).toMatchObject([{ code: 'invalid', reasons: [{ pointer: '/permalink' }] }]);
});
