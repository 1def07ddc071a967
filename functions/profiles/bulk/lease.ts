import type { Context } from '../../context.ts';
import { update } from '../../table/write.ts';
import type { Deadline } from '../../triggers/trigger.ts';
import type { BulkJob } from './job.ts';
import { bulkJobs } from './store.ts';

export type Reach = Pick<Context, 'account' | 'table' | 'now' | 'newId'>;

export type Leased =
  /** `isResumed`: the run before died at its work, so that some of the next rows may have been applied. */
  | { readonly kind: 'leased'; readonly job: BulkJob; readonly isResumed: boolean }
  /** Another run has it, for so long at most. */
  | { readonly kind: 'busy'; readonly seconds: number }
  | { readonly kind: 'finished' };

/** For the difference of clocks. */
const MARGIN_MS = 5_000;

/**
 * Makes this run the only one of its job. No run outlives its function, so the lease lasts as long as the function may,
 * and needs no renewal.
 */
export const lease = async (id: string, { account, table, now, newId }: Reach, deadline: Deadline): Promise<Leased> => {
  const job = await table.get(bulkJobs, { account, id });
  if (!job || job.status === 'complete' || job.status === 'cancelled') return { kind: 'finished' };
  const at = now();
  const until = Date.parse(job.leaseUntil ?? '') - at.getTime();
  if (until > 0) return { kind: 'busy', seconds: Math.ceil(until / 1_000) };

  const taken = {
    status: 'processing',
    startedAt: job.startedAt ?? at.toISOString(),
    lease: newId(),
    leaseUntil: new Date(at.getTime() + deadline.remainingMs() + MARGIN_MS).toISOString(),
  } as const;
  const leased = { ...job, ...taken };
  const written = await table.write(
    update(bulkJobs, job, {
      value: leased,
      set: taken,
      condition: job.lease
        ? { attribute: 'lease', is: '=', value: job.lease }
        : {
            all: [
              { attribute: 'lease', is: 'missing' },
              { attribute: 'settled', is: '=', value: job.settled },
            ],
          },
    }),
  );
  // The answer to a lease can be lost, and the SDK asks again: then what is there is our own.
  const isOurs = written.done || written.existing?.lease === taken.lease;
  return isOurs
    ? { kind: 'leased', job: leased, isResumed: job.lease !== undefined }
    : { kind: 'busy', seconds: Math.ceil(MARGIN_MS / 1_000) };
};

/** Lets the next run take it at once. */
export const release = async (job: BulkJob, { table }: Pick<Reach, 'table'>): Promise<void> => {
  await table.write(
    update(bulkJobs, job, {
      remove: ['lease', 'leaseUntil'],
      condition: { attribute: 'lease', is: '=', value: job.lease },
    }),
  );
};
