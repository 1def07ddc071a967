import type { JobContext } from '../../../platform/jobs/run.ts';
import { storeCategories } from '../../catalog/write/categories.ts';
import type { ItemDraft, StoreResult, VariantDraft } from '../../catalog/write/draft.ts';
import { storeItems } from '../../catalog/write/items.ts';
import { storeVariants } from '../../catalog/write/variants.ts';
import { type ItemUnit, type Unit, unitKey, type VariantUnit } from './units.ts';

/** What the catalog refuses of a unit. */
export interface Refusal {
  /** Of the unit. */
  readonly key: string;
  readonly field?: string;
  readonly message: string;
}

/** Absent in the feed is removed in the catalog, for what a feed can have. */
const productDraft = ({ id, title, description, url, price, currency, image, images, published }: Unit) => ({
  ...{ id, title, description, url, published },
  price: price ?? null,
  currency: currency ?? null,
  image: image ?? null,
  images: images.length > 0 ? images : null,
});

const itemDraft = (unit: ItemUnit): ItemDraft => ({ ...productDraft(unit), categories: unit.categories });

const variantDraft = (unit: VariantUnit): VariantDraft => ({
  ...productDraft(unit),
  item: unit.item,
  sku: unit.sku,
  quantity: unit.quantity ?? 0,
  policy: unit.policy ?? 0,
});

const refusalsOf = <Draft extends Unit>(units: readonly Draft[], results: readonly StoreResult<unknown>[]): Refusal[] =>
  results.flatMap((result, index) => {
    const unit = units[index];
    if (result.outcome !== 'refused' || !unit) return [];
    return result.problems.map(({ field, detail }) => ({ key: unitKey(unit), field, message: detail }));
  });

/**
 * Stores units, items before their variants. Categories are known by their names. Can be repeated: a unit that is stored
 * already costs no write.
 */
export const storeUnits = async (units: readonly Unit[], context: JobContext): Promise<readonly Refusal[]> => {
  const items = units.filter((unit) => unit.kind === 'item');
  const variants = units.filter((unit) => unit.kind === 'variant');
  const names = [...new Set(items.flatMap(({ categories }) => categories))];
  const options = { mode: 'upsert' } as const;
  await storeCategories(
    names.map((name) => ({ id: name, name })),
    options,
    context,
  );
  const storedItems = await storeItems(items.map(itemDraft), options, context);
  const storedVariants = await storeVariants(variants.map(variantDraft), options, context);
  return [...refusalsOf(items, storedItems), ...refusalsOf(variants, storedVariants)];
};

/** Hides what is gone. Can be repeated. */
export const unpublish = async (
  gone: readonly { readonly kind: Unit['kind']; readonly id: string }[],
  context: JobContext,
): Promise<void> => {
  const drafts = (kind: Unit['kind']) =>
    gone.filter((one) => one.kind === kind).map(({ id }) => ({ id, published: false }));
  // What is deleted in the catalog is refused, and needs nothing.
  await storeItems(drafts('item'), { mode: 'update' }, context);
  await storeVariants(drafts('variant'), { mode: 'update' }, context);
};
