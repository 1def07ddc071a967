import { storeCategories } from '../../catalog/write/categories.ts';
import type { DraftProblem, ItemDraft, StoreResult, VariantDraft } from '../../catalog/write/draft.ts';
import { storeItems } from '../../catalog/write/items.ts';
import { storeVariants } from '../../catalog/write/variants.ts';
import type { ProductRow } from '../rows/product-row.ts';
import type { Deps } from './application.ts';

/** What became of one object of a row. */
export type Stored = StoreResult<{ readonly id: string; readonly rev: number; readonly updated: string }>;

const upsert = { mode: 'upsert' } as const;

/**
 * Stores the products of rows, items before their variants. What is stored already costs no write. Returns the results
 * of each row.
 */
export const storeProducts = async (
  rows: readonly ProductRow[],
  deps: Deps,
): Promise<readonly (readonly Stored[])[]> => {
  const names = [...new Set(rows.flatMap(({ item }) => item?.categories ?? []))];
  await storeCategories(
    names.map((name) => ({ id: name, name })),
    upsert,
    deps,
  );
  const items = await storeWith(
    storeItemDrafts,
    draftsIn(rows, ({ item }) => item),
    deps,
  );
  // A row of a variant that exists may leave out its item.
  const lone = rows.filter((row) => !row.variant && isRefused(items.get(row)));
  const variants = await storeWith(
    storeVariantDrafts,
    draftsIn(rows, (row) => row.variant ?? (lone.includes(row) ? variantOf(row) : undefined)),
    deps,
  );
  return rows.map((row) => {
    const [item, variant] = [items.get(row), variants.get(row)];
    const both = [item, variant].filter((one) => one !== undefined);
    // The reasons that the item has say what the row lacks to create it.
    return isRefused(item) ? (variant && !isRefused(variant) ? [variant] : [item]) : both;
  });
};

const isRefused = (stored: Stored | undefined): stored is Stored & { readonly outcome: 'refused' } =>
  stored?.outcome === 'refused';

type Drafts<Draft> = readonly (readonly [ProductRow, Draft])[];

const draftsIn = <Draft>(rows: readonly ProductRow[], draftOf: (row: ProductRow) => Draft | undefined): Drafts<Draft> =>
  rows.flatMap((row) => {
    const draft = draftOf(row);
    return draft === undefined ? [] : [[row, draft] as const];
  });

type Store<Draft> = (drafts: readonly Draft[], deps: Deps) => Promise<readonly Stored[]>;

const storeWith = async <Draft>(
  store: Store<Draft>,
  drafts: Drafts<Draft>,
  deps: Deps,
): Promise<ReadonlyMap<ProductRow, Stored>> => {
  const stored = await store(
    drafts.map(([, draft]) => draft),
    deps,
  );
  return new Map(drafts.flatMap(([row], i) => (stored[i] ? [[row, stored[i]] as const] : [])));
};

interface Defaults<Draft> {
  readonly store: Store<Draft>;
  /** What a new object may do without. */
  readonly fields: readonly (keyof Draft & string)[];
  readonly complete: (drafts: readonly Draft[], deps: Deps) => Promise<readonly Draft[]>;
}

/** Stores drafts, and those again that only lack what a new object may do without. */
const storeWithDefaults = async <Draft>(
  drafts: readonly Draft[],
  { store, fields, complete }: Defaults<Draft>,
  deps: Deps,
): Promise<readonly Stored[]> => {
  const first = await store(drafts, deps);
  const lacking = drafts.flatMap((draft, i) => (lacksOnly(first[i], fields) ? [{ draft, i }] : []));
  if (lacking.length === 0) return first;
  const completed = await complete(
    lacking.map(({ draft }) => draft),
    deps,
  );
  const second = await store(completed, deps);
  const byIndex = new Map(lacking.map(({ i }, at) => [i, second[at]]));
  return first.map((stored, i) => byIndex.get(i) ?? stored);
};

const lacksOnly = (stored: Stored | undefined, fields: readonly string[]): boolean =>
  isRefused(stored) &&
  stored.problems.every(({ field, code }: DraftProblem) => fields.includes(field) && code !== 'conflict');

const storeItemDrafts: Store<ItemDraft> = (drafts, deps) =>
  storeWithDefaults(
    drafts,
    {
      store: (some) => storeItems(some, upsert, deps),
      fields: ['description'],
      complete: async (some) => some.map((draft) => ({ ...draft, description: '' })),
    },
    deps,
  );

const storeVariantDrafts: Store<VariantDraft> = (drafts, deps) =>
  storeWithDefaults(
    drafts,
    {
      store: (some) => storeVariants(some, upsert, deps),
      fields: ['description', 'sku', 'quantity', 'item'],
      complete: withItems,
    },
    deps,
  );

/** An item that only its variants name is created like the first of them. */
const withItems = async (drafts: readonly VariantDraft[], deps: Deps): Promise<readonly VariantDraft[]> => {
  const completed = drafts.map((draft) => ({ sku: draft.id, quantity: 0, description: '', ...draft }));
  const items = new Map(completed.toReversed().flatMap((draft) => (draft.item == null ? [] : [[draft.item, draft]])));
  await storeItems(
    [...items].map(([id, { sku: _, quantity: __, policy: ___, item: ____, addedMetadata: _____, ...product }]) => ({
      ...product,
      id,
    })),
    { mode: 'create' },
    deps,
  );
  return completed;
};

/** A row without an item as a change of the variant of its id. */
const variantOf = ({ item }: ProductRow): VariantDraft | undefined => {
  if (!item) return undefined;
  const { categories: _, ...product } = item;
  return product;
};
