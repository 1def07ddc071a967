import { definition } from '../../platform/table/definition.ts';
import { type Listing, listPage, type Page, type PageRequest } from '../../platform/table/listing/pages.ts';
import type { Positioned } from '../../platform/table/listing/search-pages.ts';
import type { Context } from '../accounts/context.ts';
import { isSku } from './records/fields.ts';
import { categories, items, variants } from './records/read.ts';
import type { CatalogCategory, CatalogItem, CatalogVariant } from './records/records.ts';
import {
  type CatalogKind,
  categoryItemPartitions,
  idOfPlace,
  itemPk,
  listPartitions,
  placeOf,
  skuPk,
  VARIANT_EDGES,
} from './records/store.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** What to list: all objects, or those in the list of another one. */
type From = Pick<Listing, 'index' | 'partitions' | 'prefix'>;

/** A page in the order of creation. */
export interface CatalogPageRequest extends PageRequest {
  readonly descending: boolean;
}

interface Listed<Value> {
  readonly findMany: (ids: readonly string[], deps: Deps) => Promise<ReadonlyMap<string, Value>>;
  /** Whether an object belongs into the list. Entries can be stale. */
  readonly belongs?: (value: Value) => boolean;
}

const readListing = async <Value extends { readonly id: string; readonly created: string }>(
  from: From,
  { findMany, belongs = () => true }: Listed<Value>,
  request: CatalogPageRequest,
  deps: Deps,
): Promise<Page<Positioned<Value>>> => {
  const { items: entries, ...cursors } = await listPage(deps.table, { ...from, ...request });
  const sk = from.index ? definition.indexes[from.index].sk : definition.sk;
  const places = entries.map((entry) => ({ sk: String(entry[sk]), own: String(entry[sk]).slice(from.prefix?.length) }));
  const found = await findMany(
    places.map(({ own }) => idOfPlace(own)),
    deps,
  );
  const positioned = places.flatMap(({ sk: place, own }) => {
    const value = found.get(idOfPlace(own));
    // An object that was deleted and created again has another place.
    return value && placeOf(value) === own && belongs(value) ? [{ place, value }] : [];
  });
  return { ...cursors, items: positioned };
};

const all = (kind: CatalogKind, { account }: Deps): From => ({
  index: 'gsi1',
  partitions: listPartitions(kind, account),
});

type Read<Value> = Promise<Page<Positioned<Value>>>;

/** All items, oldest first. The index lags by about a second. */
export const listItems = (request: CatalogPageRequest, deps: Deps): Read<CatalogItem> =>
  readListing(all('ITEM', deps), items, request, deps);

export const listVariants = (request: CatalogPageRequest, deps: Deps): Read<CatalogVariant> =>
  readListing(all('VARIANT', deps), variants, request, deps);

export const listCategories = (request: CatalogPageRequest, deps: Deps): Read<CatalogCategory> =>
  readListing(all('CATEGORY', deps), categories, request, deps);

export const listItemsOfCategory = (category: string, request: CatalogPageRequest, deps: Deps): Read<CatalogItem> =>
  readListing(
    { partitions: categoryItemPartitions(deps.account, category) },
    { ...items, belongs: ({ categories: own }) => own?.includes(category) ?? false },
    request,
    deps,
  );

/** The items of several categories, each once, whatever categories it has: they have the same place in all lists. */
export const listItemsOfCategories = async (
  ids: readonly string[],
  request: CatalogPageRequest,
  deps: Deps,
): Read<CatalogItem> => {
  const wanted = new Set(ids);
  const page = await readListing(
    { partitions: [...wanted].flatMap((category) => categoryItemPartitions(deps.account, category)) },
    { ...items, belongs: ({ categories: own = [] }) => own.some((id) => wanted.has(id)) },
    request,
    deps,
  );
  return { ...page, items: [...new Map(page.items.map((one) => [one.value.id, one])).values()] };
};

export const listVariantsOfItem = (item: string, request: CatalogPageRequest, deps: Deps): Read<CatalogVariant> =>
  readListing(
    { partitions: [itemPk({ account: deps.account, id: item })], prefix: VARIANT_EDGES },
    { ...variants, belongs: (variant) => variant.item === item },
    request,
    deps,
  );

export const listVariantsBySku = async (sku: string, request: CatalogPageRequest, deps: Deps): Read<CatalogVariant> => {
  if (!isSku(sku)) return { items: [] };
  const from: From = { index: 'gsi2', partitions: [skuPk(deps.account, sku)] };
  return readListing(from, { ...variants, belongs: (variant) => variant.sku === sku }, request, deps);
};
