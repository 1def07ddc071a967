import type { Changes, Condition } from '../table/expression.ts';
import type { Lease } from './lease.ts';

export const jobStatuses = ['queued', 'processing', 'complete', 'cancelled', 'failed'] as const;
export type JobStatus = (typeof jobStatuses)[number];

/** What `defineJob` keeps in the item of a job, beside what the job itself keeps there. */
export interface JobItem extends Lease {
  readonly account: string;
  readonly status?: string | undefined;
  readonly createdAt?: string | undefined;
  readonly startedAt?: string | undefined;
  readonly completedAt?: string | undefined;
  /** Why it failed. */
  readonly error?: string | undefined;
  /** Runs since the last checkpoint, with the one that made it. */
  readonly starts?: number | undefined;
  /** The name of what the last run threw. */
  readonly lastError?: string | undefined;
  /** When DynamoDB deletes it, in seconds. */
  readonly expiresAt?: number | undefined;
}

export type Change = Pick<Changes, 'set' | 'remove'>;

/** How a job's item tells where the job stands. */
export interface Lifecycle<Job> {
  readonly statusOf: (job: Job) => JobStatus;
  readonly errorOf: (job: Job) => string | undefined;
  /** Holds as long as the job stands where this one does. */
  readonly isUnchanged: (job: Job) => Condition;
  readonly begin: (job: Job, at: string) => Change;
  readonly end: (status: 'complete' | 'cancelled', at: string) => Change;
  readonly fail: (job: Job, reason: string, at: string) => Change;
  /** Of one that failed. */
  readonly reopen: (job: Job) => Change;
}

const isStatus = (status: unknown): status is JobStatus => jobStatuses.some((one) => one === status);

/** By the attributes `status`, `startedAt`, `completedAt` and `error`. */
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
