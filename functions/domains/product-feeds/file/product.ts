import type { CatalogItem, CatalogVariant } from '../../catalog/records/records.ts';

/** One entry of a file: a variant, or an item that has none. */
export interface FileProduct {
  readonly id: string;
  /** The item of a variant. */
  readonly group?: string;
  readonly title: string;
  readonly description: string;
  readonly url: string;
  readonly image?: string | undefined;
  readonly images: readonly string[];
  readonly price?: number | undefined;
  readonly currency?: string | undefined;
  /** The names of its categories. */
  readonly categories: readonly string[];
  /** What only variants have. */
  readonly stock?: Pick<CatalogVariant, 'sku' | 'quantity' | 'policy'>;
}

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
