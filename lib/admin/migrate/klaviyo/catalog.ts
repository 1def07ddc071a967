import type { Item } from '../../../../functions/platform/table/entity.ts';
import type { ApiClient } from '../transfer/api-client.ts';
import type { MovedRecord, SourcePage, Unit } from '../transfer/records.ts';
import { readAll, readPages } from './pages.ts';
import { idIn, type Resource } from './resources.ts';

/** In this order: items are in categories, variants are of items. */
const types = ['catalog-category', 'catalog-item', 'catalog-variant'] as const;
type CatalogType = (typeof types)[number];

const paths: Readonly<Record<CatalogType, string>> = {
  'catalog-category': '/api/catalog-categories',
  'catalog-item': '/api/catalog-items',
  'catalog-variant': '/api/catalog-variants',
};

const isCatalogType = (id: string): id is CatalogType => types.some((type) => type === id);

export const catalogPath = (type: string): string | undefined => (isCatalogType(type) ? paths[type] : undefined);

/** Attributes that the destination sets itself. */
const ownTimes = new Set(['created', 'updated']);

/** Klaviyo has the objects of a shop's integration as `$shopify:::$default:::1`. Those of calls are custom. */
const customId = (id: string): string => `$custom:::$default:::${id.split(':::').slice(2).join(':::')}`;

/** A record of a catalog: the resource as a body creates it. */
export const catalogRecord = (type: string, { id, attributes }: Pick<Resource, 'id' | 'attributes'>): Item => ({
  type,
  id: customId(id),
  attributes: Object.fromEntries(Object.entries(attributes).filter(([name]) => !ownTimes.has(name))),
});

/** The catalog of an account: categories, items and variants. */
export const catalogSource = (api: ApiClient, now: () => Date) => {
  let categories: Promise<ReadonlyMap<string, readonly string[]>> | undefined;
  const page = { api, now };

  const recordOf = (type: CatalogType, resource: Resource, categoryIds: readonly string[]): MovedRecord => {
    const relationships =
      type === 'catalog-item'
        ? { categories: { data: categoryIds.map((id) => ({ type: 'catalog-category', id: customId(id) })) } }
        : type === 'catalog-variant'
          ? { item: { data: { type: 'catalog-item', id: customId(idIn(resource.relationships?.item) ?? '') } } }
          : undefined;
    return { kind: 'catalog', record: { ...catalogRecord(type, resource), ...(relationships && { relationships }) } };
  };

  return {
    units: types.map(
      (type): Unit => ({
        id: type,
        name: paths[type].slice('/api/'.length).replace('-', ' '),
        target: { kind: 'catalog', path: paths[type] },
      }),
    ),

    has: isCatalogType,

    async *read(type: CatalogType, from: string | undefined): AsyncGenerator<SourcePage> {
      if (type === 'catalog-item') categories ??= categoriesByItem(api);
      const byItem = (await categories) ?? new Map<string, readonly string[]>();
      const first = `${paths[type]}?page[size]=100&sort=created`;
      yield* readPages({ ...page, from, first, time: 'created' }, ({ data }) =>
        data.map((resource) => recordOf(type, resource, byItem.get(resource.id) ?? [])),
      );
    },
  };
};

/** Lists of items do not name their categories, and a request for each item would be many more. */
const categoriesByItem = async (api: ApiClient): Promise<ReadonlyMap<string, readonly string[]>> => {
  const all = new Map<string, string[]>();
  for (const { id } of await readAll(api, '/api/catalog-categories?page[size]=100')) {
    const path = `/api/catalog-categories/${encodeURIComponent(id)}/relationships/items?page[size]=100`;
    for (const item of await readAll(api, path)) all.set(item.id, [...(all.get(item.id) ?? []), id]);
  }
  return all;
};
