import { ApiError } from '../../platform/errors.ts';
import { defineJob } from '../../platform/jobs/define.ts';
import type { Lifecycle } from '../../platform/jobs/lifecycle.ts';
import { stateIn } from '../../platform/jobs/state.ts';
import { inParallel } from '../../platform/parallel.ts';
import { listPage } from '../../platform/table/pages.ts';
import { remove, update } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { items, variants } from './read.ts';
import type { CatalogCategory } from './records/records.ts';
import {
  catalogCategories,
  catalogItems,
  catalogVariants,
  categoryItemPartitions,
  categoryItems,
  itemPk,
  itemVariants,
  VARIANT_EDGES,
} from './records/store.ts';
import { storeItems } from './write/items.ts';

type Deps = Pick<Context, 'account' | 'table'>;

const PAGE = 500;
const PARALLEL = 24;
/** The most variants that one request deletes. */
const MAX_VARIANTS = 10_000;

/** Deletes a variant. Its versions expire. @throws ApiError `not_found` */
export const deleteVariant = async (id: string, context: Deps): Promise<void> => {
  const { account, table } = context;
  const { item, created } = await variants.get(id, context);
  // In one transaction: a repeat after a kill does not find the item of a variant that is gone.
  await table.transact([
    remove(catalogVariants, { account, id }),
    remove(itemVariants, { account, of: item, id, created }),
  ]);
};

/**
 * Deletes an item with its variants. The item goes last: a repeat after a kill finds it, and continues.
 *
 * @throws ApiError `not_found`
 */
export const deleteItem = async (id: string, context: Deps): Promise<void> => {
  const { account, table } = context;
  const { categories = [], created } = await items.get(id, context);
  await deleteVariantsOf(id, context);
  await inParallel(categories, PARALLEL, (of) => table.write(remove(categoryItems, { account, of, id, created })));
  await table.write(remove(catalogItems, { account, id }));
};

const deleteVariantsOf = async (item: string, { account, table }: Deps): Promise<void> => {
  for (let deleted = 0; deleted < MAX_VARIANTS; deleted += PAGE) {
    const edges = await table.queryOf(itemVariants, {
      pk: itemPk({ account, id: item }),
      prefix: VARIANT_EDGES,
      limit: PAGE,
    });
    await inParallel(edges, PARALLEL, async (edge) => {
      const isOfItem = { attribute: 'item', is: '=', value: item } as const;
      await table.write(remove(catalogVariants, edge, isOfItem));
      await table.write(remove(itemVariants, edge));
    });
    if (edges.length < PAGE) return;
  }
  throw new ApiError(
    'unavailable',
    { detail: `The item has more than ${MAX_VARIANTS} variants. Send the request again to delete the next ones.` },
    { 'Retry-After': '1' },
  );
};

/** By then, whoever had seen the category has stored its items. */
const SETTLED_SECONDS = 30;

/** A deleted category is itself the job, as a deleted list is. For callers it is gone even if the job fails. */
const lifecycle: Lifecycle<CatalogCategory> = {
  statusOf: ({ deletedAt, deletionError }) => {
    if (deletedAt === undefined) return 'cancelled';
    return deletionError === undefined ? 'processing' : 'failed';
  },
  errorOf: ({ deletionError }) => deletionError,
  isUnchanged: () => ({ attribute: 'deletedAt', is: 'set' }),
  begin: () => ({}),
  end: () => ({}),
  fail: (_, reason) => ({ set: { deletionError: reason } }),
  reopen: () => ({ remove: ['deletionError'] }),
};

/** Takes the items out of a deleted category, page by page. Safe to repeat. Then it removes the category. */
export const categoryDeletionJob = defineJob({
  name: 'delete-catalog-category',
  state: stateIn(catalogCategories),
  lifecycle,
  // Processing a page takes less.
  marginMs: 30_000,

  async step({ job }, context) {
    const { account, id, deletedAt = '', deletionCursor: cursor, deletionFound = false } = job;
    const page = await listPage(context.table, {
      partitions: categoryItemPartitions(account, id),
      descending: false,
      size: PAGE,
      ...(cursor !== undefined && { cursor }),
    });
    const edges = page.items.map((entry) => categoryItems.fromItem(entry));
    const drafts = edges.map((edge) => ({ id: edge.id, removedCategories: [id] }));
    await storeItems(drafts, { mode: 'update' }, context);
    await inParallel(edges, PARALLEL, (edge) => context.table.write(remove(categoryItems, edge)));
    const hasFound = deletionFound || edges.length > 0;
    if (page.next !== undefined) return { kind: 'next', set: { deletionCursor: page.next, deletionFound: hasFound } };
    const ageMs = context.now().getTime() - Date.parse(deletedAt);
    if (hasFound || ageMs <= SETTLED_SECONDS * 1_000)
      return { kind: 'wait', until: SETTLED_SECONDS + 1, remove: ['deletionCursor', 'deletionFound'] };
    await context.table.write(remove(catalogCategories, { account, id }, { attribute: 'deletedAt', is: 'set' }));
    return { kind: 'gone' };
  },
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
  if (!done) throw new ApiError('not_found', { detail: `There is no catalog category ${id.slice(0, 64)}.` });
};
