import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

type App = Awaited<ReturnType<typeof startImports>>;

const counts = ({ attributes }: { attributes: Record<string, unknown> }) => {
  const { created_count, updated_count, unchanged_count, failed_count } = attributes;
  return [created_count, updated_count, unchanged_count, failed_count];
};

const find = async (app: App, type: 'item' | 'variant', id: string) =>
  (await app.get(`/api/catalog-${type}s/$custom:::$default:::${id}`)).body.data?.attributes;

/** The types of all items that are written while something is done. */
const writesTo = async (app: App, work: () => Promise<unknown>): Promise<string[]> => {
  const keys: string[] = [];
  const stop = app.watch(({ command, input }, next) => {
    if (!/^(Get|BatchGet|Query)/.test(command)) keys.push(JSON.stringify(input));
    return next();
  });
  await work();
  stop();
  return keys.filter((key) => /#(ITEM|VARIANT|CATEGOR)/.test(key));
};

const merchant = `id,item_group_id,title,description,link,image_link,price,availability,product_type,brand
S-1,shirt,Shirt S,Cotton,https://shop.example/shirt,https://shop.example/s.jpg,19.99 EUR,in_stock,Clothes|Shirts,Acme
S-2,shirt,Shirt M,Cotton,https://shop.example/shirt,https://shop.example/m.jpg,"21,50 EUR",out_of_stock,Clothes,Acme
mug,,Mug,,https://shop.example/mug,,7.00 EUR,in_stock,Kitchen,
card,,Gift card,A card,https://shop.example/card,,,,,
`;

test('a file of products becomes items, variants and categories, and importing it again writes nothing', async () => {
  const app = await startImports();

  expect(counts(await app.drop('catalog/products.csv', merchant))).toEqual([4, 0, 0, 0]);

  expect(await find(app, 'item', 'shirt')).toMatchObject({ title: 'Shirt S', price: 19.99, published: true });
  expect(await find(app, 'variant', 'S-2')).toMatchObject({
    title: 'Shirt M',
    price: 21.5,
    sku: 'S-2',
    inventory_quantity: 0,
    image_full_url: 'https://shop.example/m.jpg',
    custom_metadata: { brand: 'Acme' },
  });
  expect(await find(app, 'item', 'mug')).toMatchObject({ description: '', price: 7 });
  expect(await find(app, 'variant', 'mug')).toMatchObject({ inventory_quantity: 1 });
  expect(await find(app, 'variant', 'card')).toBeUndefined();
  const { body } = await app.get('/api/catalog-items/$custom:::$default:::mug/categories');
  expect(body.data.map(({ attributes }: { attributes: { name: string } }) => attributes.name)).toEqual(['Kitchen']);

  const writes = await writesTo(app, async () => {
    expect(counts(await app.drop('catalog/again.csv', merchant))).toEqual([0, 0, 4, 0]);
  });
  expect(writes).toEqual([]);
});

test('a file with some columns changes these only: stocks and prices by the id of a variant', async () => {
  const app = await startImports();
  await app.drop('catalog/products.csv', merchant);

  const stocks = await app.drop('catalog/stocks.csv', 'id,quantity,season\nS-1,0,\nS-2,12,Summer\nmug,3,\nnone,1,\n');

  expect(counts(stocks)).toEqual([0, 3, 0, 1]);
  expect(await find(app, 'variant', 'S-2')).toMatchObject({
    title: 'Shirt M',
    price: 21.5,
    inventory_quantity: 12,
    custom_metadata: { brand: 'Acme', season: 'Summer' },
  });
  expect(await app.report('catalog/stocks.errors.csv')).toContain('`title` is missing.');
  await app.put(
    'catalog/prices.mapping.json',
    '{"columns":{"Preis":"price"},"types":{"price":{"type":"number","decimal":","}}}',
  );
  expect(counts(await app.drop('catalog/prices.csv', 'id;Preis\nS-1;1.234,5\nmug;8\n'))).toEqual([0, 2, 0, 0]);
  expect(await find(app, 'variant', 'S-1')).toMatchObject({ price: 1234.5, currency: 'EUR' });
  expect(await find(app, 'item', 'mug')).toMatchObject({ price: 8 });
});

test('a row that is wrong fails alone, with its column, and can be corrected', async () => {
  const app = await startImports();
  const file = `id,title,description,link,price,published
a,A,,https://shop.example/a,1.234 €,
,B,,https://shop.example/b,1,
c,C,,ftp://shop.example/c,1,maybe
d,D,,https://shop.example/d,1,no
`;

  const job = await app.drop('catalog/a.csv', file);

  expect(counts(job)).toEqual([1, 0, 0, 3]);
  expect(await find(app, 'item', 'd')).toMatchObject({ published: false });
  const { body } = await app.get(`/api/import-jobs/${job.id}/errors`);
  const problems = body.data.map(({ attributes }: { attributes: Record<string, unknown> }) => [
    attributes.row_number,
    attributes.column,
    attributes.code,
  ]);
  expect(problems).toEqual([
    [2, 'price', 'invalid_product'],
    [3, 'id', 'missing_identifier'],
    [4, 'link', 'invalid_product'],
  ]);
  const failed = (await app.report('catalog/a.errors.csv')) ?? '';
  const corrected = failed.replaceAll('1.234 €', '1234.00 €').replace('ftp:', 'https:').replaceAll('maybe', 'yes');
  expect(counts(await app.drop('catalog/a.errors.csv', corrected))).toEqual([2, 0, 0, 1]);
});

test('of several rows of one product the last one wins, also across windows', async () => {
  const app = await startImports({ windowRows: 2 });
  const rows = [1, 2, 3, 4, 5].map((price) => `a,A,,https://shop.example/a,${price},${price}\n`).join('');

  const job = await app.drop('catalog/a.csv', `id,title,description,link,price,quantity\n${rows}`);

  expect(counts(job)).toEqual([1, 4, 0, 0]);
  expect(await find(app, 'item', 'a')).toMatchObject({ price: 5 });
  expect(await find(app, 'variant', 'a')).toMatchObject({ price: 5, inventory_quantity: 5 });
});

test('a dry run writes nothing, and shows each value before and after', async () => {
  const app = await startImports();
  await app.drop('catalog/products.csv', merchant);
  const file = 'id,title,description,link,price,quantity\nmug,Mug,,,9,1\nnew,New,N,https://shop.example/new,,\n';

  const writes = await writesTo(app, () => app.drop('dry-run/catalog/next.csv', file));

  expect(writes).toEqual([]);
  const job = await app.job('dry-run/catalog/next.csv');
  expect(counts(job)).toEqual([1, 1, 0, 0]);
  const { body } = await app.get(`/api/import-jobs/${job.id}/changes`);
  const [changed, created] = body.data.map(({ attributes }: { attributes: unknown }) => attributes);
  expect(changed).toMatchObject({
    row_number: 2,
    outcome: 'updated',
    product_id: 'mug',
    fields: [
      { field: 'item.price', before: 7, after: 9 },
      { field: 'variant.price', before: 7, after: 9 },
    ],
  });
  expect(created).toMatchObject({ row_number: 3, outcome: 'created', product_id: 'new' });
  expect(counts(await app.drop('catalog/next.csv', file))).toEqual([1, 1, 0, 0]);
});

test.each([
  ['title,price\nA,1\n', '{}', /No column identifies the product/],
  ['id,title\na,A\n', '{"list":"club"}', /list: The rows of this file are products/],
  ['id,title\na,A\n', '{"metric":"Viewed"}', /metric: It applies to events/],
])('a file that is no catalog fails as a whole: %s', async (file, mapping, reason) => {
  const app = await startImports();
  await app.put('catalog/a.mapping.json', mapping);

  const job = await app.drop('catalog/a.csv', file);

  expect(job.attributes).toMatchObject({ status: 'failed', error: expect.stringMatching(reason) });
});

const products = (ids: readonly number[]): string =>
  `id,title,description,link,price,sku\n${ids.map((n) => `p${n},P${n},,https://shop.example/${n},${n},\n`).join('')}`;
const ids = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

const publishedIds = async (app: App): Promise<string[]> => {
  const { body } = await app.get('/api/catalog-items?filter=equals(published,true)');
  return body.data.map(({ id }: { id: string }) => id.replace(/.*:/, '')).toSorted();
};

test('what a whole file does not name is unpublished, wherever the import is handed over', async () => {
  const app = await startImports({ windowRows: 5 });
  await app.drop('catalog/all.csv', products(ids(20)));
  await app.drop('catalog/variant.csv', 'id,item id,title,link,price\nv1,p1,V,https://shop.example/v,1\n');
  const whole = '{"whole":true}';
  app.advance(1_000);

  await app.put('dry-run/catalog/next.mapping.json', whole);
  const shown = await app.drop('dry-run/catalog/next.csv', products(ids(17)));
  expect(shown.attributes.warnings).toMatchObject([
    { code: 'vanished_products', message: expect.stringMatching(/^4 of 21 .* would be unpublished/) },
  ]);
  expect(await publishedIds(app)).toHaveLength(20);

  await app.put('catalog/next.mapping.json', whole);
  await app.put('catalog/next.csv', products(ids(17)));
  await app.deliver(await app.notice('catalog/next.csv'));
  expect(await app.drain(() => 1_000)).toBeGreaterThan(3);

  const { attributes } = await app.job('catalog/next.csv');
  expect(attributes).toMatchObject({ status: 'complete', unchanged_count: 17 });
  expect(attributes.warnings).toMatchObject([
    { code: 'vanished_products', message: expect.stringMatching(/^4 of 21/) },
  ]);
  expect(await publishedIds(app)).toEqual(
    ids(17)
      .map((n) => `p${n}`)
      .toSorted(),
  );
  expect(await find(app, 'variant', 'v1')).toMatchObject({ published: false });
});

test('a whole file that misses too much, or has a row that names nothing, unpublishes nothing', async () => {
  const app = await startImports();
  await app.drop('catalog/all.csv', products(ids(20)));
  app.advance(1_000);
  await app.put('catalog/half.mapping.json', '{"whole":true}');
  await app.put('catalog/broken.mapping.json', '{"whole":true}');
  await app.put('catalog/few.mapping.json', '{"whole":true,"max_missing_percent":60}');

  const half = await app.drop('catalog/half.csv', products(ids(10)));
  const broken = await app.drop('catalog/broken.csv', `${products(ids(19))},No id,,,,\n`);

  expect(half.attributes.warnings).toMatchObject([{ code: 'too_many_vanished_products' }]);
  expect(broken.attributes.warnings).toMatchObject([{ code: 'unreadable_products' }]);
  expect(await publishedIds(app)).toHaveLength(20);
  // The corrected row is not the whole file.
  const report = (await app.report('catalog/broken.errors.csv')) ?? '';
  const corrected = report.replace(/,No id,.*/, ',p0,New,,https://shop.example/0,0,');
  await app.drop('catalog/broken.errors.csv', corrected.replace(/\n.*,p0,/, '\n,,p0,'));
  expect(await publishedIds(app)).toHaveLength(20);

  await app.drop('catalog/few.csv', products(ids(10)));
  expect(await publishedIds(app)).toHaveLength(10);
});
