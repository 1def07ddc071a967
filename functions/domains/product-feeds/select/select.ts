import { inParallel } from '../../../platform/parallel.ts';
import type { Context } from '../../accounts/context.ts';
import type { CatalogItem } from '../../catalog/records/records.ts';
import { DEFAULT_DAYS, type ProductFeed, rankingOf } from '../records/feed.ts';
import { readNewest } from './newest.ts';
import { readRanked } from './ranked.ts';
import { isShown, readStock } from './stock.ts';

/** How many products a feed keeps. Answers have some of them. */
export const MAX_SELECTED = 200;
/** How many products a selection examines, whatever the size of the catalog. */
const MAX_EXAMINED = 1_000;
const PARALLEL = 16;

/** Selects the products of a feed: the external ids of items, in order. */
export const selectItems = async (
  feed: ProductFeed,
  checkTime: () => void,
  context: Pick<Context, 'account' | 'table' | 'now'>,
): Promise<readonly string[]> => {
  // Each answer reads them from the person's events.
  if (feed.kind === 'recently_viewed') return [];
  const selected: string[] = [];
  const by = rankingOf(feed.kind);
  const pages = by
    ? readRanked({ by, days: feed.days ?? DEFAULT_DAYS, max: MAX_EXAMINED, checkTime }, context)
    : readNewest(feed, MAX_EXAMINED, context);
  for await (const items of pages) {
    selected.push(...(await shownOf(items, feed, context)).map(({ id }) => id));
    if (selected.length >= MAX_SELECTED) break;
  }
  return selected.slice(0, MAX_SELECTED);
};

/** Those of some items that a feed shows. */
export const shownOf = async (
  items: readonly CatalogItem[],
  feed: Pick<ProductFeed, 'inStock' | 'categories'>,
  context: Pick<Context, 'account' | 'table'>,
): Promise<CatalogItem[]> => {
  const isOfFeed = ({ categories: own = [] }: CatalogItem): boolean =>
    feed.categories?.some((category) => own.includes(category)) ?? true;
  const published = items.filter((item) => item.published && isOfFeed(item));
  const areShown = await inParallel(published, PARALLEL, async ({ id }) => isShown(await readStock(id, context), feed));
  return published.filter((_, i) => areShown[i]);
};
