import * as v from 'valibot';
import type { Services } from '../../platform/resources/services.ts';
import { put, update } from '../../platform/table/write.ts';
import type { Deadline } from '../../platform/workers/trigger.ts';
import { settingsOf } from '../accounts/actions.ts';
import type { Context } from '../accounts/context.ts';
import { removeRows } from './erase.ts';
import type { BulkJob, RowError } from './job.ts';
import { lease, type Reach, release } from './lease.ts';
import { applyRows, type RowOutcome } from './rows.ts';
import { BULK_IMPORT, readPayload } from './start.ts';
import { bulkJobs, ERRORS, errorSk, importedProfiles, jobPk, rowErrors } from './store.ts';

/** A checkpoint is one transaction of at most 100 writes: an outcome for each row, and the job. */
const ROWS_AT_ONCE = 90;
/** A run that has less time left hands over to the next. */
const LEAST_MS = 20_000;
const MAX_DELAY_SECONDS = 900;

const Message = v.object({ account: v.string(), id: v.string() });

/**
 * Works off a job from where it stands. Outcomes of rows are kept and counted in one transaction, so that a run may be
 * killed anywhere: the next one applies the last rows again, by which no profile changes a second time.
 */
export const runBulkImport = async (message: unknown, services: Services, deadline: Deadline): Promise<void> => {
  const { account, id } = v.parse(Message, message);
  const context = { ...services, account, ...(await settingsOf(account, services)) };
  const again = (delaySeconds = 0) => services.queue().send({ kind: BULK_IMPORT, account, id }, delaySeconds);

  const leased = await lease(id, context, deadline);
  if (leased.kind === 'finished') return;
  if (leased.kind === 'busy') {
    // The run that has it may die, and its message may be this very one.
    return again(Math.min(MAX_DELAY_SECONDS, leased.seconds));
  }
  let { job } = leased;
  const rows = (await readPayload(job, context))?.map((profile, i) => ({ row: i + 1, profile }));
  if (!rows) return cancel(job, context);

  const before = leased.isResumed ? await errorsBehind(job, ROWS_AT_ONCE, context) : [];
  let known = before.filter(({ isNote }) => !isNote);
  do {
    const next = rows.slice(job.settled, job.settled + ROWS_AT_ONCE);
    const outcomes = await applyRows(next, known, job, context);
    // Before it is complete: what a killed run did is done again, and rows that failed are known then.
    if (job.settled + next.length >= job.total) await removeErased(job, outcomes, context);
    job = await settle(job, outcomes, context);
    known = [];
    if (job.status === 'complete') return;
  } while (deadline.remainingMs() > LEAST_MS);
  await release(job, context);
  await again();
};

const PAGE = 1_000;

/** What was said of people who were erased is not kept. */
const removeErased = async (
  job: BulkJob,
  last: readonly RowOutcome[],
  context: Reach & Pick<Services, 'imports'> & Partial<Pick<Context, 'accountSettings'>>,
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

/** Keeps what became of the next rows, and that it is known. */
const settle = async (job: BulkJob, outcomes: readonly RowOutcome[], { table, now }: Reach): Promise<BulkJob> => {
  const { account, id, expiresAt } = job;
  const errors = outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [outcome.error] : []));
  const done = outcomes.flatMap((outcome) => (outcome.kind === 'completed' ? [outcome.profileId] : []));
  const inPart = outcomes.filter((outcome) => outcome.kind === 'completed' && outcome.isInPart).length;
  const counted = {
    settled: job.settled + outcomes.length,
    completed: job.completed + done.length,
    failed: job.failed + errors.length,
    ...((job.leftOut !== undefined || inPart > 0) && { leftOut: (job.leftOut ?? 0) + inPart }),
  };
  const isLast = counted.settled >= job.total;
  const { lease: _, leaseUntil: __, ...free } = job;
  const next: BulkJob = isLast
    ? { ...free, ...counted, status: 'complete', completedAt: now().toISOString() }
    : { ...job, ...counted };
  const { done: isKept } = await table.transact([
    update(bulkJobs, job, {
      value: next,
      set: { ...counted, status: next.status, completedAt: next.completedAt },
      remove: isLast ? ['lease', 'leaseUntil'] : [],
      condition: {
        all: [
          { attribute: 'lease', is: '=', value: job.lease },
          { attribute: 'settled', is: '=', value: job.settled },
        ],
      },
    }),
    ...errors.map((error) => put(rowErrors, error)),
    ...[...new Set(done)].map((profileId) => put(importedProfiles, { account, job: id, profileId, expiresAt })),
  ]);
  if (!isKept) throw new Error(`Another run has taken over bulk import job ${id}.`);
  return next;
};

/** Of the rows behind the checkpoint those that the run before found to fail. */
const errorsBehind = ({ account, id, settled }: BulkJob, limit: number, { table }: Reach): Promise<RowError[]> =>
  table.queryOf(rowErrors, { pk: jobPk(account, id), prefix: ERRORS, after: errorSk(settled), limit });

/** What it was to do is gone: nobody can finish it. */
const cancel = async (job: BulkJob, { table, now }: Pick<Context, 'table' | 'now'>): Promise<void> => {
  const { lease: held, leaseUntil: _, ...free } = job;
  const completedAt = now().toISOString();
  await table.write(
    update(bulkJobs, job, {
      value: { ...free, status: 'cancelled', completedAt },
      set: { status: 'cancelled', completedAt },
      remove: ['lease', 'leaseUntil'],
      condition: { attribute: 'lease', is: '=', value: held },
    }),
  );
};
