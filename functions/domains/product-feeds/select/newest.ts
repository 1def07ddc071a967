import { inParallel } from '../../../platform/parallel.ts';
import type { Context } from '../../accounts/context.ts';
import { listItems, listItemsOfCategory } from '../../catalog/listing.ts';
import type { CatalogItem } from '../../catalog/records/records.ts';
import { placeOf } from '../../catalog/records/store.ts';
import type { ProductFeed } from '../records/feed.ts';

type Deps = Pick<Context, 'account' | 'table'>;

const PAGE = 100;
const PARALLEL = 8;

/** The newest items of the catalog, or of some categories, page by page. */
export async function* readNewest(
  { categories }: Pick<ProductFeed, 'categories'>,
  max: number,
  context: Deps,
): AsyncGenerator<readonly CatalogItem[]> {
  if (categories === undefined) {
    yield* pagesOf((cursor) => listItems({ size: PAGE, descending: true, ...cursor }, context), max);
    return;
  }
  const lists = await inParallel(categories, PARALLEL, (category) => readCategory(category, max, context));
  const items = new Map(lists.flat().map((item) => [item.id, item]));
  yield [...items.values()].sort((a, b) => (placeOf(a) > placeOf(b) ? -1 : 1)).slice(0, max);
}

const readCategory = async (category: string, max: number, context: Deps): Promise<CatalogItem[]> => {
  const items: CatalogItem[] = [];
  const read = (cursor: object) => listItemsOfCategory(category, { size: PAGE, descending: true, ...cursor }, context);
  for await (const some of pagesOf(read, max)) items.push(...some);
  return items;
};

async function* pagesOf(
  read: (cursor: { readonly cursor?: string }) => ReturnType<typeof listItems>,
  max: number,
): AsyncGenerator<readonly CatalogItem[]> {
  let cursor: string | undefined;
  for (let examined = 0; examined < max; examined += PAGE) {
    const { items, next } = await read(cursor === undefined ? {} : { cursor });
    yield items.map(({ value }) => value);
    if (next === undefined) return;
    cursor = next;
  }
}
