import { ApiKeySession, CatalogsApi } from 'klaviyo-api';
import { expect, onTestFinished, test } from 'vitest';
import { PREFIX } from '../../../support/catalog-bodies.ts';
import { startRedrive } from '../../../support/redrive.ts';
import { serve } from '../../exports/served.ts';

const product = { title: 'Blue shirt', description: 'Cotton', url: 'https://shop.example/blue' };
const item = { type: 'catalog-item', id: `${PREFIX}blue` } as const;
const variant = { type: 'catalog-variant', id: `${PREFIX}blue-m` } as const;
const category = { type: 'catalog-category', id: `${PREFIX}shirts` } as const;

/** The client, unmodified, and the jobs that it starts. */
const start = async () => {
  const world = await startRedrive();
  const send: Parameters<typeof serve>[0]['send'] = (method, path, body, headers) =>
    method === 'GET' ? world.get(path, headers) : world.post(path, body, headers);
  const server = await serve({ key: world.key, send });
  onTestFinished(() => {
    server.close();
  });
  const api = new CatalogsApi(new ApiKeySession(server.key));
  api.basePath = server.url;
  return { world, api };
};

interface Answered {
  readonly body: { readonly data: { readonly id?: string } };
}
interface One {
  readonly body: { readonly data: { readonly attributes: object }; readonly included?: readonly object[] | undefined };
}
interface Many {
  readonly body: { readonly data: readonly { readonly id?: string }[] };
}

test("Klaviyo's client drives all jobs of the catalog", async () => {
  const { world, api } = await start();
  const through = async (
    posted: Promise<Answered>,
    get: (id: string) => Promise<One>,
    list: () => Promise<Many>,
  ): Promise<number> => {
    const { id = '' } = (await posted).body.data;
    await world.drain();
    const { data, included = [] } = (await get(id)).body;
    expect(data.attributes).toMatchObject({ status: 'complete', totalCount: 1, completedCount: 1, failedCount: 0 });
    expect((await list()).body.data.map((job) => job.id)).toEqual([id]);
    return included.length;
  };

  const found = [
    await through(
      api.bulkCreateCatalogCategories({
        data: {
          type: 'catalog-category-bulk-create-job',
          attributes: {
            categories: { data: [{ type: 'catalog-category', attributes: { externalId: 'shirts', name: 'Shirts' } }] },
          },
        },
      }),
      (id) => api.getBulkCreateCategoriesJob(id, { include: ['categories'] }),
      () => api.getBulkCreateCategoriesJobs({ filter: 'equals(status,"complete")' }),
    ),
    await through(
      api.bulkCreateCatalogItems({
        data: {
          type: 'catalog-item-bulk-create-job',
          attributes: {
            items: {
              data: [
                {
                  type: 'catalog-item',
                  attributes: { externalId: 'blue', price: 42.5, ...product },
                  relationships: { categories: { data: [category] } },
                },
              ],
            },
          },
        },
      }),
      (id) => api.getBulkCreateCatalogItemsJob(id, { include: ['items'] }),
      () => api.getBulkCreateCatalogItemsJobs(),
    ),
    await through(
      api.bulkCreateCatalogVariants({
        data: {
          type: 'catalog-variant-bulk-create-job',
          attributes: {
            variants: {
              data: [
                {
                  type: 'catalog-variant',
                  attributes: { externalId: 'blue-m', sku: 'BM', inventoryQuantity: 3, price: 42.5, ...product },
                  relationships: { item: { data: item } },
                },
              ],
            },
          },
        },
      }),
      (id) => api.getBulkCreateVariantsJob(id, { include: ['variants'] }),
      () => api.getBulkCreateVariantsJobs(),
    ),
    await through(
      api.bulkUpdateCatalogItems({
        data: {
          type: 'catalog-item-bulk-update-job',
          attributes: { items: { data: [{ ...item, attributes: { price: 39 } }] } },
        },
      }),
      (id) => api.getBulkUpdateCatalogItemsJob(id, { include: ['items'] }),
      () => api.getBulkUpdateCatalogItemsJobs(),
    ),
    await through(
      api.bulkUpdateCatalogVariants({
        data: {
          type: 'catalog-variant-bulk-update-job',
          attributes: { variants: { data: [{ ...variant, attributes: { inventoryQuantity: 2 } }] } },
        },
      }),
      (id) => api.getBulkUpdateVariantsJob(id, { include: ['variants'] }),
      () => api.getBulkUpdateVariantsJobs(),
    ),
    await through(
      api.bulkUpdateCatalogCategories({
        data: {
          type: 'catalog-category-bulk-update-job',
          attributes: { categories: { data: [{ ...category, attributes: { name: 'Tops' } }] } },
        },
      }),
      (id) => api.getBulkUpdateCategoriesJob(id, { include: ['categories'] }),
      () => api.getBulkUpdateCategoriesJobs(),
    ),
    await through(
      api.bulkDeleteCatalogVariants({
        data: { type: 'catalog-variant-bulk-delete-job', attributes: { variants: { data: [variant] } } },
      }),
      (id) => api.getBulkDeleteVariantsJob(id),
      () => api.getBulkDeleteVariantsJobs(),
    ),
    await through(
      api.bulkDeleteCatalogItems({
        data: { type: 'catalog-item-bulk-delete-job', attributes: { items: { data: [item] } } },
      }),
      (id) => api.getBulkDeleteCatalogItemsJob(id),
      () => api.getBulkDeleteCatalogItemsJobs(),
    ),
  ];
  expect(found).toEqual([1, 1, 1, 1, 1, 1, 0, 0]);
  const deleted = await api.bulkDeleteCatalogCategories({
    data: { type: 'catalog-category-bulk-delete-job', attributes: { categories: { data: [category] } } },
  });
  const { id = '' } = deleted.body.data;
  expect((await api.getBulkDeleteCategoriesJob(id)).body.data.attributes.status).toBe('queued');
  expect((await api.getBulkDeleteCategoriesJobs()).body.data.map((job) => job.id)).toEqual([id]);
});
