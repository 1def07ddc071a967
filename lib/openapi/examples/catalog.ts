import { type Example, type Examples, ids, retry } from './people.ts';

const { catalogItem, catalogVariant, catalogCategory } = ids;

const itemIds = [{ type: 'catalog-item', id: catalogItem }];
const categoryIds = [{ type: 'catalog-category', id: catalogCategory }];
const linkage = (data: readonly object[]): Example => ({ data });

/** What jobs create. */
const objects = {
  item: {
    type: 'catalog-item',
    attributes: {
      external_id: 'SHIRT-RED',
      title: 'Red shirt',
      description: 'A shirt of cotton',
      url: 'https://shop.example/shirts/red',
      price: 42.5,
    },
    relationships: { categories: { data: categoryIds } },
  },
  variant: {
    type: 'catalog-variant',
    attributes: {
      external_id: 'SHIRT-BLUE-L',
      title: 'Blue shirt, L',
      description: 'A shirt of cotton',
      sku: 'SB-L',
      inventory_quantity: 25,
      price: 42.5,
      url: 'https://shop.example/shirts/blue?size=l',
    },
    relationships: { item: { data: { type: 'catalog-item', id: catalogItem } } },
  },
  category: { type: 'catalog-category', attributes: { external_id: 'TROUSERS', name: 'Trousers' } },
};

const job = (type: string, many: string, data: object): Example => ({
  data: { type: `catalog-${type}-job`, attributes: { [many]: { data: [data] } } },
});
const ofItem = { type: 'catalog-item', id: catalogItem };
const ofVariant = { type: 'catalog-variant', id: catalogVariant };
const ofCategory = { type: 'catalog-category', id: catalogCategory };

const backInStock = {
  data: {
    type: 'back-in-stock-subscription',
    attributes: {
      channels: ['EMAIL'],
      profile: { data: { type: 'profile', attributes: { email: 'ada@example.com' } } },
    },
    relationships: { variant: { data: ofVariant } },
  },
};

/** By operation: how a job of each kind is retried. */
const retries: Examples = Object.fromEntries(
  [
    ['item', 'CatalogItems'],
    ['variant', 'Variants'],
    ['category', 'Categories'],
  ].flatMap(([object, many]) =>
    ['create', 'update', 'delete'].map((action) => {
      const verb = action.charAt(0).toUpperCase() + action.slice(1);
      return [`updateBulk${verb}${many}Job`, retry(`catalog-${object}-bulk-${action}-job`)];
    }),
  ),
);

export const catalogExamples: Examples = {
  ...retries,
  createBackInStockSubscription: backInStock,
  createClientBackInStockSubscription: backInStock,
  bulkCreateCatalogItems: job('item-bulk-create', 'items', objects.item),
  bulkUpdateCatalogItems: job('item-bulk-update', 'items', { ...ofItem, attributes: { price: 39 } }),
  bulkDeleteCatalogItems: job('item-bulk-delete', 'items', ofItem),
  bulkCreateCatalogVariants: job('variant-bulk-create', 'variants', objects.variant),
  bulkUpdateCatalogVariants: job('variant-bulk-update', 'variants', {
    ...ofVariant,
    attributes: { inventory_quantity: 24 },
  }),
  bulkDeleteCatalogVariants: job('variant-bulk-delete', 'variants', ofVariant),
  bulkCreateCatalogCategories: job('category-bulk-create', 'categories', objects.category),
  bulkUpdateCatalogCategories: job('category-bulk-update', 'categories', {
    ...ofCategory,
    attributes: { name: 'Shirts and blouses' },
  }),
  bulkDeleteCatalogCategories: job('category-bulk-delete', 'categories', ofCategory),
  createCatalogItem: {
    data: {
      type: 'catalog-item',
      attributes: {
        external_id: 'SHIRT-BLUE',
        integration_type: '$custom',
        catalog_type: '$default',
        title: 'Blue shirt',
        description: 'A shirt of cotton',
        url: 'https://shop.example/shirts/blue',
        price: 42.5,
        currency: 'EUR',
        image_full_url: 'https://shop.example/images/blue.jpg',
        image_thumbnail_url: 'https://shop.example/images/blue-small.jpg',
        images: ['https://shop.example/images/blue-back.jpg'],
        custom_metadata: { material: 'cotton' },
        published: true,
      },
      relationships: { categories: { data: categoryIds } },
    },
  },
  updateCatalogItem: {
    data: { type: 'catalog-item', id: catalogItem, attributes: { price: 39, published: false } },
  },
  createCatalogVariant: {
    data: {
      type: 'catalog-variant',
      attributes: {
        external_id: 'SHIRT-BLUE-M',
        title: 'Blue shirt, M',
        description: 'A shirt of cotton',
        sku: 'SB-M',
        inventory_policy: 1,
        inventory_quantity: 25,
        price: 42.5,
        url: 'https://shop.example/shirts/blue?size=m',
      },
      relationships: { item: { data: { type: 'catalog-item', id: catalogItem } } },
    },
  },
  updateCatalogVariant: {
    data: { type: 'catalog-variant', id: catalogVariant, attributes: { inventory_quantity: 24 } },
  },
  createCatalogCategory: {
    data: {
      type: 'catalog-category',
      attributes: { external_id: 'SHIRTS', name: 'Shirts' },
      relationships: { items: { data: itemIds } },
    },
  },
  updateCatalogCategory: {
    data: { type: 'catalog-category', id: catalogCategory, attributes: { name: 'Shirts and blouses' } },
  },
  addCategoriesToCatalogItem: linkage(categoryIds),
  removeCategoriesFromCatalogItem: linkage(categoryIds),
  updateCategoriesForCatalogItem: linkage(categoryIds),
  addItemsToCatalogCategory: linkage(itemIds),
  removeItemsFromCatalogCategory: linkage(itemIds),
  updateItemsForCatalogCategory: linkage(itemIds),
};
