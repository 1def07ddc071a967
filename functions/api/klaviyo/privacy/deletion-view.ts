import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import {
  type DeletionJob,
  deletionStatuses,
  listRemaining,
  listRemoved,
  Remaining,
  Removed,
  RemovedLedger,
} from '../../../domains/privacy/deletions/job.ts';
import { erasure } from '../../../domains/privacy/erase.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { type Resource, resource } from '../../../platform/http/response/jsonapi.ts';
import { jobAttributes } from '../job-attributes.ts';

export const DELETION_JOB = 'data-privacy-deletion-job';

const time = v.nullable(v.string());

export const DeletionJobView = v.partial(
  v.object({
    status: v.picklist(deletionStatuses),
    created_at: v.string(),
    removed_at: time,
    next_pass_at: time,
    completed_at: time,
    profile_ids: v.array(v.string()),
    removed: v.array(Removed),
    removed_ledgers: v.array(RemovedLedger),
    waiting_files: v.number(),
    remaining: v.array(Remaining),
    /** The reason why a job failed. Data that was removed stays removed; a retry removes the rest. */
    error: v.string(),
  }),
);

export const deletionJobView = (
  job: DeletionJob,
  context: Pick<Context, 'origin'>,
  fields: Selection['fields'] = {},
): Resource =>
  resource(
    {
      type: DELETION_JOB,
      id: job.id,
      path: `/api/${DELETION_JOB}s`,
      attributes: {
        status: job.status,
        ...jobAttributes(erasure.view(job), (iso) => iso),
        removed_at: job.removedAt ?? null,
        next_pass_at: job.nextAt ?? null,
        profile_ids: job.profileIds,
        removed: listRemoved(job),
        removed_ledgers: job.ledgers,
        waiting_files: job.kept,
        remaining: listRemaining(job),
      },
    },
    context,
    fields,
  );
