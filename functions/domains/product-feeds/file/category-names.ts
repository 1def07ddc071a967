import type { Context } from '../../accounts/context.ts';
import { categories } from '../../catalog/records/read.ts';
import type { CatalogItem } from '../../catalog/records/records.ts';

/** How many categories are in memory at most, beside those of the items at hand. */
const MAX_KEPT = 10_000;

type FindNames = (items: readonly CatalogItem[]) => Promise<(item: CatalogItem) => readonly string[]>;

/** Finds the names of the categories of items, each once for many items. */
export const categoryNames = (context: Pick<Context, 'account' | 'table'>): FindNames => {
  let names: Map<string, string | undefined> = new Map();
  return async (items) => {
    if (names.size > MAX_KEPT) names = new Map();
    const ids = items.flatMap(({ categories: own = [] }) => own).filter((id) => !names.has(id));
    if (ids.length > 0) {
      const found = await categories.findMany(ids, context);
      for (const id of ids) names.set(id, found.get(id)?.name);
    }
    const known = names;
    return ({ categories: own = [] }) => own.flatMap((id) => known.get(id) ?? []);
  };
};
