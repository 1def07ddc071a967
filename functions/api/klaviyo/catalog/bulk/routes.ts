import type { BulkCategory, BulkItem, BulkVariant } from '../../../../domains/catalog/bulk/drafts.ts';
import { categoryView, itemView, variantView } from '../../views/catalog.ts';
import { defineBulkJob, type Objects } from './define.ts';
import { categoryRows, itemRows, variantRows } from './rows.ts';

const items: Objects<BulkItem> = {
  object: 'item',
  schema: itemView.schema,
  rows: itemRows,
  toSend: (drafts) => ({ object: 'item', drafts }),
};

const variants: Objects<BulkVariant> = {
  object: 'variant',
  schema: variantView.schema,
  rows: variantRows,
  toSend: (drafts) => ({ object: 'variant', drafts }),
};

const categories: Objects<BulkCategory> = {
  object: 'category',
  schema: categoryView.schema,
  rows: categoryRows,
  toSend: (drafts) => ({ object: 'category', drafts }),
};

/** The endpoints of a kind of job, by the names of Klaviyo's operations: those that read leave out `Catalog` twice. */
const endpointsOf = <Draft extends { readonly id: string }>(
  objects: Objects<Draft>,
  { posted, read }: { readonly posted: string; readonly read: string },
) =>
  Object.fromEntries(
    (['create', 'update', 'delete'] as const).flatMap((action) => {
      const { post, list, get, patch } = defineBulkJob(action, objects);
      const verb = `ulk${action.charAt(0).toUpperCase()}${action.slice(1)}`;
      return [
        [`b${verb}${posted}`, post],
        [`getB${verb}${read}Jobs`, list],
        [`getB${verb}${read}Job`, get],
        [`updateB${verb}${read}Job`, patch],
      ];
    }),
  );

export const routes = {
  ...endpointsOf(items, { posted: 'CatalogItems', read: 'CatalogItems' }),
  ...endpointsOf(variants, { posted: 'CatalogVariants', read: 'Variants' }),
  ...endpointsOf(categories, { posted: 'CatalogCategories', read: 'Categories' }),
};
