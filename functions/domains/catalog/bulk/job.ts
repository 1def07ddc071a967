import * as v from 'valibot';
import { type ErrorCode, errorCodes } from '../../../platform/errors.ts';
import { isOpen, type JobStatus } from '../../../platform/jobs/lifecycle.ts';

import { jobFields } from '../../../platform/jobs/state.ts';
import { entity } from '../../../platform/table/entity.ts';

export const bulkObjects = ['item', 'variant', 'category'] as const;
export const bulkActions = ['create', 'update', 'delete'] as const;

/** What a job does, with objects of which kind. */
export interface BulkKind {
  readonly action: (typeof bulkActions)[number];
  readonly object: (typeof bulkObjects)[number];
}

const isErrorCode = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(errorCodes, code);

/** What is wrong with one object of a job. */
const RowProblem = v.object({
  /** The object, from 1. */
  row: v.number(),
  code: v.custom<ErrorCode>(isErrorCode),
  /** The field of the draft, and the place within it if it is a list. Absent: the object as a whole. */
  field: v.optional(v.string()),
  index: v.optional(v.number()),
  detail: v.string(),
});
export type RowProblem = v.InferOutput<typeof RowProblem>;

/** A job that creates, updates or deletes objects of a catalog. */
export const CatalogJob = v.object({
  ...jobFields,
  action: v.picklist(bulkActions),
  object: v.picklist(bulkObjects),
  total: v.number(),
  /** Objects up to here have a final outcome, which is counted. */
  settled: v.number(),
  completed: v.number(),
  failed: v.number(),
  problems: v.optional(v.array(RowProblem)),
  /**
   * The objects that existed before a job that creates, or were missing before one that deletes. It is stored before
   * anything is changed: later, the job could not tell them from what it did itself before it was killed.
   */
  refused: v.optional(v.array(v.number())),
  /** Seconds. */
  expiresAt: v.number(),
});
export type CatalogJob = v.InferOutput<typeof CatalogJob>;

/** The partition of `gsi1` with an account's jobs of one kind and status, by their ids, which is by age. */
export const jobsPk = (account: string, { action, object }: BulkKind, status: JobStatus): string =>
  `A#${account}#CATALOGJOBS#${object}#${action}#${status}`;

/** The partition of `gsi2` with an account's jobs of all kinds that are in progress, or have ended. */
export const progressPk = (account: string, isInProgress: boolean): string =>
  `A#${account}#CATALOGJOBS#${isInProgress ? 'OPEN' : 'ENDED'}`;

export const catalogJobs = entity({
  type: 'catalog_job',
  schema: CatalogJob,
  key: ({ account, id }: Pick<CatalogJob, 'account' | 'id'>) => ({ pk: `A#${account}#CATALOGJOB#${id}`, sk: 'JOB' }),
  json: ['problems'],
  indexes: (job) => ({
    gsi1: { pk: jobsPk(job.account, job, job.status), sk: job.id },
    gsi2: { pk: progressPk(job.account, isOpen(job.status)), sk: job.id },
  }),
});
