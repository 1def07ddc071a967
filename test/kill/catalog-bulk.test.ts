import { expect, test } from 'vitest';
import { categoryBody, itemBody, PREFIX, variantBody } from '../support/catalog/catalog-bodies.ts';
import { generator } from '../support/random.ts';
import { awsEndpoint } from '../support/servers/aws-endpoint.ts';
import { shortLives } from './lifetimes.ts';
import { type Life, openShop, undisturbed } from './shop.ts';

type Shop = Awaited<ReturnType<typeof openShop>>;

const numbers = Array.from({ length: 40 }, (_, n) => n);
const idOf = (object: string, id: string, more: object = {}) => ({
  type: `catalog-${object}`,
  id: PREFIX + id,
  ...more,
});

/** Jobs with some objects that fail, one after another. */
const steps = [
  [
    'category-bulk-create',
    'categories',
    [...numbers.slice(0, 15).map((n) => categoryBody(`c${n}`)), categoryBody('there')],
  ],
  ['item-bulk-create', 'items', numbers.map((n) => itemBody(`i${n}`, {}, n % 9 === 4 ? ['none'] : [`c${n % 15}`]))],
  ['variant-bulk-create', 'variants', numbers.map((n) => variantBody(`v${n}`, `i${n % 20}`))],
  [
    'item-bulk-update',
    'items',
    numbers.map((n) => idOf('item', n === 7 ? 'gone' : `i${n}`, { attributes: { price: n } })),
  ],
  ['variant-bulk-delete', 'variants', numbers.slice(5, 25).map((n) => idOf('variant', `v${n}`))],
  ['item-bulk-delete', 'items', [...numbers.slice(0, 12).map((n) => idOf('item', `i${n}`)), idOf('item', 'gone')]],
] as const;

const work = async (shop: Shop, lifeOf: (of: string) => Life) => {
  await shop.ask('POST', '/api/catalog-categories', { data: categoryBody('there') });
  const results: unknown[] = [];
  for (const [kind, many, data] of steps) {
    const type = `catalog-${kind}-job`;
    const { body } = await shop.ask('POST', `/api/${type}s`, { data: { type, attributes: { [many]: { data } } } });
    await shop.workOff('catalog', [], { lifeOf });
    const job = await shop.ask('GET', `/api/${type}s/${body.data.id}`);
    const { status, total_count, completed_count, failed_count, errors } = job.body.data.attributes;
    const pointers = errors.map(({ source }: { readonly source: object }) => source);
    results.push({ status, total_count, completed_count, failed_count, pointers });
  }
  return results;
};

test('ends jobs of a catalog the same when they are killed repeatedly', { timeout: 300_000 }, async () => {
  const [calm, hurt] = [await openShop({ awsEndpoint: awsEndpoint() }), await openShop({ awsEndpoint: awsEndpoint() })];
  const expected = await work(calm, () => undisturbed);
  const found = await work(hurt, shortLives(generator(7), 6));
  const stored = { expected: await calm.stored(), found: await hurt.stored() };
  calm.close();
  hurt.close();
  expect(hurt.kills()).toBeGreaterThan(3);
  expect(found).toEqual(expected);
  expect(stored.found).toBe(stored.expected);
});
