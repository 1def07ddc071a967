import * as v from 'valibot';
import { CategoryName, ExternalId, productFields, variantFields } from '../../../domains/catalog/records/fields.ts';
import type { DraftProblem, ItemDraft, StoreResult, VariantDraft } from '../../../domains/catalog/write/draft.ts';
import { ApiError, type Problem } from '../../../platform/errors.ts';
import { Text } from '../../../platform/validation/text.ts';
import { CATALOG, INTEGRATION } from '../views/catalog-ids.ts';

const f = productFields;

const optionalProduct = {
  currency: v.nullish(f.currency),
  image_full_url: v.nullish(f.image),
  image_thumbnail_url: v.nullish(f.thumbnail),
  images: v.nullish(f.images),
  custom_metadata: v.nullish(f.metadata),
  published: v.nullish(f.published),
};

const identity = {
  external_id: ExternalId,
  integration_type: v.nullish(v.literal(INTEGRATION)),
  catalog_type: v.nullish(
    v.pipe(
      Text,
      v.check((type) => type === CATALOG, `The only catalog type is ${CATALOG}.`),
    ),
  ),
};

export const newItem = v.object({
  ...identity,
  title: f.title,
  description: f.description,
  url: f.url,
  price: v.nullish(f.price),
  ...optionalProduct,
});

export const changedItem = v.object({
  title: v.nullish(f.title),
  description: v.nullish(f.description),
  url: v.nullish(f.url),
  price: v.nullish(f.price),
  ...optionalProduct,
});

export const newVariant = v.object({
  ...identity,
  title: f.title,
  description: f.description,
  sku: variantFields.sku,
  inventory_policy: v.nullish(variantFields.policy),
  inventory_quantity: variantFields.quantity,
  price: f.price,
  url: f.url,
  ...optionalProduct,
});

export const changedVariant = v.object({
  ...changedItem.entries,
  sku: v.nullish(variantFields.sku),
  inventory_policy: v.nullish(variantFields.policy),
  inventory_quantity: v.nullish(variantFields.quantity),
});

export const newCategory = v.object({ ...identity, name: CategoryName });
export const changedCategory = v.object({ name: v.nullish(CategoryName) });

type ProductAttributes = Partial<v.InferOutput<typeof newItem>> | v.InferOutput<typeof changedItem>;

/** The draft of a product's attributes. */
export const itemDraft = (id: string, attributes: ProductAttributes): ItemDraft => ({
  id,
  title: attributes.title,
  description: attributes.description,
  url: attributes.url,
  price: attributes.price,
  currency: attributes.currency,
  image: attributes.image_full_url,
  thumbnail: attributes.image_thumbnail_url,
  images: attributes.images,
  metadata: attributes.custom_metadata,
  published: attributes.published,
});

/** A variant always has a price: `null` leaves it as it is. */
export const variantDraft = (
  id: string,
  attributes: v.InferOutput<typeof newVariant> | v.InferOutput<typeof changedVariant>,
): VariantDraft => ({
  ...itemDraft(id, attributes),
  price: attributes.price ?? undefined,
  sku: attributes.sku,
  quantity: attributes.inventory_quantity,
  policy: attributes.inventory_policy,
});

/** The members of a body, by field of the draft. Other fields have the name of their attribute. */
const members: Readonly<Record<string, string>> = {
  id: 'attributes/external_id',
  image: 'attributes/image_full_url',
  thumbnail: 'attributes/image_thumbnail_url',
  metadata: 'attributes/custom_metadata',
  quantity: 'attributes/inventory_quantity',
  policy: 'attributes/inventory_policy',
  item: 'relationships/item/data/id',
  categories: 'relationships/categories/data',
};

/** A problem of a draft, as a problem of the resource at this pointer. */
export const resourceProblem = ({ field, index, detail }: DraftProblem, at = '/data'): Problem => ({
  detail,
  source: { pointer: `${at}/${members[field] ?? `attributes/${field}`}${index === undefined ? '' : `/${index}/id`}` },
});

/** The stored value. @throws ApiError with all problems */
export const storedValue = <Value>([result]: readonly StoreResult<Value>[]): Value => {
  if (!result) throw new Error('The draft has no result.');
  if (result.outcome !== 'refused') return result.value;
  const [first] = result.problems;
  throw new ApiError(
    first?.code ?? 'invalid',
    result.problems.map((problem) => resourceProblem(problem)),
  );
};
