import { freed, heldMs, isFree, isOf, isTaken, MARGIN_MS, taken } from '../../platform/jobs/lease.ts';
import { update } from '../../platform/table/write.ts';
import type { Deadline } from '../../platform/workers/trigger.ts';
import type { Context } from '../accounts/context.ts';
import type { BulkJob } from './job.ts';
import { bulkJobs } from './store.ts';

export type Reach = Pick<Context, 'account' | 'table' | 'now' | 'newId'>;

export type Leased =
  /** `isResumed`: the run before died at its work, so that some of the next rows may have been applied. */
  | { readonly kind: 'leased'; readonly job: BulkJob; readonly isResumed: boolean }
  /** Another run has it, for so long at most. */
  | { readonly kind: 'busy'; readonly seconds: number }
  | { readonly kind: 'finished' };

/** Makes this run the only one of its job. */
export const lease = async (id: string, context: Reach, deadline: Deadline): Promise<Leased> => {
  const { account, table, now } = context;
  const job = await table.get(bulkJobs, { account, id });
  if (job?.status !== 'queued' && job?.status !== 'processing') return { kind: 'finished' };
  const held = heldMs(job, now());
  if (held > 0) return { kind: 'busy', seconds: Math.ceil(held / 1_000) };

  const set = {
    status: 'processing',
    startedAt: job.startedAt ?? now().toISOString(),
    ...taken(context, deadline.remainingMs() + MARGIN_MS),
  } as const;
  const leased = { ...job, ...set };
  const written = await table.write(
    update(bulkJobs, job, {
      value: leased,
      set,
      condition: job.lease
        ? isFree(job)
        : { all: [isFree(job), { attribute: 'settled', is: '=', value: job.settled }] },
    }),
  );
  return isTaken(written, set)
    ? { kind: 'leased', job: leased, isResumed: job.lease !== undefined }
    : { kind: 'busy', seconds: Math.ceil(MARGIN_MS / 1_000) };
};

/** Lets the next run take it at once. */
export const release = async (job: BulkJob, { table }: Pick<Reach, 'table'>): Promise<void> => {
  await table.write(
    update(bulkJobs, job, {
      remove: freed,
      condition: isOf(job),
    }),
  );
};
