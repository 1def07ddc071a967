import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { type AccessJob, accessStatuses } from '../../../domains/privacy/access/job.ts';
import { accessJob } from '../../../domains/privacy/access/run.ts';
import type { Link } from '../../../domains/privacy/access/start.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { type Resource, resource } from '../../../platform/http/response/jsonapi.ts';
import { jobAttributes } from '../job-attributes.ts';

export const ACCESS_JOB = 'data-privacy-access-job';

const text = v.nullable(v.string());

export const AccessJobView = v.partial(
  v.object({
    status: v.picklist(accessStatuses),
    created_at: v.string(),
    started_at: text,
    completed_at: text,
    /** The id of the key that created the job. */
    requested_by: text,
    profile_ids: v.array(v.string()),
    /** The number of sections that were read, and of all. */
    progress: v.object({ sections: v.number(), of: v.number(), reading: text }),
    /** The number of objects found so far, by section. */
    records: v.record(v.string(), v.number()),
    bytes: v.nullable(v.number()),
    /** A short-lived secret. Null until the job is complete, and after the file has expired. */
    download_url: text,
    download_url_expires_at: text,
    file_expires_at: text,
    links_given: v.number(),
    last_link_at: text,
    last_link_to: text,
    /** The reason why a job failed. */
    error: v.string(),
  }),
);

export const accessJobView = async (
  job: AccessJob,
  { link, fields = {} }: { readonly link?: Link | undefined; readonly fields?: Selection['fields'] },
  context: Pick<Context, 'origin'>,
): Promise<Resource> => {
  // Imports the personal data of all domains, so it is loaded with the first job that is shown.
  const { sections } = await import('../../../domains/privacy/access/sections.ts');
  const { section, isWhole = false, records } = job.gathered;
  const at = sections.findIndex(({ name }) => name === section);
  return resource(
    {
      type: ACCESS_JOB,
      id: job.id,
      path: `/api/${ACCESS_JOB}s`,
      attributes: {
        status: job.status,
        ...jobAttributes(accessJob.view(job), (iso) => iso),
        started_at: job.startedAt ?? null,
        requested_by: job.keyId ?? null,
        profile_ids: job.profileIds,
        progress: {
          sections: isWhole ? sections.length : Math.max(0, at),
          of: sections.length,
          reading: isWhole ? null : (section ?? null),
        },
        records,
        bytes: job.bytes ?? null,
        download_url: link?.url ?? null,
        download_url_expires_at: link?.until ?? null,
        file_expires_at: job.keptUntil ?? null,
        links_given: job.links,
        last_link_at: job.linkedAt ?? null,
        last_link_to: job.linkedBy ?? null,
      },
    },
    context,
    fields,
  );
};
