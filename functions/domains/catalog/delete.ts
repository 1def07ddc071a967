import { ApiError } from '../../platform/errors.ts';
import { defineJob } from '../../platform/jobs/define.ts';
import { byDeletion, DELETION_MARGIN_MS, deletionStep } from '../../platform/jobs/deletion.ts';
import { type JobId, stateIn } from '../../platform/jobs/state.ts';
import { inParallel } from '../../platform/parallel.ts';
import { listPage } from '../../platform/table/listing/pages.ts';
import { remove, update } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { removeItems } from './category-items.ts';
import { absenceError } from './records/absence.ts';
import { markCatalog } from './records/mark.ts';
import { variants } from './records/read.ts';
import type { CatalogCategory } from './records/records.ts';
import {
  catalogCategories,
  catalogVariants,
  categoryItemPartitions,
  categoryItems,
  itemVariants,
} from './records/store.ts';

type Deps = Pick<Context, 'account' | 'table' | 'newId'>;

const PAGE = 500;
const PARALLEL = 24;

/** Deletes a variant. Its versions expire. @throws ApiError `not_found` */
export const deleteVariant = async (id: string, context: Deps): Promise<void> => {
  const { account, table } = context;
  const { item, created } = await variants.get(id, context);
  // In one transaction: a repeat after a kill does not find the item of a variant that is gone.
  await table.transact([
    remove(catalogVariants, { account, id }),
    remove(itemVariants, { account, of: item, id, created }),
  ]);
  await markCatalog(account, context);
};

/** Waits for a deletion. An object that is gone already is as it should be. */
export const ignoreMissing = async (deletion: Promise<void>): Promise<void> => {
  try {
    await deletion;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'not_found') throw error;
  }
};

/** By then, a writer that saw an object before its deletion has stored what belongs to it. */
export const SETTLED_SECONDS = 30;

/** Takes the items out of a deleted category, page by page. Safe to repeat. Then it removes the category. */
export const categoryDeletionJob = defineJob<CatalogCategory, JobId>({
  name: 'delete-catalog-category',
  state: stateIn(catalogCategories),
  lifecycle: byDeletion,
  marginMs: DELETION_MARGIN_MS,
  step: deletionStep({
    settledSeconds: SETTLED_SECONDS,
    removePage: async ({ account, id }, cursor, context) => {
      const { items: entries, next } = await listPage(context.table, {
        partitions: categoryItemPartitions(account, id),
        descending: false,
        size: PAGE,
        ...(cursor !== undefined && { cursor }),
      });
      const edges = entries.map((entry) => categoryItems.fromItem(entry));
      await removeItems(
        id,
        edges.map((edge) => edge.id),
        context,
      );
      await inParallel(edges, PARALLEL, (edge) => context.table.write(remove(categoryItems, edge)));
      return { count: edges.length, next };
    },
    removeLast: async ({ account, id }, { table }) => {
      await table.write(remove(catalogCategories, { account, id }, { attribute: 'deletedAt', is: 'set' }));
    },
  }),
});

/**
 * Deletes a category. For callers it is gone at once; a worker takes its items out of it later. Calling it again
 * restarts the job.
 *
 * @throws ApiError `not_found`
 */
export const deleteCategory = async (
  id: string,
  { account, table, queue, now }: Pick<Context, 'account' | 'table' | 'queue' | 'now'>,
): Promise<void> => {
  const change = { set: { deletedAt: now().toISOString() }, remove: ['deletionError'] };
  const write = update(catalogCategories, { account, id }, change);
  const { done } = await categoryDeletionJob.startBy({ account, id }, () => table.write(write), { queue });
  if (!done) throw absenceError('catalog category', id);
};
