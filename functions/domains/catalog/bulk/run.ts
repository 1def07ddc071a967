import { defineJob } from '../../../platform/jobs/define.ts';
import { stateIn } from '../../../platform/jobs/state.ts';
import { KEPT_DAYS, readDrafts } from './drafts.ts';
import { type CatalogJob, catalogJobs, type RowProblem } from './job.ts';
import { applyRows, findRefused } from './rows.ts';

export const absence = (): string => `This job does not exist. Jobs are kept for ${KEPT_DAYS} days.`;

/** How many objects are between checkpoints: a category has many items, an item many variants. */
const rowsAtOnce = ({ action, object }: CatalogJob): number =>
  action === 'delete' || object === 'category' ? 10 : 100;

/**
 * Applies the drafts of a job, some at a time, and counts their outcomes with the checkpoint. After a kill, the last ones
 * are applied again, with the outcome of the first time.
 */
export const catalogBulk = defineJob({
  name: 'catalog-bulk',
  state: stateIn(catalogJobs),
  progress: ({ total, completed, failed }) => ({ total, completed, failed }),
  absence,

  async step(run, context) {
    const sent = await readDrafts(run.job, context);
    if (!sent) return { kind: 'cancelled' };
    const isChecked = run.job.refused !== undefined;
    if (!isChecked && run.job.action !== 'update')
      await run.save({ refused: await findRefused(sent, run.job, context) });
    for (let isRepeat = isChecked && run.isResumed; ; isRepeat = false) {
      const { job } = run;
      const count = Math.min(rowsAtOnce(job), job.total - job.settled);
      const rows = Array.from({ length: count }, (_, i) => job.settled + i + 1);
      const set = counted(job, count, await applyRows({ job, sent, rows, isRepeat }, context));
      if (set.settled >= job.total) return { kind: 'complete', set };
      await run.save(set);
      if (run.isLate()) return { kind: 'next' };
    }
  },
});

/** What became of the next objects, and that it is known. */
const counted = ({ settled, completed, failed, problems = [] }: CatalogJob, count: number, found: RowProblem[]) => {
  const failures = new Set(found.map(({ row }) => row)).size;
  const all = [...problems, ...found];
  return {
    settled: settled + count,
    completed: completed + count - failures,
    failed: failed + failures,
    ...(all.length > 0 && { problems: all }),
  };
};
