import { expect, test } from 'vitest';
import { items, variants } from '../../../functions/domains/catalog/records/read.ts';
import { changedSample, sampleText, startHooks } from './start.ts';

const product = (changes: object): string => changedSample('woocommerce', 'product.updated', changes);

const start = async (source: 'woocommerce' | 'shopify' = 'woocommerce') => {
  const shop = await startHooks(source);
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

const caramel = '788032119674292922';

test('a product of Shopify becomes an item with its variants, and loses those that it no longer has', async () => {
  const shop = await start('shopify');
  await shop.deliver('products/create', sampleText('shopify', 'products/update'));
  expect(await shop.item(caramel)).toMatchObject({
    title: 'Sea salt caramel',
    url: 'https://sweets.myshopify.example/products/sea-salt-caramel',
    price: 7.5,
    published: true,
    metadata: { vendor: 'Whitby Sweets', product_type: 'Sweets', tags: 'sweets' },
  });
  expect(await shop.variant('642667041472713922')).toMatchObject({
    title: 'Sea salt caramel, 250 g',
    sku: 'SSC-250',
    item: caramel,
    quantity: 1,
  });
  const variants = [{ id: 7, price: '9.00', sku: 'SSC-500', title: 'Default Title', inventory_quantity: -2 }];
  const changes = { variants, status: 'draft', updated_at: '2026-07-02T00:00:00Z' };
  await shop.deliver('products/update', changedSample('shopify', 'products/update', changes));
  expect(await shop.item(caramel)).toMatchObject({ price: 9, published: false });
  expect(await shop.variant('7')).toMatchObject({ title: 'Sea salt caramel', quantity: -2 });
  expect(await shop.variant('642667041472713922')).toBeUndefined();
  await shop.deliver('products/delete', `{"id":${caramel}}`);
  expect([await shop.item(caramel), await shop.variant('7'), await shop.rejected()]).toEqual([
    undefined,
    undefined,
    [],
  ]);
});
