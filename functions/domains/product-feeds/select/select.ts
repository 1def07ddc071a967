import { inParallel } from '../../../platform/parallel.ts';
import type { Context } from '../../accounts/context.ts';
import type { CatalogItem } from '../../catalog/records/records.ts';
import type { ProductFeed } from '../records/feed.ts';
import { readNewest } from './newest.ts';
import { isShown, readStock } from './stock.ts';

/** How many products a feed keeps. Answers have some of them. */
export const MAX_SELECTED = 200;
/** How many products a selection examines, whatever the size of the catalog. */
const MAX_EXAMINED = 1_000;
const PARALLEL = 16;

/** Selects the products of a feed: the external ids of items, in order. */
export const selectItems = async (
  feed: ProductFeed,
  context: Pick<Context, 'account' | 'table'>,
): Promise<readonly string[]> => {
  const selected: string[] = [];
  for await (const items of readNewest(feed, MAX_EXAMINED, context)) {
    selected.push(...(await shownOf(items, feed, context)).map(({ id }) => id));
    if (selected.length >= MAX_SELECTED) break;
  }
  return selected.slice(0, MAX_SELECTED);
};

const shownOf = async (
  items: readonly CatalogItem[],
  feed: Pick<ProductFeed, 'inStock'>,
  context: Pick<Context, 'account' | 'table'>,
): Promise<CatalogItem[]> => {
  const published = items.filter((item) => item.published);
  const areShown = await inParallel(published, PARALLEL, async ({ id }) => isShown(await readStock(id, context), feed));
  return published.filter((_, i) => areShown[i]);
};
