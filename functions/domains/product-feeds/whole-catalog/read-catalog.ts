import { cursorAt } from '../../../platform/table/listing/pages.ts';
import type { Context } from '../../accounts/context.ts';
import { listItems, listItemsOfCategories } from '../../catalog/listing.ts';
import type { CatalogItem, CatalogVariant } from '../../catalog/records/records.ts';
import { placeOf } from '../../catalog/records/store.ts';
import { categoryNames } from '../file/category-names.ts';
import type { FileProduct } from '../file/product.ts';
import { productsOf } from '../file/products.ts';
import type { Build } from '../records/build.ts';
import type { ProductFeed } from '../records/feed.ts';
import type { FileSetting } from '../records/file-setting.ts';
import { isShown } from '../select/stock.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** The place behind all items. No cursor is empty. */
export const END = '';

const PAGE = 200;

interface Asked {
  readonly feed: ProductFeed;
  readonly setting: FileSetting;
  readonly build: Pick<Build, 'place' | 'begun'>;
  /** Grow with the items that are read. */
  readonly counts: { items: number; hidden: number };
}

/** An item's products, and the cursor behind it. */
interface ItemPage {
  readonly records: readonly FileProduct[];
  readonly place: string;
}

/** The published items of the catalog, or of the feed's categories, oldest first, from a place on. */
export async function* readCatalog({ feed, setting, build, counts }: Asked, context: Deps): AsyncGenerator<ItemPage> {
  const shows = (variants: readonly CatalogVariant[]): boolean => {
    const isIn = isShown(variants, feed);
    if (!isIn && variants.some(({ published }) => published)) counts.hidden += 1;
    return isIn;
  };
  const options = { currency: setting.currency, findNames: categoryNames(context), shows };
  for await (const { items, place } of readPages(feed, build, context)) {
    const published = items.filter((item) => item.published);
    for await (const { item, products } of productsOf(published, options, context)) {
      const records: FileProduct[] = [];
      for await (const product of products) records.push(product);
      counts.items += 1;
      yield { records, place: cursorAt(placeOf(item), 'after') };
    }
    yield { records: [], place };
  }
}

/** Pages of items, each with the cursor behind it. What is created meanwhile is for the next build. */
async function* readPages(
  { categories }: ProductFeed,
  { begun, ...build }: Pick<Build, 'place' | 'begun'>,
  context: Deps,
): AsyncGenerator<{ readonly items: readonly CatalogItem[]; readonly place: string }> {
  for (let place = build.place; place !== END; ) {
    const request = { size: PAGE, descending: false, ...(place !== undefined && { cursor: place }) };
    const { items: found, next } = await (categories === undefined
      ? listItems(request, context)
      : listItemsOfCategories(categories, request, context));
    const items = found.map(({ value }) => value);
    const older = items.filter(({ created }) => created <= begun);
    place = older.length < items.length ? END : (next ?? END);
    yield { items: older, place };
  }
}
