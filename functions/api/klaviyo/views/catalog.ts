import * as v from 'valibot';
import type { CatalogCategory, CatalogItem, CatalogVariant } from '../../../domains/catalog/records/records.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { defineView } from '../../../platform/http/resource/view.ts';
import { compoundId, type Shown } from './catalog-ids.ts';

const text = v.nullable(v.string());

export const productEntries = {
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

export const productAttributes = ({ price, currency, image, thumbnail, images, metadata, ...product }: Product) => ({
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
    sku: v.string(),
    inventory_policy: v.picklist([0, 1, 2]),
    inventory_quantity: v.number(),
    ...times,
  },
  attributes: (variant: Shown<CatalogVariant>) => ({
    external_id: variant.externalId,
    ...productAttributes(variant),
    sku: variant.sku,
    inventory_policy: variant.policy,
    inventory_quantity: variant.quantity,
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
