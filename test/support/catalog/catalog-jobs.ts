import type { CatalogsApi } from 'klaviyo-api';
import { expect } from 'vitest';
import { PREFIX } from './catalog-bodies.ts';

interface Answered {
  readonly body: { readonly data: { readonly id?: string } };
}
interface One {
  readonly body: { readonly data: { readonly attributes: object }; readonly included?: readonly object[] | undefined };
}
interface Many {
  readonly body: { readonly data: readonly { readonly id?: string }[] };
}

/**
 * Starts a job of each kind by Klaviyo's client, looks at it once `settled` says that it has ended, and finds it in its
 * list. Objects have ids with this suffix. Returns the number of objects that each job includes.
 */
export const driveJobs = async (
  api: CatalogsApi,
  suffix: string,
  settled: (find: () => Promise<One>) => Promise<void>,
): Promise<number[]> => {
  const [blue, shirts] = [`blue${suffix}`, `shirts${suffix}`];
  const product = { title: 'Blue shirt', description: 'Cotton', url: 'https://shop.example/blue' };
  const item = { type: 'catalog-item', id: `${PREFIX}${blue}` } as const;
  const variant = { type: 'catalog-variant', id: `${PREFIX}${blue}-m` } as const;
  const category = { type: 'catalog-category', id: `${PREFIX}${shirts}` } as const;
  const through = async (
    posted: Promise<Answered>,
    get: (id: string) => Promise<One>,
    list: () => Promise<Many>,
  ): Promise<number> => {
    const { id = '' } = (await posted).body.data;
    await settled(() => get(id));
    const { data, included = [] } = (await get(id)).body;
    expect(data.attributes).toMatchObject({ status: 'complete', totalCount: 1, completedCount: 1, failedCount: 0 });
    expect((await list()).body.data.map((job) => job.id)).toContain(id);
    return included.length;
  };

  return [
    await through(
      api.bulkCreateCatalogCategories({
        data: {
          type: 'catalog-category-bulk-create-job',
          attributes: {
            categories: { data: [{ type: 'catalog-category', attributes: { externalId: shirts, name: 'Shirts' } }] },
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
                  attributes: { externalId: blue, price: 42.5, ...product },
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
                  attributes: {
                    externalId: `${blue}-m`,
                    sku: `BM${suffix}`,
                    inventoryQuantity: 3,
                    price: 42.5,
                    ...product,
                  },
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
    await through(
      api.bulkDeleteCatalogCategories({
        data: { type: 'catalog-category-bulk-delete-job', attributes: { categories: { data: [category] } } },
      }),
      (id) => api.getBulkDeleteCategoriesJob(id),
      () => api.getBulkDeleteCategoriesJobs(),
    ),
  ];
};
