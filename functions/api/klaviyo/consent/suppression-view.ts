import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { type JobKind, JobStatus, type SuppressionJob } from '../../../domains/consent/suppressions/job.ts';
import { listSuppressionJob } from '../../../domains/consent/suppressions/suppress-list.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { type Resource, resource } from '../../../platform/http/response/jsonapi.ts';
import { jobAttributes } from '../job-attributes.ts';

export const typeOf = (kind: JobKind) => `profile-suppression-bulk-${kind}-job` as const;

const time = v.nullable(v.string());

export const JobView = v.partial(
  v.object({
    status: JobStatus,
    created_at: v.string(),
    total_count: v.number(),
    completed_count: v.number(),
    skipped_count: v.number(),
    completed_at: time,
    /** The reason why a job failed. */
    error: v.string(),
  }),
);

export const jobView = (
  job: SuppressionJob,
  context: Pick<Context, 'origin'>,
  fields: Selection['fields'] = {},
): Resource => {
  const { kind, id, listId, status } = job;
  return resource(
    {
      type: typeOf(kind),
      id,
      path: `/api/${typeOf(kind)}s`,
      attributes: { status, ...jobAttributes(listSuppressionJob.view(job)) },
      relationships: { lists: listId === undefined ? [] : [{ type: 'list', id: listId }], segments: [] },
      relationshipLinks: { lists: 'nowhere', segments: 'nowhere' },
    },
    context,
    fields,
  );
};
