import { defineJob } from '../../platform/jobs/define.ts';
import { stateIn } from '../../platform/jobs/state.ts';
import type { Services } from '../../platform/resources/services.ts';
import { put, type Write } from '../../platform/table/write.ts';
import { readSettings } from '../accounts/actions.ts';
import type { Context } from '../accounts/context.ts';
import { removeRows } from './erase.ts';
import type { BulkJob, RowError } from './job.ts';
import { readPayload } from './payload.ts';
import { applyRows, type RowOutcome } from './rows.ts';
import { bulkJobs, importedProfiles, rowErrors } from './store.ts';

/** A checkpoint is one transaction of at most 100 writes: an outcome for each row, and the job. */
const ROWS_AT_ONCE = 90;

export const KEPT_DAYS = 30;

/**
 * Applies the rows of a job, some at a time. One transaction stores and counts their outcomes. After a kill, the last
 * rows are applied again, which changes nothing.
 */
export const bulkImport = defineJob({
  name: 'bulk-import',
  state: stateIn(bulkJobs),
  progress: ({ total, completed, failed }) => ({ total, completed, failed }),
  absence: () => `This bulk import job does not exist. Jobs are kept for ${KEPT_DAYS} days.`,

  async step(run, services) {
    const context = { ...services, ...(await readSettings(services.account, services)) };
    const rows = (await readPayload(run.job, context))?.map((profile, i) => ({ row: i + 1, profile }));
    // The rows have been removed: the job cannot be completed.
    if (!rows) return { kind: 'cancelled' };
    const before = run.isResumed ? await errorsBehind(run.job, ROWS_AT_ONCE, context) : [];
    let known = before.filter(({ isNote }) => !isNote);
    for (;;) {
      const { job } = run;
      const next = rows.slice(job.settled, job.settled + ROWS_AT_ONCE);
      const outcomes = await applyRows(next, known, job, context);
      const isLast = job.settled + next.length >= job.total;
      // Before it is complete: what a killed run did is done again, and rows that failed are known then.
      if (isLast) await removeErased(job, outcomes, context);
      const { set, writes } = counted(job, outcomes);
      if (isLast) return { kind: 'complete', set, writes };
      await run.save(set, { writes });
      if (run.isLate()) return { kind: 'next' };
      known = [];
    }
  },
});

const PAGE = 1_000;

/** What was said of people who were erased is not kept. */
const removeErased = async (
  job: BulkJob,
  last: readonly RowOutcome[],
  context: Pick<Services, 'table' | 'imports'> & Partial<Pick<Context, 'accountSettings'>>,
): Promise<void> => {
  if (!context.accountSettings?.hasErased) return;
  const errors = last.flatMap((outcome) => (outcome.kind === 'failed' ? [outcome.error] : []));
  for (let settled = 0; ; ) {
    const some = await errorsBehind({ ...job, settled }, PAGE, context);
    errors.push(...some);
    const end = some.at(-1);
    if (!end || some.length < PAGE) break;
    settled = end.row;
  }
  const gone = new Set(errors.flatMap(({ code, row }) => (code === 'erased' ? [row] : [])));
  await removeRows(job, gone, context.imports());
};

/** What became of the next rows, and that it is known. */
const counted = (
  job: BulkJob,
  outcomes: readonly RowOutcome[],
): { readonly set: Partial<BulkJob>; readonly writes: readonly Write[] } => {
  const { account, id, expiresAt } = job;
  const errors = outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [outcome.error] : []));
  const done = outcomes.flatMap((outcome) => (outcome.kind === 'completed' ? [outcome.profileId] : []));
  const inPart = outcomes.filter((outcome) => outcome.kind === 'completed' && outcome.isInPart).length;
  return {
    set: {
      settled: job.settled + outcomes.length,
      completed: job.completed + done.length,
      failed: job.failed + errors.length,
      ...((job.leftOut !== undefined || inPart > 0) && { leftOut: (job.leftOut ?? 0) + inPart }),
    },
    writes: [
      ...errors.map((error) => put(rowErrors, error)),
      ...[...new Set(done)].map((profileId) => put(importedProfiles, { account, job: id, profileId, expiresAt })),
    ],
  };
};

/** Of the rows behind the checkpoint those that the run before found to fail. */
const errorsBehind = (
  { account, id, settled }: BulkJob,
  limit: number,
  { table }: Pick<Services, 'table'>,
): Promise<RowError[]> => rowErrors.query({ account, job: id }, { after: settled, limit }, { table });
