import type { Changes, Condition } from '../table/expression.ts';
import type { Lease } from './lease.ts';

export const jobStatuses = ['queued', 'processing', 'complete', 'cancelled', 'failed'] as const;
export type JobStatus = (typeof jobStatuses)[number];

/** The attributes that `defineJob` keeps in a job's item, beside the job's own. */
export interface JobItem extends Lease {
  readonly account: string;
  readonly status?: string | undefined;
  readonly createdAt?: string | undefined;
  readonly startedAt?: string | undefined;
  readonly completedAt?: string | undefined;
  /** Why it failed. */
  readonly error?: string | undefined;
  /** Runs since the last checkpoint, including the run that wrote it. */
  readonly starts?: number | undefined;
  /** The name of the error that ended the last run. */
  readonly lastError?: string | undefined;
  /** When DynamoDB deletes the item, in epoch seconds. */
  readonly expiresAt?: number | undefined;
}

export type Change = Pick<Changes, 'set' | 'remove'>;

/** How a job's item stores its status. */
export interface Lifecycle<Job> {
  readonly statusOf: (job: Job) => JobStatus;
  readonly errorOf: (job: Job) => string | undefined;
  /** Holds while the stored status is the one of this job. */
  readonly isUnchanged: (job: Job) => Condition;
  readonly begin: (job: Job, at: string) => Change;
  readonly end: (status: 'complete' | 'cancelled', at: string) => Change;
  readonly fail: (job: Job, reason: string, at: string) => Change;
  /** Opens a failed job again. */
  readonly reopen: (job: Job) => Change;
}

const isStatus = (status: unknown): status is JobStatus => jobStatuses.some((one) => one === status);

/** Uses the attributes `status`, `startedAt`, `completedAt` and `error`. */
export const byStatus: Lifecycle<JobItem> = {
  statusOf: ({ status }) => {
    if (!isStatus(status)) throw new Error(`The job has the status ${status}: give defineJob a lifecycle.`);
    return status;
  },
  errorOf: ({ error }) => error,
  isUnchanged: ({ status }) => ({ attribute: 'status', is: '=', value: status }),
  begin: ({ startedAt }, at) => ({ set: { status: 'processing', startedAt: startedAt ?? at } }),
  end: (status, at) => ({ set: { status, completedAt: at } }),
  fail: (_, reason, at) => ({ set: { status: 'failed', error: reason, completedAt: at } }),
  reopen: () => ({ set: { status: 'queued' }, remove: ['error', 'completedAt'] }),
};

export const isOpen = (status: JobStatus): boolean => status === 'queued' || status === 'processing';

export const withBoth = (a: Change, b: Change): Change => ({
  set: { ...a.set, ...b.set },
  remove: [...(a.remove ?? []), ...(b.remove ?? [])],
});
