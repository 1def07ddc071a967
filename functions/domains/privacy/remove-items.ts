import type { Run } from '../../platform/jobs/run.ts';
import { inParallel } from '../../platform/parallel.ts';
import { definition } from '../../platform/table/definition.ts';
import type { Item } from '../../platform/table/entity.ts';
import { removeForErasure } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { countBeforeRemoval, isCounted } from './count-removed.ts';
import type { DeletionJob } from './deletions/job.ts';
import { allDeclarations } from './personal-data.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

const PAGE = 500;
const PARALLEL = 32;

/** Removes all items of a partition and counts them by type. Each item is counted once, even if runs are killed. */
export const removePartition = async (pk: string, run: Run<DeletionJob>, context: Deps): Promise<void> => {
  for (let pages = 0; ; pages += 1) {
    const items = await context.table.query({ pk, limit: PAGE });
    const last = items.at(-1);
    if (!last) return;
    // A run checks its time only after it has removed a page, so that even short runs make progress.
    if (pages > 0) run.checkTime();
    const uncounted = items.filter((item) => !isCounted(run.job, keyOf(item)));
    if (uncounted.length > 0) await countBeforeRemoval(run, { pk, through: keyOf(last).sk }, countsOf(uncounted));
    await inParallel(items, PARALLEL, (item) => removeItem(item, context));
  }
};

/** Removes items of many partitions. `name` identifies them as a group. */
export const removeItems = async (
  name: string,
  items: readonly Item[],
  run: Run<DeletionJob>,
  context: Deps,
): Promise<void> => {
  const sorted = items.map((item) => ({ item, label: keyText(item) })).toSorted((a, b) => (a.label < b.label ? -1 : 1));
  const last = sorted.at(-1);
  if (!last) return;
  const uncounted = sorted.filter(({ label }) => !isCounted(run.job, { pk: name, sk: label }));
  if (uncounted.length > 0)
    await countBeforeRemoval(run, { pk: name, through: last.label }, countsOf(uncounted.map(({ item }) => item)));
  await inParallel(items, PARALLEL, (item) => removeItem(item, context));
};

const keyText = (item: Item): string => `${keyOf(item).pk} ${keyOf(item).sk}`;

const removers = allDeclarations.flatMap(({ erase }) => erase.removeItem ?? []);

const removeItem = async (item: Item, context: Deps): Promise<void> => {
  for (const remove of removers) if (await remove(item, context)) return;
  await context.table.write(removeForErasure(keyOf(item)));
};

const countsOf = (items: readonly Item[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { type } of items) {
    const name = `table/${String(type).replaceAll('_', '-')}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
};

const keyOf = (item: Item) => ({ pk: String(item[definition.pk]), sk: String(item[definition.sk]) });
