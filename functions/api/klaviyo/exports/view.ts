import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import type { Link } from '../../../domains/exports/actions.ts';
import { type ExportJob, exportFormats, exportKinds, fileName } from '../../../domains/exports/records/job.ts';
import { exportJob } from '../../../domains/exports/run.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { type Resource, resource } from '../../../platform/http/response/jsonapi.ts';
import { jobStatuses } from '../../../platform/jobs/lifecycle.ts';
import { jobAttributes } from '../job-attributes.ts';

export const EXPORT_JOB = 'export-job';
export const EXPORT_PATH = '/api/export-jobs';

const text = v.nullable(v.string());

export const ExportJobView = v.partial(
  v.object({
    kind: v.picklist(exportKinds),
    format: v.picklist(exportFormats),
    status: v.picklist(jobStatuses),
    created_at: v.string(),
    completed_at: text,
    /** The id of the key that created the job. */
    requested_by: text,
    /** The number of records that were read so far. */
    record_count: v.number(),
    /** The number of records that CSV cannot express, such as people with neither address nor external id. */
    left_out_count: v.number(),
    files: v.array(
      v.object({
        name: v.string(),
        bytes: v.number(),
        record_count: v.number(),
        /** A short-lived secret. Null in lists, and after the files have expired. */
        download_url: text,
      }),
    ),
    download_urls_expire_at: text,
    files_expire_at: text,
    links_given: v.number(),
    last_link_at: text,
    last_link_to: text,
    /** The reason why a job failed. */
    error: v.string(),
  }),
);

export const exportJobView = (
  job: ExportJob,
  { links = [], fields = {} }: { readonly links?: readonly Link[]; readonly fields?: Selection['fields'] },
  context: Pick<Context, 'origin'>,
): Resource => {
  const { status, ...view } = exportJob.view(job);
  const attributes = {
    kind: job.kind,
    format: job.format,
    status,
    ...jobAttributes({ status, ...view }),
    requested_by: job.keyId ?? null,
    record_count: job.records,
    left_out_count: job.files.reduce((sum, { leftOut }) => sum + leftOut, 0),
    files:
      status === 'complete'
        ? job.files.map(({ bytes, records }, i) => ({
            name: fileName(job, i + 1),
            bytes,
            record_count: records,
            download_url: links[i]?.url ?? null,
          }))
        : [],
    download_urls_expire_at: links[0]?.until ?? null,
    files_expire_at: job.keptUntil ?? null,
    links_given: job.links,
    last_link_at: job.linkedAt ?? null,
    last_link_to: job.linkedBy ?? null,
  };
  return resource({ type: EXPORT_JOB, id: job.id, path: EXPORT_PATH, attributes }, context, fields);
};
