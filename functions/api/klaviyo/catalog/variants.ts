import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { deleteVariant } from '../../../domains/catalog/delete.ts';
import { items, variants } from '../../../domains/catalog/records/read.ts';
import type { CatalogItem, CatalogVariant } from '../../../domains/catalog/records/records.ts';
import { storeVariants } from '../../../domains/catalog/write/variants.ts';
import { fromView } from '../../../platform/http/resource/relationship.ts';
import { findUnknownIds } from '../../../platform/http/resource/unknown-ids.ts';
import { Text } from '../../../platform/validation/text.ts';
import { defineResource, toOne } from '../resource.ts';
import { itemView, variantView } from '../views/catalog.ts';
import { namedId, requireExternalId, type Shown, shown } from '../views/catalog-ids.ts';
import { changedVariant, newVariant, storedValue, variantDraft } from './attributes.ts';
import { listingDescription, variantReading } from './listing.ts';
import { findItems, ITEM, VARIANT } from './references.ts';
import { readVariantPage } from './sources.ts';

type Variant = Shown<CatalogVariant>;

export const relationships = v.object({
  item: v.object({ data: v.object({ type: v.literal('catalog-item'), id: Text }) }),
});

const item = toOne({
  ...fromView(itemView),
  noun: { one: 'item', many: 'items' },
  isRequired: true,
  read: async (values: readonly Variant[], context: Context): Promise<ReadonlyMap<string, Shown<CatalogItem>>> => {
    const found = await items.findMany(
      values.map((variant) => variant.item),
      context,
    );
    return new Map(
      values.flatMap((variant) => {
        const one = found.get(variant.item);
        return one ? [[variant.id, shown(one)] as const] : [];
      }),
    );
  },
  related: { operation: 'getItemForCatalogVariant' },
  ids: { operation: 'getItemIdForCatalogVariant' },
});

const externalId = (id: string) => requireExternalId(id, VARIANT.one);

export const routes = defineResource({
  view: variantView,
  noun: VARIANT,
  scope: 'catalogs',
  getOne: async (id, context) => shown(await variants.get(externalId(id), context)),

  list: {
    operation: 'getCatalogVariants',
    description: listingDescription,
    ...variantReading,
    read: (selection, context) => readVariantPage(selection, context),
  },

  get: { operation: 'getCatalogVariant' },

  create: {
    operation: 'createCatalogVariant',
    description: 'The item has to exist. It cannot be changed later.',
    errors: ['conflict', 'not_found'],
    attributes: newVariant,
    relationships,
    findProblems: findUnknownIds({ path: ['data', 'relationships', 'item', 'data'], noun: ITEM, find: findItems }),
    run: async ({ attributes, relationships: { item: sent } }, context) => {
      const { id } = sent.data;
      const draft = { ...variantDraft(attributes.external_id, attributes), item: namedId(id) };
      return shown(storedValue(await storeVariants([draft], { mode: 'create' }, context)));
    },
  },

  update: {
    operation: 'updateCatalogVariant',
    description:
      'Absent attributes keep their values. `null` removes images and custom metadata. The state before is kept as a version.',
    attributes: changedVariant,
    run: async (id, { attributes }, context) =>
      shown(storedValue(await storeVariants([variantDraft(externalId(id), attributes)], { mode: 'update' }, context))),
  },

  delete: { operation: 'deleteCatalogVariant', run: (id, context) => deleteVariant(externalId(id), context) },

  relationships: { item },
});
