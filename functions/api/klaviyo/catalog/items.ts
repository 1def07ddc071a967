import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { deleteItem } from '../../../domains/catalog/delete-item.ts';
import { MAX_CATEGORIES } from '../../../domains/catalog/records/fields.ts';
import { items } from '../../../domains/catalog/records/read.ts';
import type { CatalogItem } from '../../../domains/catalog/records/records.ts';
import type { ItemDraft } from '../../../domains/catalog/write/draft.ts';
import { storeItems } from '../../../domains/catalog/write/items.ts';
import { fromView } from '../../../platform/http/resource/relationship.ts';
import { findUnknownIds } from '../../../platform/http/resource/unknown-ids.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { Text } from '../../../platform/validation/text.ts';
import { defineResource, toMany } from '../resource.ts';
import { categoryView, itemView } from '../views/catalog.ts';
import { namedId, requireExternalId, type Shown, shown } from '../views/catalog-ids.ts';
import { changedItem, itemDraft, newItem, storedValue } from './attributes.ts';
import { variants } from './item-variants.ts';
import { categoryReading, itemReading, listingDescription } from './listing.ts';
import { CATEGORY, findCategories, ITEM } from './references.ts';
import { readCategoryPage, readItemPage } from './sources.ts';

type Item = Shown<CatalogItem>;

export const relationships = v.nullish(
  v.object({
    categories: v.nullish(
      v.object({
        data: v.nullish(
          boundedArray(v.object({ type: v.literal('catalog-category'), id: Text }), {
            max: MAX_CATEGORIES,
            tooMany: (count) => `${count} categories; at most ${MAX_CATEGORIES} are allowed.`,
          }),
        ),
      }),
    ),
  }),
);

const findProblems = findUnknownIds({
  path: ['data', 'relationships', 'categories', 'data'],
  noun: CATEGORY,
  max: MAX_CATEGORIES,
  find: findCategories,
});

export const categoriesIn = (sent: v.InferOutput<typeof relationships>): Pick<ItemDraft, 'categories'> => ({
  categories: sent?.categories?.data?.map(({ id }) => namedId(id)),
});

type Change = 'categories' | 'addedCategories' | 'removedCategories';

const changeCategories =
  (field: Change) =>
  async ({ externalId: id }: Item, ids: readonly string[], context: Context): Promise<void> => {
    storedValue(await storeItems([{ id, [field]: ids }], { mode: 'update' }, context));
  };

const categories = toMany({
  ...fromView(categoryView),
  noun: { one: 'category', many: 'categories' },
  reading: categoryReading,
  read: (item: Item, selection, context) => readCategoryPage(selection, context, item),
  related: { operation: 'getCategoriesForCatalogItem' },
  ids: { operation: 'getCategoryIdsForCatalogItem' },
  changes: {
    max: MAX_CATEGORIES,
    find: findCategories,
    add: { operation: 'addCategoriesToCatalogItem', run: changeCategories('addedCategories') },
    remove: { operation: 'removeCategoriesFromCatalogItem', run: changeCategories('removedCategories') },
    replace: { operation: 'updateCategoriesForCatalogItem', run: changeCategories('categories') },
  },
});

const externalId = (id: string) => requireExternalId(id, ITEM.one);

export const routes = defineResource({
  view: itemView,
  noun: ITEM,
  scope: 'catalogs',
  getOne: async (id, context) => shown(await items.get(externalId(id), context)),

  list: {
    operation: 'getCatalogItems',
    description: listingDescription,
    ...itemReading,
    read: (selection, context) => readItemPage(selection, context),
  },

  get: { operation: 'getCatalogItem' },

  create: {
    operation: 'createCatalogItem',
    description: 'The categories have to exist. An item without `published` is published.',
    errors: ['conflict', 'not_found'],
    attributes: newItem,
    relationships,
    findProblems,
    run: async ({ attributes, relationships: sent }, context) => {
      const draft = { ...itemDraft(attributes.external_id, attributes), ...categoriesIn(sent) };
      return shown(storedValue(await storeItems([draft], { mode: 'create' }, context)));
    },
  },

  update: {
    operation: 'updateCatalogItem',
    description:
      'Absent attributes keep their values. `null` removes prices, images and custom metadata. The state before is kept as a version.',
    attributes: changedItem,
    relationships,
    findProblems,
    run: async (id, { attributes, relationships: sent }, context) => {
      const draft = { ...itemDraft(externalId(id), attributes), ...categoriesIn(sent) };
      return shown(storedValue(await storeItems([draft], { mode: 'update' }, context)));
    },
  },

  delete: {
    operation: 'deleteCatalogItem',
    description:
      'Deletes its variants too. Of an item with more than 2,500, they follow within some minutes; until then, its id cannot be created again.',
    run: (id, context) => deleteItem(externalId(id), context),
  },

  relationships: { variants, categories },
});
