import * as v from 'valibot';
import type { Properties } from '../../../model/properties.ts';
import { deletionFields } from '../../../platform/jobs/deletion.ts';

const optionalText = v.optional(v.string());

/** What every stored object of a catalog has. Its id is the one of the shop's own system. */
const base = {
  account: v.string(),
  id: v.string(),
  /** The revision. Each change raises it, and is conditional on the revision that it was computed from. */
  rev: v.number(),
  created: v.string(),
  updated: v.string(),
};

const product = {
  title: v.string(),
  description: v.string(),
  url: v.string(),
  price: v.optional(v.number()),
  /** ISO 4217. @default the currency of the shop */
  currency: optionalText,
  image: optionalText,
  thumbnail: optionalText,
  images: v.optional(v.array(v.string())),
  metadata: v.optional(v.custom<Properties>((value) => typeof value === 'object' && value !== null)),
  published: v.boolean(),
};

const stock = {
  sku: v.string(),
  quantity: v.number(),
  policy: v.picklist([0, 1, 2]),
};

export const CatalogItem = v.object({
  ...base,
  ...product,
  /** The ids of its categories. */
  categories: v.optional(v.array(v.string())),
  /** Of an item with many variants, whose deletion takes longer than a request. */
  ...deletionFields,
});
export type CatalogItem = v.InferOutput<typeof CatalogItem>;

export const CatalogVariant = v.object({
  ...base,
  ...product,
  ...stock,
  /** The id of its item. It never changes. */
  item: v.string(),
});
export type CatalogVariant = v.InferOutput<typeof CatalogVariant>;

export const CatalogCategory = v.object({
  ...base,
  name: v.string(),
  ...deletionFields,
});
export type CatalogCategory = v.InferOutput<typeof CatalogCategory>;

export type Base = Pick<CatalogItem, 'account' | 'id' | 'rev' | 'created' | 'updated'>;

const version = {
  account: v.string(),
  id: v.string(),
  rev: v.number(),
  /** Since when it looked like this: the `updated` of that revision. */
  updated: v.string(),
  created: v.string(),
  ...product,
};

/** What an item looked like before a change. */
export const CatalogItemVersion = v.object({
  ...version,
  expiresAt: v.number(),
});
export type CatalogItemVersion = v.InferOutput<typeof CatalogItemVersion>;

export const CatalogVariantVersion = v.object({
  ...version,
  ...stock,
  expiresAt: v.number(),
});
export type CatalogVariantVersion = v.InferOutput<typeof CatalogVariantVersion>;
