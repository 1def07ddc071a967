import { inParallel } from '../../../platform/parallel.ts';
import type { Context } from '../../accounts/context.ts';
import { listVariantsOfItem } from '../../catalog/listing.ts';
import type { CatalogItem, CatalogVariant } from '../../catalog/records/records.ts';
import type { categoryNames } from './category-names.ts';
import { type FileProduct, itemProduct, variantProduct } from './product.ts';

type Deps = Pick<Context, 'account' | 'table'>;

const PAGE = 100;
const PARALLEL = 16;

interface Options {
  readonly currency: string | undefined;
  readonly findNames: ReturnType<typeof categoryNames>;
  /** Whether an item is in the file, by its first variants. */
  readonly shows: (variants: readonly CatalogVariant[]) => boolean;
}

/** Some items, and their entries. */
interface ItemProducts {
  readonly item: CatalogItem;
  readonly products: AsyncIterable<FileProduct>;
}

/** The entries of some items of the catalog, item by item: their published variants, or the items that have none. */
export async function* productsOf(
  items: readonly CatalogItem[],
  { currency, findNames, shows }: Options,
  context: Deps,
): AsyncGenerator<ItemProducts> {
  const namesOf = await findNames(items);
  for (let at = 0; at < items.length; at += PARALLEL) {
    const some = items.slice(at, at + PARALLEL);
    const firstPages = await inParallel(some, PARALLEL, (item) => readVariants(item, undefined, context));
    for (const [i, item] of some.entries()) {
      const first = firstPages[i];
      if (!first || !shows(first.items)) yield { item, products: none() };
      else yield { item, products: entriesOf(item, first, { categories: namesOf(item), currency }, context) };
    }
  }
}

async function* none(): AsyncGenerator<FileProduct> {}

async function* entriesOf(
  item: CatalogItem,
  first: VariantPage,
  sources: Parameters<typeof itemProduct>[1],
  context: Deps,
): AsyncGenerator<FileProduct> {
  if (first.items.length === 0 && first.next === undefined) yield itemProduct(item, sources);
  for (let page: VariantPage | undefined = first; page; ) {
    for (const variant of page.items) if (variant.published) yield variantProduct(variant, item, sources);
    page = page.next === undefined ? undefined : await readVariants(item, page.next, context);
  }
}

interface VariantPage {
  readonly items: readonly CatalogVariant[];
  readonly next?: string;
}

const readVariants = async ({ id }: CatalogItem, cursor: string | undefined, context: Deps): Promise<VariantPage> => {
  const request = { size: PAGE, descending: false, ...(cursor !== undefined && { cursor }) };
  const { items, next } = await listVariantsOfItem(id, request, context);
  return { items: items.map(({ value }) => value), ...(next !== undefined && { next }) };
};
