import type { Context } from '../../accounts/context.ts';
import { listVariantsOfItem } from '../../catalog/listing.ts';
import type { CatalogVariant } from '../../catalog/records/records.ts';

/** The variants of an item that decide whether it is in stock. */
const MAX_VARIANTS = 100;
/** The inventory policy that hides a product while it is out of stock. */
const HIDDEN_WHEN_OUT = 1;

type Stock = Pick<CatalogVariant, 'published' | 'policy' | 'quantity'>;

/** An item without variants has no stock to count: it is shown. */
export const isShown = (variants: readonly Stock[], { inStock }: { readonly inStock: boolean }): boolean => {
  if (variants.length === 0) return true;
  const offered = variants.filter(({ published }) => published);
  return offered.some(({ quantity, policy }) => quantity > 0 || !(inStock || policy === HIDDEN_WHEN_OUT));
};

export const readStock = async (
  item: string,
  context: Pick<Context, 'account' | 'table'>,
): Promise<readonly Stock[]> => {
  const { items } = await listVariantsOfItem(item, { size: MAX_VARIANTS, descending: false }, context);
  return items.map(({ value }) => value);
};
