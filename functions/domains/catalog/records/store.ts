import * as v from 'valibot';
import { entity } from '../../../platform/table/entity.ts';
import { shardOf, shardsOf } from '../../../platform/table/listing/shards.ts';
import { CatalogCategory, CatalogItem, CatalogItemVersion, CatalogVariant, CatalogVariantVersion } from './records.ts';

/** The key of an object. Each has a partition of its own, so that no catalog is too large or too busy for one. */
export interface CatalogId {
  readonly account: string;
  readonly id: string;
}

export type CatalogKind = 'ITEM' | 'VARIANT' | 'CATEGORY';

const objectPk = (kind: CatalogKind, { account, id }: CatalogId): string => `A#${account}#${kind}#${id}`;
const listPk = (kind: CatalogKind, account: string, shard: number): string => `A#${account}#${kind}S#${shard}`;

/** The partitions of `gsi1` that list all objects of a kind as `<created>#<id>`. */
export const listPartitions = (kind: CatalogKind, account: string): string[] =>
  shardsOf((shard) => listPk(kind, account, shard));

/** The place of an object in all lists. */
export const placeOf = ({ created, id }: { readonly created: string; readonly id: string }): string =>
  `${created}#${id}`;
export const idOfPlace = (place: string): string => place.slice(place.indexOf('#') + 1);

const listed = (kind: CatalogKind, one: CatalogId & { readonly created: string }) => ({
  pk: listPk(kind, one.account, shardOf(one.id)),
  sk: placeOf(one),
});

/** The partition of `gsi2` with the items that are being deleted, by their ids. */
export const leavingItemsPk = (account: string): string => `A#${account}#ITEMDELETIONS`;

export const catalogItems = entity({
  type: 'catalog_item',
  schema: CatalogItem,
  key: (one: CatalogId) => ({ pk: objectPk('ITEM', one), sk: 'ITEM' }),
  json: ['metadata'],
  indexes: (item) => ({
    gsi1: listed('ITEM', item),
    gsi2: item.deletedAt === undefined ? undefined : { pk: leavingItemsPk(item.account), sk: item.id },
  }),
});

export const skuPk = (account: string, sku: string): string => `A#${account}#SKU#${sku}`;

export const catalogVariants = entity({
  type: 'catalog_variant',
  schema: CatalogVariant,
  key: (one: CatalogId) => ({ pk: objectPk('VARIANT', one), sk: 'VARIANT' }),
  json: ['metadata'],
  indexes: (variant) => ({
    gsi1: listed('VARIANT', variant),
    gsi2: { pk: skuPk(variant.account, variant.sku), sk: placeOf(variant) },
  }),
});

export const catalogCategories = entity({
  type: 'catalog_category',
  schema: CatalogCategory,
  key: (one: CatalogId) => ({ pk: objectPk('CATEGORY', one), sk: 'CATEGORY' }),
  indexes: (category) => ({ gsi1: listed('CATEGORY', category) }),
});

export const VERSIONS = 'VERSION#';
const REVISION_DIGITS = 10;

export interface VersionId extends CatalogId {
  readonly updated: string;
  readonly rev: number;
}

/** Versions are in the order of time. One that is written twice, such as after a kill, has the same key. */
const versionSk = ({ updated, rev }: VersionId): string =>
  `${VERSIONS}${updated}#${String(rev).padStart(REVISION_DIGITS, '0')}`;

export const itemVersions = entity({
  type: 'catalog_item_version',
  schema: CatalogItemVersion,
  key: (one: VersionId) => ({ pk: objectPk('ITEM', one), sk: versionSk(one) }),
  json: ['metadata'],
});

export const variantVersions = entity({
  type: 'catalog_variant_version',
  schema: CatalogVariantVersion,
  key: (one: VersionId) => ({ pk: objectPk('VARIANT', one), sk: versionSk(one) }),
  json: ['metadata'],
});

/** An object in the list of another one. What is stale in it is left out when it is read. */
const Edge = v.object({
  account: v.string(),
  /** The object with the list. */
  of: v.string(),
  id: v.string(),
  created: v.string(),
});
export type Edge = v.InferOutput<typeof Edge>;

export const VARIANT_EDGES = 'VARIANT#';
export const itemPk = (one: CatalogId): string => objectPk('ITEM', one);

/** A variant in the list of its item. */
export const itemVariants = entity({
  type: 'catalog_item_variant',
  schema: Edge,
  key: ({ account, of, id, created }: Edge) => ({
    pk: itemPk({ account, id: of }),
    sk: `${VARIANT_EDGES}${placeOf({ created, id })}`,
  }),
});

const categoryItemsPk = (account: string, category: string, shard: number): string =>
  `A#${account}#CATEGORYITEMS#${shard}#${category}`;

/** The partitions that list the items of a category. */
export const categoryItemPartitions = (account: string, category: string): string[] =>
  shardsOf((shard) => categoryItemsPk(account, category, shard));

/** An item in the list of a category. */
export const categoryItems = entity({
  type: 'catalog_category_item',
  schema: Edge,
  key: ({ account, of, id, created }: Edge) => ({
    pk: categoryItemsPk(account, of, shardOf(id)),
    sk: placeOf({ created, id }),
  }),
});
