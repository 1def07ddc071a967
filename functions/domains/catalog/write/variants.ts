import { inParallel } from '../../../platform/parallel.ts';
import { remove } from '../../../platform/table/write.ts';
import { absenceOf } from '../records/absence.ts';
import { items } from '../records/read.ts';
import type { CatalogVariant } from '../records/records.ts';
import { catalogVariants, itemVariants, variantVersions } from '../records/store.ts';
import { missingFields, productValues, variantContent } from './content.ts';
import type { DraftProblem, StoreMode, StoreResult, VariantDraft } from './draft.ts';
import type { Kind, Planned, StoreDeps } from './kind.ts';
import { storeDrafts } from './store-drafts.ts';
import { versionsIn } from './versions.ts';

const PARALLEL = 16;

const edgeOf = ({ account, id, created, item }: CatalogVariant) => ({ account, of: item, id, created });

const variantKind: Kind<CatalogVariant, VariantDraft> = {
  noun: 'catalog variant',
  entity: catalogVariants,
  content: variantContent,
  create: (draft, base) => {
    const { title, description, url, sku, quantity, price, policy, item } = draft;
    if (
      title == null ||
      description == null ||
      url == null ||
      sku == null ||
      quantity == null ||
      price == null ||
      item == null
    )
      return missingFields(draft, ['title', 'description', 'sku', 'quantity', 'price', 'url', 'item']);
    return { ...base, ...productValues(draft, { title, description, url }), sku, quantity, policy: policy ?? 0, item };
  },
  change: (before, draft) => ({
    ...before,
    ...productValues(draft, before),
    sku: draft.sku ?? before.sku,
    quantity: draft.quantity ?? before.quantity,
    policy: draft.policy ?? before.policy,
  }),
  findMissing: findMissingItems,
  edges: { entity: itemVariants, of: (variant) => [edgeOf(variant)] },
  versions: versionsIn(variantVersions, ({ item: _, ...variant }, expiresAt) => ({ ...variant, expiresAt })),
  checkCreated: removeOrphans,
};

const noItem = (id: string): DraftProblem => ({ field: 'item', ...absenceOf('catalog item', id) });

async function findMissingItems(
  planned: readonly Planned<CatalogVariant, VariantDraft>[],
  deps: StoreDeps,
): Promise<ReadonlyMap<VariantDraft, readonly DraftProblem[]>> {
  const created = planned.flatMap(({ draft, before }) =>
    before || draft.item == null ? [] : [{ draft, item: draft.item }],
  );
  const existing = await items.findMany(
    created.map(({ item }) => item),
    deps,
  );
  return new Map(created.flatMap(({ draft, item }) => (existing.has(item) ? [] : [[draft, [noItem(item)]]])));
}

/** An item can be deleted while its variants are created. The deletion does not see the last of them. */
async function removeOrphans(
  created: readonly CatalogVariant[],
  deps: StoreDeps,
): Promise<ReadonlyMap<CatalogVariant, readonly DraftProblem[]>> {
  const existing = await items.findMany(
    created.map(({ item }) => item),
    deps,
  );
  const orphans = created.filter(({ item }) => !existing.has(item));
  await inParallel(orphans, PARALLEL, async (variant) => {
    await deps.table.write(remove(catalogVariants, variant));
    await deps.table.write(remove(itemVariants, edgeOf(variant)));
  });
  return new Map(orphans.map((variant) => [variant, [noItem(variant.item)]]));
}

/** Stores variants, each independently. What is stored already costs no write. */
export const storeVariants = (
  drafts: readonly VariantDraft[],
  options: { readonly mode: StoreMode },
  deps: StoreDeps,
): Promise<StoreResult<CatalogVariant>[]> => storeDrafts(variantKind, drafts, options, deps);
