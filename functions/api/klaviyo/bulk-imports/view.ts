import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { type BulkJob, jobStatuses, type RowError } from '../../../domains/bulk-imports/job.ts';
import { bulkImport } from '../../../domains/bulk-imports/run.ts';
import type { ProfileResource } from '../../../domains/profiles/records/profile.ts';
import { withUtcOffsetOrNull } from '../../../model/offset-time.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { pageSchema, type Resource, resource } from '../../../platform/http/response/jsonapi.ts';
import { jobAttributes } from '../job-attributes.ts';

type ViewContext = Pick<Context, 'origin'>;

export const BULK_JOB = 'profile-bulk-import-job';
export const BULK_JOBS_PATH = '/api/profile-bulk-import-jobs';

const time = v.nullable(v.string());

export const BulkJobView = v.partial(
  v.object({
    status: v.picklist(jobStatuses),
    created_at: v.string(),
    total_count: v.number(),
    completed_count: v.number(),
    failed_count: v.number(),
    /** The number of completed profiles with an identifier that was left out. Absent if it is 0. */
    left_out_count: v.number(),
    started_at: time,
    completed_at: time,
    expires_at: v.string(),
    /** The reason why a job failed. */
    error: v.string(),
  }),
);

export const jobView = (job: BulkJob, context: ViewContext, fields?: Selection['fields']): Resource => {
  const view = bulkImport.view(job);
  return resource(
    {
      type: BULK_JOB,
      id: job.id,
      path: BULK_JOBS_PATH,
      attributes: {
        status: job.status,
        ...jobAttributes(view),
        ...(job.leftOut !== undefined && { left_out_count: job.leftOut }),
        started_at: withUtcOffsetOrNull(job.startedAt),
        expires_at: withUtcOffsetOrNull(view.expiresAt),
      },
      relationships: {
        lists: job.lists.map((id) => ({ type: 'list', id })),
        profiles: undefined,
        'import-errors': undefined,
      },
      relationshipLinks: { 'import-errors': 'related' },
    },
    context,
    fields,
  );
};

export const ImportErrorView = v.partial(
  v.object({
    code: v.string(),
    title: v.string(),
    detail: v.string(),
    source: v.object({ pointer: v.string() }),
    original_payload: v.nullable(v.unknown()),
  }),
);

/** Errors are read with their job and have no URL of their own. */
export const ImportErrors = pageSchema(
  v.object({ type: v.literal('import-error'), id: v.string(), attributes: ImportErrorView }),
);

export const errorView = (
  { job, row, code, title, detail, pointer }: RowError,
  original: ProfileResource | undefined,
  context: ViewContext,
  fields?: Selection['fields'],
) => {
  const attributes = {
    code,
    title,
    detail,
    source: { pointer },
    original_payload: (code !== 'erased' && original) || null,
  };
  const { links: _, ...error } = resource(
    { type: 'import-error', id: `${job}-${row}`, path: '', attributes },
    context,
    fields,
  );
  return error;
};
