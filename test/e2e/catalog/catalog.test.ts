import {
  BackInStockSubscriptionEnum,
  CatalogCategoryEnum,
  CatalogItemEnum,
  CatalogsApi,
  CatalogVariantEnum,
  ProfileEnum,
} from 'klaviyo-api';
import { expect, inject, test } from 'vitest';
import { catalog as domain } from '../../../functions/services/catalog.ts';
import { bulkRetries } from '../../support/catalog/catalog-bodies.ts';
import { driveJobs } from '../../support/catalog/catalog-jobs.ts';
import { call, profileOf, timelineOf } from '../../support/deployed/http.ts';
import { connect, refusal, somebody } from '../../support/deployed/klaviyo.ts';

const { open, unanswered } = connect();
const catalog = open(CatalogsApi);

const idOf = (externalId: string): string => `$custom:::$default:::${externalId}`;
const itemOf = (externalId: string, more: object = {}) => ({
  data: {
    type: CatalogItemEnum.CatalogItem,
    attributes: {
      externalId,
      title: `Shirt ${externalId}`,
      description: 'Cotton',
      url: 'https://shop.example/shirt',
      price: 42.5,
      ...more,
    },
  },
});

const makeItem = async (): Promise<string> => {
  const { response, body } = await catalog.createCatalogItem(itemOf(crypto.randomUUID()));
  expect(response.status).toBe(201);
  return body.data.id;
};

const makeCategory = async (): Promise<string> => {
  const attributes = { externalId: crypto.randomUUID(), name: 'Shirts' };
  const { body } = await catalog.createCatalogCategory({
    data: { type: CatalogCategoryEnum.CatalogCategory, attributes },
  });
  return body.data.id;
};

const makeVariant = async (item: string, inventoryQuantity = 3): Promise<string> => {
  const externalId = crypto.randomUUID();
  const { body } = await catalog.createCatalogVariant({
    data: {
      type: CatalogVariantEnum.CatalogVariant,
      attributes: {
        externalId,
        title: 'Shirt, M',
        description: 'Cotton',
        url: 'https://shop.example/shirt?size=m',
        sku: `sku-${externalId}`,
        price: 42.5,
        inventoryQuantity,
      },
      relationships: { item: { data: { type: CatalogItemEnum.CatalogItem, id: item } } },
    },
  });
  return body.data.id;
};

const item = (id: string) => ({ type: CatalogItemEnum.CatalogItem, id }) as const;
const category = (id: string) => ({ type: CatalogCategoryEnum.CatalogCategory, id }) as const;

test('creates, reads, changes, finds and deletes an item', async () => {
  const id = await makeItem();
  expect(id).toBe(idOf(id.split(':::')[2] ?? ''));
  const changed = { data: { ...item(id), attributes: { price: 39, published: false } } };
  expect((await catalog.updateCatalogItem(id, changed)).body.data.attributes.price).toBe(39);
  const { body } = await catalog.getCatalogItem(id);
  expect(body.data.attributes).toMatchObject({ price: 39, published: false, description: 'Cotton' });
  const found = await catalog.getCatalogItems({ filter: `any(ids,["${id}","${idOf('nothing')}"])`, sort: '-created' });
  expect(found.body.data.map((one) => one.id)).toEqual([id]);

  const again = itemOf(id.split(':::')[2] ?? '');
  expect((await refusal(catalog.createCatalogItem(again))).status).toBe(409);
  expect((await catalog.deleteCatalogItem(id)).response.status).toBe(204);
  expect((await refusal(catalog.getCatalogItem(id))).status).toBe(404);
});

test('keeps variants with their item, and deletes them with it', async () => {
  const id = await makeItem();
  const variant = await makeVariant(id);
  const changed = { type: CatalogVariantEnum.CatalogVariant, id: variant, attributes: { inventoryQuantity: 0 } };
  await catalog.updateCatalogVariant(variant, { data: changed });
  expect((await catalog.getCatalogVariant(variant)).body.data.attributes.inventoryQuantity).toBe(0);
  const bySku = `equals(sku,"sku-${variant.split(':::')[2]}")`;
  expect((await catalog.getCatalogVariants({ filter: bySku })).body.data.map((one) => one.id)).toEqual([variant]);
  expect((await catalog.getVariantsForCatalogItem(id)).body.data.map((one) => one.id)).toEqual([variant]);
  expect((await catalog.getVariantIdsForCatalogItem(id)).body.data.map((one) => one.id)).toEqual([variant]);
  const { body } = await catalog.getCatalogItem(id, { include: ['variants'] });
  expect(body.included?.map((one) => one.id)).toEqual([variant]);

  const other = await makeVariant(id);
  await catalog.deleteCatalogVariant(other);
  await catalog.deleteCatalogItem(id);
  for (const gone of [variant, other]) expect((await refusal(catalog.getCatalogVariant(gone))).status).toBe(404);
});

