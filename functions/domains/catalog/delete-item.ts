import { ApiError } from '../../platform/errors.ts';
import { defineJob } from '../../platform/jobs/define.ts';
import { byDeletion, DELETION_MARGIN_MS, deletionStep } from '../../platform/jobs/deletion.ts';
import { type JobId, stateIn } from '../../platform/jobs/state.ts';
import { inParallel } from '../../platform/parallel.ts';
import { retryOnContention } from '../../platform/retry.ts';
import { listPage } from '../../platform/table/listing/pages.ts';
import { remove, update } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { SETTLED_SECONDS } from './delete.ts';
import { absenceError } from './records/absence.ts';
import { markCatalog } from './records/mark.ts';
import { items } from './records/read.ts';
import type { CatalogItem } from './records/records.ts';
import {
  catalogItems,
  catalogVariants,
  categoryItems,
  type Edge,
  itemPk,
  itemVariants,
  VARIANT_EDGES,
} from './records/store.ts';

type DirectDeps = Pick<Context, 'account' | 'table' | 'newId'>;
type Deps = DirectDeps & Pick<Context, 'queue' | 'now'>;

const PAGE = 500;
const PARALLEL = 24;
const TRIES = 8;
/** The most variants that are deleted while a caller waits. No shop system allows as many. */
const MAX_AT_ONCE = 2_500;
/** The most that one message of another service deletes. */
const MAX_DIRECT = 10_000;

/**
 * Deletes an item with its variants. One with very many is gone for callers at once, and a worker removes its variants
 * later. Calling it again restarts that.
 *
 * @throws ApiError `not_found`
 */
export const deleteItem = async (id: string, context: Deps): Promise<void> => {
  const { account, table } = context;
  const item = await table.get(catalogItems, { account, id });
  if (!item) throw absenceError('catalog item', id);
  if (item.deletedAt !== undefined) {
    await itemDeletionJob.retry(item, context);
    return;
  }
  const edges = await readEdges(item, MAX_AT_ONCE + 1, context);
  if (edges.length > MAX_AT_ONCE) await startDeletion(id, context);
  else await deleteWith(item, edges, context);
};

/**
 * Deletes an item with its variants, for workers whose queue is not that of the catalog: they try again.
 *
 * @throws ApiError `not_found`, or `unavailable` if there are more variants than one call deletes
 */
export const deleteItemDirectly = async (id: string, context: DirectDeps): Promise<void> => {
  const item = await items.get(id, context);
  for (let deleted = 0; deleted < MAX_DIRECT; deleted += PAGE) {
    const edges = await readEdges(item, PAGE, context);
    if (edges.length < PAGE) return deleteWith(item, edges, context);
    await deleteVariants(edges, context);
  }
  throw new ApiError('unavailable', { detail: `The item has more than ${MAX_DIRECT} variants. Try again.` });
};

const readEdges = ({ account, id }: CatalogItem, limit: number, { table }: Pick<Deps, 'table'>): Promise<Edge[]> =>
  table.queryOf(itemVariants, { pk: itemPk({ account, id }), prefix: VARIANT_EDGES, limit });

/**
 * The item goes after what was found: a repeat after a kill finds it, and continues. A variant that is created meanwhile
 * and still saw the item has its edge by the time the item is gone.
 */
const deleteWith = async (item: CatalogItem, edges: readonly Edge[], context: DirectDeps): Promise<void> => {
  await deleteVariants(edges, context);
  await leaveCategories(item, context);
  await context.table.write(remove(catalogItems, item));
  await deleteVariants(await readEdges(item, MAX_AT_ONCE, context), context);
  await markCatalog(item.account, context);
};

const deleteVariants = async (edges: readonly Edge[], { table }: Pick<Deps, 'table'>): Promise<void> => {
  await inParallel(edges, PARALLEL, async (edge) => {
    const isOfItem = { attribute: 'item', is: '=', value: edge.of } as const;
    await table.write(remove(catalogVariants, edge, isOfItem));
    await table.write(remove(itemVariants, edge));
  });
};

const leaveCategories = async (
  { account, id, created, categories = [] }: CatalogItem,
  { table }: Pick<Deps, 'table'>,
): Promise<void> => {
  await inParallel(categories, PARALLEL, (of) => table.write(remove(categoryItems, { account, of, id, created })));
};

/** The revision rises, so that a change which is under way fails. It could not know that the item is gone. */
const startDeletion = async (id: string, context: Deps): Promise<void> => {
  const { account, table, now } = context;
  await retryOnContention(
    async () => {
      const item = await table.get(catalogItems, { account, id });
      if (!item || item.deletedAt !== undefined) return true;
      const set = { deletedAt: now().toISOString(), rev: item.rev + 1 };
      const condition = { attribute: 'rev', is: '=', value: item.rev } as const;
      const write = update(catalogItems, item, { set, value: { ...item, ...set }, condition });
      const { done } = await itemDeletionJob.startBy({ account, id }, () => table.write(write), context);
      return done || undefined;
    },
    { tries: TRIES, what: 'this catalog item' },
  );
};

/** Deletes the variants of a deleted item, page by page. Safe to repeat. Then it removes the item. */
export const itemDeletionJob = defineJob<CatalogItem, JobId>({
  name: 'delete-catalog-item',
  state: stateIn(catalogItems),
  lifecycle: byDeletion,
  marginMs: DELETION_MARGIN_MS,
  step: deletionStep({
    settledSeconds: SETTLED_SECONDS,
    removePage: async ({ account, id }, cursor, context) => {
      const { items: entries, next } = await listPage(context.table, {
        partitions: [itemPk({ account, id })],
        prefix: VARIANT_EDGES,
        descending: false,
        size: PAGE,
        ...(cursor !== undefined && { cursor }),
      });
      await deleteVariants(
        entries.map((entry) => itemVariants.fromItem(entry)),
        context,
      );
      return { count: entries.length, next };
    },
    removeLast: async (job, context) => {
      const item = await context.table.get(catalogItems, job);
      if (!item) return;
      await leaveCategories(item, context);
      await context.table.write(remove(catalogItems, item, { attribute: 'deletedAt', is: 'set' }));
    },
  }),
});
