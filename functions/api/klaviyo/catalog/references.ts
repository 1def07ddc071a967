import type { Context } from '../../../domains/accounts/context.ts';
import { categories, items, variants } from '../../../domains/catalog/records/read.ts';
import { findRequested } from '../views/catalog-ids.ts';

type Deps = Pick<Context, 'account' | 'table'>;

export const ITEM = { one: 'catalog item', many: 'catalog items' } as const;
export const VARIANT = { one: 'catalog variant', many: 'catalog variants' } as const;
export const CATEGORY = { one: 'catalog category', many: 'catalog categories' } as const;

/** For bodies that name objects of the catalog: the external ids of those that exist, by the requested ids. */
export const findItems = (ids: readonly string[], context: Deps) =>
  findRequested(ids, (external) => items.findMany(external, context));

export const findVariants = (ids: readonly string[], context: Deps) =>
  findRequested(ids, (external) => variants.findMany(external, context));

export const findCategories = (ids: readonly string[], context: Deps) =>
  findRequested(ids, (external) => categories.findMany(external, context));
