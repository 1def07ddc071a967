import type { JobItem, JobStatus, Lifecycle } from './lifecycle.ts';

/** How many items of a job are processed, and what became of them. */
export interface Progress {
  readonly total: number;
  readonly completed: number;
  readonly failed?: number;
  readonly skipped?: number;
}

/** What a job shows of itself, before an API gives it names. Times are ISO strings. */
export interface JobView {
  readonly status: JobStatus;
  readonly createdAt?: string | undefined;
  readonly startedAt?: string | undefined;
  readonly completedAt?: string | undefined;
  /** When the job is deleted. */
  readonly expiresAt?: string;
  /** Why it failed. */
  readonly error?: string | undefined;
  readonly progress?: Progress | undefined;
}

export const viewOf = <Job extends JobItem>(
  job: Job,
  { statusOf, errorOf }: Pick<Lifecycle<Job>, 'statusOf' | 'errorOf'>,
  progressOf?: (job: Job) => Progress,
): JobView => ({
  status: statusOf(job),
  createdAt: job.createdAt,
  startedAt: job.startedAt,
  completedAt: job.completedAt,
  ...(job.expiresAt !== undefined && { expiresAt: new Date(job.expiresAt * 1_000).toISOString() }),
  error: errorOf(job),
  progress: progressOf?.(job),
});
