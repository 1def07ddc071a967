/** The routes of the catalog store nobody: a shop describes what it sells. */
export const catalogWrites = {
  createCatalogItem: 'is content of the shop',
  updateCatalogItem: 'is content of the shop',
  deleteCatalogItem: 'is content of the shop',
  createCatalogVariant: 'is content of the shop',
  updateCatalogVariant: 'is content of the shop',
  deleteCatalogVariant: 'is content of the shop',
  createCatalogCategory: 'is content of the shop',
  updateCatalogCategory: 'is content of the shop',
  deleteCatalogCategory: 'is content of the shop',
  addCategoriesToCatalogItem: 'is content of the shop',
  removeCategoriesFromCatalogItem: 'is content of the shop',
  updateCategoriesForCatalogItem: 'is content of the shop',
  addItemsToCatalogCategory: 'is content of the shop',
  removeItemsFromCatalogCategory: 'is content of the shop',
  updateItemsForCatalogCategory: 'is content of the shop',
} as const;
