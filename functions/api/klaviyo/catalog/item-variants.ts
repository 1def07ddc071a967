import type { Context } from '../../../domains/accounts/context.ts';
import { listVariantsOfItem } from '../../../domains/catalog/listing.ts';
import type { CatalogItem, CatalogVariant } from '../../../domains/catalog/records/records.ts';
import { fromView } from '../../../platform/http/resource/relationship.ts';
import { inParallel } from '../../../platform/parallel.ts';
import { toMany } from '../resource.ts';
import { variantView } from '../views/catalog.ts';
import { type Shown, shown } from '../views/catalog-ids.ts';
import { variantReading } from './listing.ts';
import { readVariantPage } from './sources.ts';

type Item = Shown<CatalogItem>;

const PARALLEL = 16;
/** The most variants of one item that a response includes. */
const MAX_INCLUDED = 500;

const readVariants = async (
  values: readonly Item[],
  context: Context,
): Promise<ReadonlyMap<string, readonly Shown<CatalogVariant>[]>> =>
  new Map(
    await inParallel(values, PARALLEL, async ({ id, externalId }) => {
      const request = { size: MAX_INCLUDED, descending: false };
      const { items: found } = await listVariantsOfItem(externalId, request, context);
      return [id, found.map(({ value }) => shown(value))] as const;
    }),
  );

/** The variants of an item. */
export const variants = toMany({
  ...fromView(variantView),
  noun: { one: 'variant', many: 'variants' },
  reading: variantReading,
  read: ({ externalId }: Item, selection, context) => readVariantPage(selection, context, externalId),
  include: readVariants,
  related: { operation: 'getVariantsForCatalogItem' },
  ids: { operation: 'getVariantIdsForCatalogItem' },
});
