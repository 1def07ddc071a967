import { inParallel } from '../../../platform/parallel.ts';
import type { Context } from '../../accounts/context.ts';
import { listVariantsOfItem } from '../../catalog/listing.ts';
import { categories } from '../../catalog/records/read.ts';
import type { CatalogItem, CatalogVariant } from '../../catalog/records/records.ts';
import { type FileProduct, itemProduct, variantProduct } from './product.ts';

type Deps = Pick<Context, 'account' | 'table'>;

const PAGE = 100;
const PARALLEL = 16;

/** The entries of some items of the catalog: their published variants, or the items that have none. */
export async function* productsOf(
  items: readonly CatalogItem[],
  currency: string | undefined,
  context: Deps,
): AsyncGenerator<FileProduct> {
  const found = await categories.findMany(
    items.flatMap(({ categories: own = [] }) => own),
    context,
  );
  for (let at = 0; at < items.length; at += PARALLEL) {
    const some = items.slice(at, at + PARALLEL);
    const firstPages = await inParallel(some, PARALLEL, (item) => readVariants(item, undefined, context));
    for (const [i, item] of some.entries()) {
      const names = (item.categories ?? []).flatMap((id) => found.get(id)?.name ?? []);
      const sources = { categories: names, currency };
      let page = firstPages[i];
      if (page?.items.length === 0 && page.next === undefined) yield itemProduct(item, sources);
      while (page) {
        for (const variant of page.items) if (variant.published) yield variantProduct(variant, item, sources);
        page = page.next === undefined ? undefined : await readVariants(item, page.next, context);
      }
    }
  }
}

const readVariants = async (
  { id }: CatalogItem,
  cursor: string | undefined,
  context: Deps,
): Promise<{ readonly items: readonly CatalogVariant[]; readonly next?: string }> => {
  const request = { size: PAGE, descending: false, ...(cursor !== undefined && { cursor }) };
  const { items, next } = await listVariantsOfItem(id, request, context);
  return { items: items.map(({ value }) => value), ...(next !== undefined && { next }) };
};
