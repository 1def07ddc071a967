import { type Example, type Examples, ids } from './people.ts';

const { catalogItem, catalogVariant, catalogCategory } = ids;

const itemIds = [{ type: 'catalog-item', id: catalogItem }];
const categoryIds = [{ type: 'catalog-category', id: catalogCategory }];
const linkage = (data: readonly object[]): Example => ({ data });

export const catalogExamples: Examples = {
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
