import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { productOf } from '../../../functions/domains/feeds/mapping/product.ts';
import { deleteProductFeed } from '../../../functions/domains/product-feeds/actions.ts';
import { type FileFormat, newFileSecret } from '../../../functions/domains/product-feeds/records/file-setting.ts';
import { fileFolder } from '../../../functions/domains/product-feeds/records/stored-file.ts';
import { generator } from '../../support/random.ts';
import { killedAt } from '../feeds/killed-at.ts';
import { rowsOf } from '../feeds/read-feed.ts';
import { startProductFeeds } from './start.ts';

const start = async () => {
  const shop = await startProductFeeds();
  const create = (format: FileFormat, input: object = {}) =>
    shop.create({ file: { format, secret: newFileSecret(), currency: 'EUR' }, ...input });
  const contentOf = async (id: string): Promise<string> => {
    const { file } = (await shop.state(id)) ?? {};
    if (!file) throw new Error('The feed has no file.');
    const content = await buffer(await shop.files.read(file.key, { start: 0 }));
    expect(content.length).toBe(file.bytes);
    return content.toString();
  };
  const keys = (id: string): Promise<string[]> => shop.files.list(fileFolder({ account: shop.account, id }));
  return { ...shop, createFile: create, contentOf, keys };
};

const odd = `Tom & "Jerry" <b>'s</b> ]]> Ü 👟 ${'\u0007'}`;
const image = 'https://shop.example/i.jpg?a=1&b=2';

/** A shop with a product of each kind. */
const startShop = async () => {
  const shop = await start();
  await shop.storeCategories(['Shoes & more']);
  await shop.storeItems([
    { id: 'plain', title: odd, price: 12.5, image, images: [`${image}&c=3`, 'https://shop.example/2.jpg'] },
    { id: 'group', price: 20, image, categories: ['Shoes & more'] },
    { id: 'own', price: 5, image },
    { id: 'draft', price: 5, image, published: false },
    { id: 'yen', price: 1_200, currency: 'JPY', image },
    { id: 'dinar', price: 1.234, currency: 'KWD', image },
  ]);
  await shop.storeVariants([
    { id: 'group-s', item: 'group', price: 19.9, quantity: 3, image: 'https://shop.example/s.jpg' },
    { id: 'group-m', item: 'group', price: 21, quantity: 0 },
    { id: 'group-x', item: 'group', price: 21, published: false },
    { id: 'own', item: 'own', price: 5, quantity: 7, policy: 2, sku: 'OWN' },
  ]);
  return shop;
};

const expected = (format: FileFormat) => {
  const base = (id: string, of = id) => ({
    id,
    title: `Item ${id}`,
    description: 'A thing',
    url: `https://shop.example/${of}`,
    image,
    images: [],
    categories: [],
    currency: 'EUR',
    published: true,
  });
  const stock = (quantity: number, policy: number, sku: string) =>
    format === 'json' ? { quantity, policy, sku } : { quantity: Math.min(1, quantity) };
  // An item without variants is in stock, which Google wants to read.
  const none = format === 'json' ? {} : { quantity: 1 };
  const group = { group: 'group', categories: ['Shoes & more'] };
  return [
    {
      ...{ ...base('plain'), ...none, price: 12.5, images: [`${image}&c=3`, 'https://shop.example/2.jpg'] },
      title: format === 'json' ? odd : odd.replace('\u0007', '').trim(),
    },
    { ...base('group-s'), ...group, price: 19.9, image: 'https://shop.example/s.jpg', ...stock(3, 0, 'group-s') },
    { ...base('group-m'), ...group, price: 21, ...stock(0, 0, 'group-m') },
    { ...base('own'), price: 5, ...stock(7, 2, 'OWN') },
    { ...base('yen'), ...none, price: 1_200, currency: 'JPY' },
    { ...base('dinar'), ...none, price: 1.234, currency: 'KWD' },
  ].toSorted((a, b) => (a.id < b.id ? -1 : 1));
};

