import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type {
  CatalogCategory,
  CatalogItem,
  CatalogItemVersion,
  CatalogVariant,
  CatalogVariantVersion,
} from '../../../domains/catalog/records/records.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { defineView } from '../../../platform/http/resource/view.ts';
import { compoundId, type Shown } from './catalog-ids.ts';

const text = v.nullable(v.string());

const productEntries = {
  title: v.string(),
  description: v.string(),
  url: v.string(),
  price: v.nullable(v.number()),
  currency: text,
  image_full_url: text,
  image_thumbnail_url: text,
  images: v.array(v.string()),
  custom_metadata: v.record(v.string(), v.unknown()),
  published: v.boolean(),
};

type Product = Pick<
  CatalogItem,
  'title' | 'description' | 'url' | 'price' | 'currency' | 'image' | 'thumbnail' | 'images' | 'metadata' | 'published'
>;

const productAttributes = ({ price, currency, image, thumbnail, images, metadata, ...product }: Product) => ({
  title: product.title,
  description: product.description,
  url: product.url,
  price: price ?? null,
  currency: currency ?? null,
  image_full_url: image ?? null,
  image_thumbnail_url: thumbnail ?? null,
  images: images ?? [],
  custom_metadata: metadata ?? {},
  published: product.published,
});

const stockEntries = {
  sku: v.string(),
  inventory_policy: v.picklist([0, 1, 2]),
  inventory_quantity: v.number(),
};

const stockAttributes = ({ sku, policy, quantity }: Pick<CatalogVariant, 'sku' | 'policy' | 'quantity'>) => ({
  sku,
  inventory_policy: policy,
  inventory_quantity: quantity,
});

const times = { created: v.string(), updated: v.string() };

export const itemView = defineView({
  type: 'catalog-item',
  path: '/api/catalog-items',
  entries: { external_id: v.string(), ...productEntries, ...times },
  attributes: (item: Shown<CatalogItem>) => ({
    external_id: item.externalId,
    ...productAttributes(item),
    created: withUtcOffset(item.created),
    updated: withUtcOffset(item.updated),
  }),
  relationships: () => ({ variants: undefined, categories: undefined }),
});

export const variantView = defineView({
  type: 'catalog-variant',
  path: '/api/catalog-variants',
  entries: {
    external_id: v.string(),
    ...productEntries,
    ...stockEntries,
    ...times,
  },
  attributes: (variant: Shown<CatalogVariant>) => ({
    external_id: variant.externalId,
    ...productAttributes(variant),
    ...stockAttributes(variant),
    created: withUtcOffset(variant.created),
    updated: withUtcOffset(variant.updated),
  }),
  relationships: ({ item }) => ({ item: { type: 'catalog-item', id: compoundId(item) } }),
});

export const categoryView = defineView({
  type: 'catalog-category',
  path: '/api/catalog-categories',
  entries: { external_id: v.string(), name: v.string(), updated: v.string() },
  attributes: ({ externalId, name, updated }: Shown<CatalogCategory>) => ({
    external_id: externalId,
    name,
    updated: withUtcOffset(updated),
  }),
  relationships: () => ({ items: undefined }),
});

const versionEntries = {
  revision: v.number(),
  /** Since when it was like this. */
  valid_from: v.string(),
  /** The attributes that differ from the version before. */
  changed: v.array(v.string()),
};

export const ItemVersion = v.object({ ...versionEntries, ...productEntries });
export const VariantVersion = v.object({ ...versionEntries, ...productEntries, ...stockEntries });

interface Versioned<Version> {
  readonly version: Version;
  readonly former?: Version;
}

const versionAttributes = <Version extends { readonly rev: number; readonly updated: string }>(
  { version, former }: Versioned<Version>,
  attributesOf: (version: Version) => Readonly<Record<string, unknown>>,
) => {
  const [attributes, before] = [attributesOf(version), former && attributesOf(former)];
  const changed = before
    ? Object.keys(attributes).filter((name) => !isDeepStrictEqual(attributes[name], before[name]))
    : [];
  return { revision: version.rev, valid_from: withUtcOffset(version.updated), changed, ...attributes };
};

export const itemVersionAttributes = (versioned: Versioned<CatalogItemVersion>) =>
  versionAttributes(versioned, productAttributes);

export const variantVersionAttributes = (versioned: Versioned<CatalogVariantVersion>) =>
  versionAttributes(versioned, (version) => ({ ...productAttributes(version), ...stockAttributes(version) }));
