import { describe, expect, test } from 'vitest';
import type { FeedFormat } from '../../../functions/domains/feeds/content/format.ts';
import type { FeedMapping } from '../../../functions/domains/feeds/mapping/fields.ts';
import { productOf } from '../../../functions/domains/feeds/mapping/product.ts';
import { rowsOf, sample } from './read-feed.ts';

const productsOf = async (name: string, format: FeedFormat) =>
  (await rowsOf(sample(name))).map((row) => ('fields' in row ? productOf(row, { format }) : row));

const minimal = { id: '1', title: 'A', link: 'https://shop.example/1' };
const read = (fields: Readonly<Record<string, unknown>>, mapping?: FeedMapping) =>
  productOf({ fields: { ...minimal, ...fields } }, { format: 'json', mapping });

describe('products of the samples', () => {
  test.each([
    ['klaviyo.json', 'json'],
    ['klaviyo.xml', 'xml'],
  ] as const)('%s', async (name, format) => {
    expect(await productsOf(name, format)).toEqual([
      {
        product: {
          id: 'sandals123',
          title: 'Chunky Sandals',
          description: 'A platform sole and soft leather.',
          url: 'https://shop.example/shop/shoes/chunky-sandals',
          image: 'https://images.example/sandals?q=80&w=1528&auto=format',
          images: [],
          price: 29.99,
          categories: ['FOOTWEAR'],
          quantity: 25,
          policy: 1,
          published: true,
        },
      },
      { product: expect.objectContaining({ id: 'bomber123', price: 50, quantity: 0 }) },
    ]);
  });

  test('RSS of Google', async () => {
    expect(await productsOf('google.xml', 'xml')).toEqual([
      {
        product: expect.objectContaining({
          id: 'TV_123456',
          price: 159,
          currency: 'USD',
          quantity: 1,
          categories: ['Consumer Electronics > TVs > Flat Panel TVs'],
        }),
      },
      {
        product: expect.objectContaining({
          id: 'CLO-29473856-1',
          group: 'CLO-29473856',
          quantity: 0,
          images: ['https://images.example/CLO-29473856-side.jpg', 'https://images.example/CLO-29473856-back.jpg'],
        }),
      },
      { product: expect.objectContaining({ id: 'CLO-29473856-2', group: 'CLO-29473856', price: 31.5 }) },
    ]);
  });

  test('Atom and TSV of Google', async () => {
    expect(await productsOf('google-atom.xml', 'xml')).toEqual([
      {
        product: expect.objectContaining({
          id: 'DVD-0564738',
          title: 'Merlin: Series 3',
          url: 'https://shop.example/media/dvd/?sku=384616&src=feed',
          price: 11.99,
        }),
      },
    ]);
    expect(await productsOf('google.tsv', 'csv')).toEqual([
      { product: expect.objectContaining({ id: 'TDI_gold_1', categories: ['Money > Coins'], currency: 'USD' }) },
    ]);
  });
});

describe('mapping', () => {
  test('members elsewhere', () => {
    const fields = { name: { de: 'Schuh' }, 'price.amount': '5 EUR', offers: { stock: 7 }, tags: [{ name: 'A' }, 'B'] };
    const mapping = {
      title: 'name.de',
      price: 'price.amount',
      inventory_quantity: 'offers.stock',
      categories: 'tags',
    };
    expect(read(fields, mapping)).toMatchObject({
      product: { title: 'Schuh', price: 5, currency: 'EUR', quantity: 7, categories: ['A', 'B'] },
    });
  });

  test('a member that is not read', () => {
    expect(read({ price: 'on request' }, { price: null })).toEqual({
      product: expect.not.objectContaining({ price: 0 }),
    });
  });

  test.each([
    [{ categories: 'A | B;C' }, { categories: ['A', 'B', 'C'] }],
    [{ categories: '["A, B","C"]' }, { categories: ['A, B', 'C'] }],
    [{ categories: ['A', 'A', ' '] }, { categories: ['A'] }],
    [
      { additional_image_link: 'https://a.example/1.png,https://a.example/2.png' },
      { images: ['https://a.example/1.png', 'https://a.example/2.png'] },
    ],
    [{ availability: 'https://schema.org/OutOfStock' }, { quantity: 0 }],
    [{ availability: 'in stock', quantity: '12' }, { quantity: 12 }],
    [{ published: 'no' }, { published: false }],
  ])('%j', (fields, product) => {
    expect(read(fields)).toMatchObject({ product });
  });
});

describe('problems', () => {
  test('all of a product at once, each with its field', () => {
    const fields = {
      id: '',
      title: 'x'.repeat(501),
      link: 'javascript:alert(1)',
      image_link: '/relative.png',
      price: '1.234',
      inventory_quantity: 'many',
      inventory_policy: 3,
      published: 'perhaps',
      categories: 'c'.repeat(256),
    };
    const result = read(fields);
    expect('problems' in result && result.problems.map(({ field }) => field)).toEqual([
      'id',
      'title',
      'link',
      'image_link',
      'price',
      'inventory_quantity',
      'inventory_policy',
      'published',
      'categories',
    ]);
  });

  test('say what to do', () => {
    expect(read({ id: null })).toEqual({
      problems: [
        {
          field: 'id',
          message:
            "It is missing. Add one of '$id', 'id', 'external_id', 'product_id' to the feed, or map another member.",
        },
      ],
    });
    expect(read({}, { title: 'heading' })).toEqual({
      problems: [{ field: 'title', message: "It is missing. The feed's mapping reads it from 'heading'." }],
    });
  });

  test('names of the prototype are no members', () => {
    expect(read({}, { description: 'constructor' })).toMatchObject({ product: { description: '' } });
    expect(read({}, { description: '__proto__.toString' })).toMatchObject({ product: { description: '' } });
  });
});
