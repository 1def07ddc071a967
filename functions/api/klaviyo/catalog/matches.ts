import type { CatalogCategory, CatalogItem, CatalogVariant } from '../../../domains/catalog/records/records.ts';
import type { Filter } from '../../../platform/http/query/filter.ts';
import { externalIdOf } from '../views/catalog-ids.ts';

/** Filters by text ignore case. */
const contains = (text: string, { values: [part] }: Filter): boolean =>
  text.toLowerCase().includes(String(part).toLowerCase());

const named = ({ values: [id] }: Filter): string | undefined => externalIdOf(String(id));

export const itemMatches = ({ title, published, categories = [] }: CatalogItem, filter: Filter): boolean => {
  switch (filter.field) {
    case 'title':
      return contains(title, filter);
    case 'published':
      return published === filter.values[0];
    default:
      return categories.some((id) => id === named(filter));
  }
};

export const variantMatches = ({ title, published, sku, item }: CatalogVariant, filter: Filter): boolean => {
  switch (filter.field) {
    case 'title':
      return contains(title, filter);
    case 'published':
      return published === filter.values[0];
    case 'sku':
      return sku === filter.values[0];
    default:
      return item === named(filter);
  }
};

/** `ofItem` has the categories of the item that a filter names. */
export const categoryMatches =
  (ofItem: readonly string[]) =>
  ({ id, name }: CatalogCategory, filter: Filter): boolean =>
    filter.field === 'name' ? contains(name, filter) : ofItem.includes(id);
