import type { Context } from '../../../domains/accounts/context.ts';
import {
  listCategories,
  listItems,
  listItemsOfCategory,
  listVariants,
  listVariantsBySku,
  listVariantsOfItem,
} from '../../../domains/catalog/listing.ts';
import { categories, items, variants } from '../../../domains/catalog/records/read.ts';
import type { CatalogCategory, CatalogItem, CatalogVariant } from '../../../domains/catalog/records/records.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import type { Page } from '../../../platform/table/listing/pages.ts';
import type { Shown } from '../views/catalog-ids.ts';
import { readListing, requiredId, type Source } from './listing.ts';
import { categoryMatches, itemMatches, variantMatches } from './matches.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** Lists items: all, or those of a category. */
export const readItemPage = (
  selection: Selection,
  context: Deps,
  category: string | undefined = requiredId(selection.filters, 'category.id'),
): Promise<Page<Shown<CatalogItem>>> => {
  const source: Source<CatalogItem> =
    category === undefined
      ? { read: (request) => listItems(request, context) }
      : { read: (request) => listItemsOfCategory(category, request, context) };
  return readListing(selection, {
    findMany: (ids) => items.findMany(ids, context),
    source,
    matches: itemMatches,
    belongs: (item) => category === undefined || (item.categories?.includes(category) ?? false),
  });
};

/** Lists variants: all, those of an item, or those with a SKU. */
export const readVariantPage = (
  selection: Selection,
  context: Deps,
  item: string | undefined = requiredId(selection.filters, 'item.id'),
): Promise<Page<Shown<CatalogVariant>>> => {
  const sku = selection.filters.find(({ field }) => field === 'sku')?.values[0];
  const source: Source<CatalogVariant> =
    item !== undefined
      ? { read: (request) => listVariantsOfItem(item, request, context) }
      : sku !== undefined
        ? { read: (request) => listVariantsBySku(String(sku), request, context), covers: 'sku' }
        : { read: (request) => listVariants(request, context) };
  return readListing(selection, {
    findMany: (ids) => variants.findMany(ids, context),
    source,
    matches: variantMatches,
    belongs: (variant) => item === undefined || variant.item === item,
  });
};

/** Lists categories: all, or those of an item. */
export const readCategoryPage = async (
  selection: Selection,
  context: Deps,
  owner?: CatalogItem,
): Promise<Page<Shown<CatalogCategory>>> => {
  const named = requiredId(selection.filters, 'item.id');
  const ofFilter = named === undefined ? undefined : (await items.findMany([named], context)).get(named)?.categories;
  const ofItem = ofFilter ?? [];
  const among = owner ? (owner.categories ?? []) : named === undefined ? undefined : ofItem;
  return readListing(selection, {
    findMany: (ids) => categories.findMany(ids, context),
    source: { read: (request) => listCategories(request, context) },
    matches: categoryMatches(ofItem),
    ...(among && { among }),
  });
};
