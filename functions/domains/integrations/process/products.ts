import { ApiError } from '../../../platform/errors.ts';
import { deleteVariant, ignoreMissing } from '../../catalog/delete.ts';
import { deleteItemDirectly } from '../../catalog/delete-item.ts';
import { listVariantsOfItem } from '../../catalog/listing.ts';
import { storeCategories } from '../../catalog/write/categories.ts';
import type { StoreResult } from '../../catalog/write/draft.ts';
import { storeItems } from '../../catalog/write/items.ts';
import { storeVariants } from '../../catalog/write/variants.ts';
import type { HookProduct } from '../source/source.ts';
import { type ProcessContext, UnknownObjectError } from './context.ts';
import { claimNewest } from './references.ts';

const upsert = { mode: 'upsert' } as const;

/** Stores the products of a delivery in the catalog. An older state than the last one changes nothing. */
export const applyProducts = async (products: readonly HookProduct[], context: ProcessContext): Promise<void> => {
  for (const product of products) {
    const at = product.at ?? context.delivery.receivedAt;
    if (await claimNewest(`product ${product.id}`, at, context)) await applyProduct(product, context);
  }
};

const applyProduct = async (
  { id, isDeleted, hasAllVariants, categories = [], item, variants = [] }: HookProduct,
  context: ProcessContext,
): Promise<void> => {
  if (isDeleted) {
    // It is an item or a variant, and its deletion may come again.
    await ignoreMissing(deleteItemDirectly(id, context));
    await ignoreMissing(deleteVariant(id, context));
    return;
  }
  requireStored(await storeCategories(categories, upsert, context));
  requireStored(await storeItems(item ? [item] : [], upsert, context));
  requireStored(await storeVariants(variants, upsert, context));
  if (hasAllVariants) await deleteOtherVariants(id, new Set(variants.map((one) => one.id)), context);
};

/** The most variants that Shopify allows for a product. */
const MAX_VARIANTS = 2_048;

const deleteOtherVariants = async (item: string, kept: ReadonlySet<string>, context: ProcessContext): Promise<void> => {
  const { items } = await listVariantsOfItem(item, { size: MAX_VARIANTS, descending: false }, context);
  for (const { value } of items) if (!kept.has(value.id)) await ignoreMissing(deleteVariant(value.id, context));
};

/** A variant can come before its item: its delivery waits. */
const requireStored = (results: readonly StoreResult<unknown>[]): void => {
  const problems = results.flatMap((result) => (result.outcome === 'refused' ? result.problems : []));
  const [first] = problems;
  if (!first) return;
  const missing = problems.find(({ code, field }) => code === 'not_found' && field === 'item');
  if (missing) throw new UnknownObjectError(missing.detail);
  throw new ApiError(
    first.code,
    problems.map(({ detail }) => ({ detail })),
  );
};
