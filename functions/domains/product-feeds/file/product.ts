import * as v from 'valibot';
import type { CatalogItem, CatalogVariant } from '../../catalog/records/records.ts';

const texts = v.pipe(v.array(v.string()), v.readonly());

/** One entry of a file: a variant, or an item that has none. */
export const FileProduct = v.object({
  id: v.string(),
  /** The item of a variant. */
  group: v.optional(v.string()),
  title: v.string(),
  description: v.string(),
  url: v.string(),
  image: v.optional(v.string()),
  images: texts,
  price: v.optional(v.number()),
  currency: v.optional(v.string()),
  /** The names of its categories. */
  categories: texts,
  /** What only variants have. */
  stock: v.optional(v.object({ sku: v.string(), quantity: v.number(), policy: v.picklist([0, 1, 2]) })),
});
export type FileProduct = v.InferOutput<typeof FileProduct>;

interface Sources {
  readonly categories: readonly string[];
  /** Of products that have none. */
  readonly currency: string | undefined;
}

/** The entry of an item without variants. */
export const itemProduct = (item: CatalogItem, { categories, currency }: Sources): FileProduct => ({
  id: item.id,
  title: item.title,
  description: item.description,
  url: item.url,
  image: item.image,
  images: item.images ?? [],
  price: item.price,
  currency: item.currency ?? currency,
  categories,
});

/** What a variant lacks, its item may have. */
export const variantProduct = (variant: CatalogVariant, item: CatalogItem, sources: Sources): FileProduct => ({
  ...itemProduct(item, sources),
  id: variant.id,
  // The variant of a product that has no others.
  ...(variant.id !== item.id && { group: item.id }),
  title: variant.title || item.title,
  description: variant.description || item.description,
  url: variant.url || item.url,
  image: variant.image ?? item.image,
  images: variant.images ?? item.images ?? [],
  price: variant.price ?? item.price,
  currency: variant.currency ?? item.currency ?? sources.currency,
  stock: { sku: variant.sku, quantity: variant.quantity, policy: variant.policy },
});