test.each([
  ['newest', 'merchant_xml', 'xml'],
  ['newest', 'json', 'json'],
  ['all', 'merchant_xml', 'xml'],
  ['all', 'json', 'json'],
] as const)('a file of the kind %s in %s is read by our own feeds as the catalog is', async (kind, format, read) => {
  const shop = await startShop();
  const { id } = await shop.createFile(format, { kind });
  const rows = await rowsOf(await shop.contentOf(id));
  const products = rows.map((row) => {
    if (!('fields' in row)) throw new Error(JSON.stringify(row));
    const mapped = productOf(row, { format: read });
    if (!('product' in mapped)) throw new Error(JSON.stringify(mapped));
    return mapped.product;
  });
  expect(products.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(expected(format));
  expect((await shop.state(id))?.file).toMatchObject({ format, products: 6, leftOut: {} });
});

test('a file for Google has prices, availability and groups as Google documents them', async () => {
  const shop = await startShop();
  const content = await shop.contentOf((await shop.createFile('merchant_xml')).id);
  for (const line of [
    '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">',
    '<link>https://shop.example</link>',
    '<g:price>12.50 EUR</g:price>',
    '<g:price>1200 JPY</g:price>',
    '<g:price>1.234 KWD</g:price>',
    '<g:availability>out_of_stock</g:availability>',
    '<g:item_group_id>group</g:item_group_id>',
    '<g:product_type>Shoes &amp; more</g:product_type>',
  ])
    expect(content.split('\n')).toContain(line);
  expect(content.match(/<item>/g)).toHaveLength(6);
});

test('products that Google would refuse are left out and counted', async () => {
  const shop = await start();
  await shop.storeItems([
    { id: 'whole', price: 1, currency: 'EUR', image },
    { id: 'no-image', price: 1, currency: 'EUR' },
    { id: 'no-price', image },
    { id: 'no-currency', price: 1, image },
    { id: 'x'.repeat(51), price: 1, currency: 'EUR', image },
  ]);
  const { id } = await shop.createFile('merchant_xml', {
    file: { format: 'merchant_xml', secret: newFileSecret() },
  });
  expect((await shop.state(id))?.file).toMatchObject({
    products: 1,
    leftOut: { no_image: 1, no_price: 1, no_currency: 1, long_id: 1 },
  });
  expect(await shop.contentOf(id)).toContain('<g:id>whole</g:id>');
});

test('a file is built anew after a change, keeps its predecessor, and stays as it is without one', async () => {
  const shop = await start();
  await shop.storeItems([{ id: 'a', price: 1, image }]);
  const { id } = await shop.createFile('json');
  const first = await shop.keys(id);
  expect(first).toHaveLength(1);
  for (let i = 2; i <= 4; i += 1) {
    shop.advance(1_000);
    await shop.storeItems([{ id: 'a', price: i }]);
    await shop.follow();
    await shop.pass();
    expect(await shop.contentOf(id)).toContain(`"${i}.00 EUR"`);
  }
  const kept = await shop.keys(id);
  expect(kept).toHaveLength(2);
  expect(kept).not.toContain(first[0]);
  // Something changes that the feed does not show.
  await shop.storeItems([{ id: 'draft', published: false }]);
  await shop.follow();
  await shop.pass();
  expect(await shop.keys(id)).toEqual(kept);

  shop.advance(1_000);
  await shop.change(id, { file: null });
  expect([(await shop.state(id))?.file, await shop.keys(id)]).toEqual([undefined, []]);
});

test('a file that stays the same is written again before the bucket removes it', async () => {
  const shop = await start();
  await shop.storeItems([{ id: 'a', price: 1, image }]);
  const { id } = await shop.createFile('json');
  const first = (await shop.state(id))?.file;
  shop.advance(14 * 86_400_000);
  await shop.wake(id);
  expect((await shop.state(id))?.file).toEqual(first);
  shop.advance(2 * 86_400_000);
  await shop.wake(id);
  const second = (await shop.state(id))?.file;
  expect(second).toMatchObject({ former: first?.key, hash: first?.hash, built: first?.built });
  expect(second?.key).not.toBe(first?.key);
});

test('a feed that is deleted takes its files along', async () => {
  const shop = await start();
  await shop.storeItems([{ id: 'a' }]);
  const { id } = await shop.createFile('json');
  await deleteProductFeed(id, shop.context());
  await shop.pass();
  expect(await shop.keys(id)).toEqual([]);
});

test('a build that is killed anywhere leaves the last good file, and the next one removes what it left', async () => {
  const shop = await start();
  await shop.storeItems([{ id: 'a', price: 1, image }]);
  await shop.storeVariants([{ id: 'a-1', item: 'a', price: 1 }]);
  const { id } = await shop.createFile('merchant_xml');
  const random = generator(117);
  for (let round = 2; round < 14; round += 1) {
    const before = await shop.contentOf(id);
    shop.advance(1_000);
    await shop.storeVariants([{ id: 'a-1', item: 'a', price: round }]);
    await shop.follow();
    const killed = killedAt(shop.services, 1 + Math.floor(random() * 24), round % 2 === 0);
    await shop.pass(killed.services).catch(() => undefined);
    const expectedPrice = `${round}.00 EUR`;
    const between = await shop.contentOf(id);
    expect(between === before || between.includes(expectedPrice)).toBe(true);
    // The lease ends, and the message is delivered again.
    shop.advance(30 * 60_000);
    await shop.wake(id);
    expect(await shop.contentOf(id)).toContain(expectedPrice);
  }
  await shop.storeVariants([{ id: 'a-1', item: 'a', price: 99 }]);
  await shop.wake(id);
  expect(await shop.keys(id)).toHaveLength(2);
});
