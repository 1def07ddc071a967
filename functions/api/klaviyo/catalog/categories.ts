import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { addItems, removeItems, replaceItems } from '../../../domains/catalog/category-items.ts';
import { deleteCategory } from '../../../domains/catalog/delete.ts';
import { categories } from '../../../domains/catalog/records/read.ts';
import type { CatalogCategory } from '../../../domains/catalog/records/records.ts';
import { storeCategories } from '../../../domains/catalog/write/categories.ts';
import { pointer } from '../../../platform/errors.ts';
import { fromView, resolveIds } from '../../../platform/http/resource/relationship.ts';
import { findUnknownIds } from '../../../platform/http/resource/unknown-ids.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { Text } from '../../../platform/validation/text.ts';
import { defineResource, toMany } from '../resource.ts';
import { categoryView, itemView } from '../views/catalog.ts';
import { requireExternalId, type Shown, shown } from '../views/catalog-ids.ts';
import { changedCategory, newCategory, storedValue } from './attributes.ts';
import { variants } from './item-variants.ts';
import { categoryReading, itemReading, listingDescription } from './listing.ts';
import { CATEGORY, findItems, ITEM } from './references.ts';
import { readCategoryPage, readItemPage } from './sources.ts';

type Category = Shown<CatalogCategory>;

const MAX_ITEMS = 1_000;

export const relationships = v.nullish(
  v.object({
    items: v.nullish(
      v.object({
        data: v.nullish(
          boundedArray(v.object({ type: v.literal('catalog-item'), id: Text }), {
            max: MAX_ITEMS,
            tooMany: (count) => `${count} items; at most ${MAX_ITEMS} are allowed.`,
          }),
        ),
      }),
    ),
  }),
);

const ITEMS = ['data', 'relationships', 'items', 'data'];
const findProblems = findUnknownIds({ path: ITEMS, noun: ITEM, max: MAX_ITEMS, find: findItems });

/** The external ids of the items in a body, if it has any. @throws ApiError `not_found` that points at each unknown one */
const itemsIn = async (
  sent: v.InferOutput<typeof relationships>,
  context: Context,
): Promise<readonly string[] | undefined> => {
  const data = sent?.items?.data;
  if (!data) return undefined;
  const at = (i: number) => pointer([...ITEMS, i, 'id']);
  return resolveIds(data, { noun: ITEM, at, find: findItems }, context);
};

const items = toMany({
  ...fromView(itemView),
  noun: ITEM,
  reading: itemReading,
  read: ({ externalId }: Category, selection, context) => readItemPage(selection, context, externalId),
  related: { operation: 'getItemsForCatalogCategory', includes: { variants } },
  ids: { operation: 'getItemIdsForCatalogCategory' },
  changes: {
    max: MAX_ITEMS,
    find: findItems,
    add: {
      operation: 'addItemsToCatalogCategory',
      run: ({ externalId }, ids, context) => addItems(externalId, ids, context),
    },
    remove: {
      operation: 'removeItemsFromCatalogCategory',
      run: ({ externalId }, ids, context) => removeItems(externalId, ids, context),
    },
    replace: {
      operation: 'updateItemsForCatalogCategory',
      description: 'For categories of at most 5,000 items. Add to larger ones, and remove from them.',
      run: ({ externalId }, ids, context) => replaceItems(externalId, ids, context),
    },
  },
});

const externalId = (id: string) => requireExternalId(id, CATEGORY.one);

export const routes = defineResource({
  view: categoryView,
  noun: CATEGORY,
  scope: 'catalogs',
  getOne: async (id, context) => shown(await categories.get(externalId(id), context)),

  list: {
    operation: 'getCatalogCategories',
    description: listingDescription,
    ...categoryReading,
    read: (selection, context) => readCategoryPage(selection, context),
  },

  get: { operation: 'getCatalogCategory' },

  create: {
    operation: 'createCatalogCategory',
    description: 'The items have to exist.',
    errors: ['conflict', 'not_found'],
    attributes: newCategory,
    relationships,
    findProblems,
    run: async ({ attributes: { external_id: id, name }, relationships: sent }, context) => {
      const ids = await itemsIn(sent, context);
      const category = storedValue(await storeCategories([{ id, name }], { mode: 'create' }, context));
      if (ids) await addItems(id, ids, context);
      return shown(category);
    },
  },

  update: {
    operation: 'updateCatalogCategory',
    description: 'Absent attributes keep their values. `items` replaces all items.',
    errors: ['not_found'],
    attributes: changedCategory,
    relationships,
    findProblems,
    run: async (id, { attributes: { name }, relationships: sent }, context) => {
      const ids = await itemsIn(sent, context);
      const own = externalId(id);
      const category = storedValue(await storeCategories([{ id: own, name }], { mode: 'update' }, context));
      if (ids) await replaceItems(own, ids, context);
      return shown(category);
    },
  },

  delete: {
    operation: 'deleteCatalogCategory',
    description: 'Keeps its items. It is gone at once; its items leave it within some minutes.',
    run: (id, context) => deleteCategory(externalId(id), context),
  },

  relationships: { items },
});