test('puts items into categories, from both sides', async () => {
  const [id, other] = [await makeItem(), await makeItem()];
  const [shirts, sale] = [await makeCategory(), await makeCategory()];
  const categoriesOf = async () =>
    (await catalog.getCategoryIdsForCatalogItem(id)).body.data.map((one) => one.id).toSorted();
  await catalog.addCategoriesToCatalogItem(id, { data: [category(shirts)] });
  await catalog.addItemsToCatalogCategory(sale, { data: [item(id), item(other)] });
  expect(await categoriesOf()).toEqual([shirts, sale].toSorted());
  expect((await catalog.getCategoriesForCatalogItem(id)).body.data).toHaveLength(2);
  expect((await catalog.getItemIdsForCatalogCategory(sale)).body.data).toHaveLength(2);
  expect((await catalog.getItemsForCatalogCategory(shirts)).body.data.map((one) => one.id)).toEqual([id]);
  const inSale = await catalog.getCatalogItems({ filter: `equals(category.id,"${sale}")` });
  expect(inSale.body.data.map((one) => one.id).toSorted()).toEqual([id, other].toSorted());

  await catalog.removeCategoriesFromCatalogItem(id, { data: [category(shirts)] });
  await catalog.removeItemsFromCatalogCategory(sale, { data: [item(other)] });
  expect(await categoriesOf()).toEqual([sale]);
  await catalog.updateCategoriesForCatalogItem(id, { data: [category(shirts)] });
  expect(await categoriesOf()).toEqual([shirts]);
  await catalog.updateItemsForCatalogCategory(sale, { data: [item(id)] });
  expect(await categoriesOf()).toEqual([shirts, sale].toSorted());
});

test('creates, reads, renames, lists and deletes a category', async () => {
  const id = await makeCategory();
  const { body } = await catalog.updateCatalogCategory(id, {
    data: { ...category(id), attributes: { name: 'Sale' } },
  });
  expect(body.data.attributes.name).toBe('Sale');
  expect((await catalog.getCatalogCategory(id)).body.data.attributes.name).toBe('Sale');
  const found = await catalog.getCatalogCategories({ filter: `any(ids,["${id}"])` });
  expect(found.body.data.map((one) => one.id)).toEqual([id]);
  expect((await catalog.deleteCatalogCategory(id)).response.status).toBe(204);
  expect((await refusal(catalog.getCatalogCategory(id))).status).toBe(404);
});

test('tells a bad item all its problems, each with its place', async () => {
  const { status, errors } = await refusal(
    catalog.createCatalogItem(itemOf(crypto.randomUUID(), { url: 'ftp://shop', price: -1, title: '' })),
  );
  expect(status).toBe(400);
  expect(errors.map(({ source }) => source?.pointer).toSorted()).toEqual(
    ['price', 'title', 'url'].map((name) => `/data/attributes/${name}`),
  );
});

test('tells those who wait for a variant that it is back, by the server and by a browser', async () => {
  const variant = await makeVariant(await makeItem(), 0);
  const subscription = (email: string) => ({
    data: {
      type: BackInStockSubscriptionEnum.BackInStockSubscription,
      attributes: {
        channels: ['EMAIL' as const],
        profile: { data: { type: ProfileEnum.Profile, attributes: { email } } },
      },
      relationships: { variant: { data: { type: CatalogVariantEnum.CatalogVariant, id: variant } } },
    },
  });
  const [first, second] = [somebody(), somebody()];
  expect((await catalog.createBackInStockSubscription(subscription(first))).response.status).toBe(202);
  const { companyId } = inject('stack');
  const byBrowser = await call('POST', `/client/back-in-stock-subscriptions?company_id=${companyId}`, {
    body: subscription(second),
  });
  expect(byBrowser.status).toBe(202);
  const ofVariant = encodeURIComponent(`equals(variant.id,"${variant}")`);
  const list = await call('GET', `/api/back-in-stock-subscriptions?filter=${ofVariant}`);
  expect(list.body.data).toMatchObject([first, second].map(() => ({ attributes: { status: 'waiting' } })));

  await catalog.updateCatalogVariant(variant, {
    data: { type: CatalogVariantEnum.CatalogVariant, id: variant, attributes: { inventoryQuantity: 2 } },
  });
  for (const email of [first, second]) {
    const { id } = await profileOf(email);
    const status = async () =>
      (await call('GET', `/api/back-in-stock-subscriptions?filter=${encodeURIComponent(`equals(profile.id,"${id}")`)}`))
        .body.data;
    await expect
      .poll(status, { timeout: 90_000, interval: 500 })
      .toMatchObject([{ attributes: { status: 'sent', sent_to: ['EMAIL'] } }]);
    expect(await timelineOf(id)).toHaveLength(2);
  }
});

test('creates, changes and deletes objects by jobs of each kind', async () => {
  const included = await driveJobs(catalog, crypto.randomUUID(), async (find) => {
    const status = async () => (await find()).body.data.attributes;
    await expect.poll(status, { timeout: 60_000, interval: 300 }).toMatchObject({ status: 'complete' });
  });
  expect(included).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 0]);
});

test('the client has called every endpoint of the domain', () => {
  expect(Object.keys(domain.routes).filter((operation) => operation in CatalogsApi.prototype)).toHaveLength(55);
  // Our own endpoints, for which the client has no method.
  const own = [
    ...['getItemForCatalogVariant', 'getItemIdForCatalogVariant'],
    'getBackInStockSubscriptions',
    ...['getCatalogItemVersions', 'getCatalogVariantVersions'],
    ...bulkRetries,
  ];
  expect(unanswered(domain, own)).toEqual([]);
});
