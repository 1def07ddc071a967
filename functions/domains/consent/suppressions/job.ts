import * as v from 'valibot';
import type { JobListing } from '../../../platform/jobs/job.ts';
import { leaseFields } from '../../../platform/jobs/state.ts';
import { entity, type Item } from '../../../platform/table/entity.ts';
import { expiryAfterDays } from '../../../platform/table/ttl.ts';
import { Evidence } from '../records/consent.ts';

export const JobKind = v.picklist(['create', 'delete']);
export type JobKind = v.InferOutput<typeof JobKind>;
export const JobStatus = v.picklist(['queued', 'processing', 'complete', 'cancelled', 'failed']);

const DAYS_KEPT = 90;

/** A bulk call on suppressions, kept so that its result can be read. */
export const SuppressionJob = v.object({
  account: v.string(),
  kind: JobKind,
  id: v.string(),
  status: JobStatus,
  total: v.number(),
  completed: v.number(),
  skipped: v.number(),
  createdAt: v.string(),
  startedAt: v.optional(v.string()),
  completedAt: v.optional(v.string()),
  /** Why it failed. */
  error: v.optional(v.string()),
  /** The outcome of each address, in order: a digit each, as receipts number outcomes. */
  results: v.optional(v.string()),
  listId: v.optional(v.string()),
  /** The evidence of the request, for the ledger of each member. */
  evidence: v.optional(Evidence),
  /** The number of processed pages of the list, and the cursor of the next one. */
  pages: v.number(),
  cursor: v.optional(v.string()),
  ...leaseFields,
  expiresAt: v.number(),
});
export type SuppressionJob = v.InferOutput<typeof SuppressionJob>;

type Owner = Pick<SuppressionJob, 'account' | 'kind'>;

const jobsPk = ({ account, kind }: Owner): string => `A#${account}#SUPPRESSIONJOBS#${kind}`;
const jobSk = (id: string): string => `JOB#${id}`;

export const suppressionJobs = entity({
  type: 'suppression_job',
  schema: SuppressionJob,
  key: ({ id, ...owner }: Owner & Pick<SuppressionJob, 'id'>) => ({ pk: jobsPk(owner), sk: jobSk(id) }),
  indexes: ({ id, listId, status, ...owner }) => ({
    gsi1: listId === undefined ? undefined : { pk: `${jobsPk(owner)}#LIST#${listId}`, sk: jobSk(id) },
    gsi2: { pk: `${jobsPk(owner)}#${status}`, sk: jobSk(id) },
  }),
});

type Listing = Pick<JobListing<Owner & Pick<SuppressionJob, 'id'>>, 'index' | 'partitions' | 'idOf'>;

/** The partition that lists jobs, by filter. With both filters, the index of lists is used. */
export const jobListing = (
  owner: Owner,
  { status, listId }: { readonly status?: string; readonly listId?: string },
): Listing => {
  const idOf = ({ sk }: Item) => ({ ...owner, id: String(sk).slice(jobSk('').length) });
  if (listId !== undefined) return { index: 'gsi1', partitions: [`${jobsPk(owner)}#LIST#${listId}`], idOf };
  if (status !== undefined) return { index: 'gsi2', partitions: [`${jobsPk(owner)}#${status}`], idOf };
  return { partitions: [jobsPk(owner)] };
};

export const newJob = (
  fields: Pick<SuppressionJob, 'account' | 'kind' | 'id' | 'status'> & Partial<SuppressionJob>,
  now: Date,
): SuppressionJob => ({
  total: 0,
  completed: 0,
  skipped: 0,
  pages: 0,
  createdAt: now.toISOString(),
  expiresAt: expiryAfterDays(now, DAYS_KEPT),
  ...fields,
});
