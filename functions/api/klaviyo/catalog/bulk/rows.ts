import * as v from 'valibot';
import type { BulkCategory, BulkItem, BulkVariant } from '../../../../domains/catalog/bulk/drafts.ts';
import { Text } from '../../../../platform/validation/text.ts';
import { externalIdOf, namedId } from '../../views/catalog-ids.ts';
import {
  changedCategory,
  changedItem,
  changedVariant,
  itemDraft,
  newCategory,
  newItem,
  newVariant,
  variantDraft,
} from '../attributes.ts';
import { relationships as ofCategory } from '../categories.ts';
import { relationships as ofItem } from '../items.ts';
import { relationships as ofVariant } from '../variants.ts';

/** The objects in the body of each kind of job, as drafts. */
export interface Rows<Draft> {
  readonly create: v.GenericSchema<unknown, Draft>;
  readonly update: v.GenericSchema<unknown, Draft>;
  readonly delete: v.GenericSchema<unknown, Draft>;
}

/** The id of an existing object. Its output is the external id. */
const CompoundId = v.pipe(
  Text,
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
    const externalId = externalIdOf(value);
    if (externalId !== undefined) return externalId;
    addIssue({ message: 'Ids have the form $custom:::$default:::<external_id>.' });
    return NEVER;
  }),
);

const externalIds = (data: readonly { readonly id: string }[] | null | undefined): string[] | undefined =>
  data?.map(({ id }) => namedId(id));

const item = v.literal('catalog-item');
const variant = v.literal('catalog-variant');
const category = v.literal('catalog-category');

type ItemRelationships = v.InferOutput<typeof ofItem>;
type ItemAttributes = v.InferOutput<typeof newItem> | v.InferOutput<typeof changedItem>;

const bulkItem = (id: string, attributes: ItemAttributes, relationships: ItemRelationships): BulkItem => {
  const { images, ...draft } = itemDraft(id, attributes);
  const categories = externalIds(relationships?.categories?.data);
  return { ...draft, images: images && [...images], categories };
};

export const itemRows: Rows<BulkItem> = {
  create: v.pipe(
    v.object({ type: item, attributes: newItem, relationships: ofItem }),
    v.transform(({ attributes, relationships }) => bulkItem(attributes.external_id, attributes, relationships)),
  ),
  update: v.pipe(
    v.object({ type: item, id: CompoundId, attributes: changedItem, relationships: ofItem }),
    v.transform(({ id, attributes, relationships }) => bulkItem(id, attributes, relationships)),
  ),
  delete: v.object({ type: item, id: CompoundId }),
};

const bulkVariant = (
  id: string,
  attributes: v.InferOutput<typeof newVariant> | v.InferOutput<typeof changedVariant>,
): BulkVariant => {
  const { images, ...draft } = variantDraft(id, attributes);
  return { ...draft, images: images && [...images] };
};

export const variantRows: Rows<BulkVariant> = {
  create: v.pipe(
    v.object({ type: variant, attributes: newVariant, relationships: ofVariant }),
    v.transform(({ attributes, relationships: { item: of } }) => ({
      ...bulkVariant(attributes.external_id, attributes),
      item: namedId(of.data.id),
    })),
  ),
  update: v.pipe(
    v.object({ type: variant, id: CompoundId, attributes: changedVariant }),
    v.transform(({ id, attributes }) => bulkVariant(id, attributes)),
  ),
  delete: v.object({ type: variant, id: CompoundId }),
};

export const categoryRows: Rows<BulkCategory> = {
  create: v.pipe(
    v.object({ type: category, attributes: newCategory, relationships: ofCategory }),
    v.transform(({ attributes: { external_id: id, name }, relationships }) => ({
      id,
      name,
      items: externalIds(relationships?.items?.data),
    })),
  ),
  update: v.pipe(
    v.object({ type: category, id: CompoundId, attributes: changedCategory, relationships: ofCategory }),
    v.transform(({ id, attributes: { name }, relationships }) => ({
      id,
      name,
      items: externalIds(relationships?.items?.data),
    })),
  ),
  delete: v.object({ type: category, id: CompoundId }),
};
