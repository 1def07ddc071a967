import * as v from 'valibot';
import { importProgress, linkToFailedRows } from '../../../domains/imports/actions.ts';
import { getImportJob } from '../../../domains/imports/jobs/lookup.ts';
import { importDryRun } from '../../../domains/imports/uploads/copy.ts';
import { UploadRequest } from '../../../domains/imports/uploads/request.ts';
import { expectUpload } from '../../../domains/imports/uploads/upload-job.ts';
import { documentSchema, resource, resourceDocument } from '../../../platform/http/response/jsonapi.ts';
import { reply } from '../../../platform/http/route.ts';
import { route } from '../protocol.ts';
import { ImportJobView, jobView } from './view.ts';

const Upload = v.object({
  method: v.literal('PUT'),
  url: v.string(),
  /** Send them unchanged. */
  headers: v.record(v.string(), v.string()),
  expires_at: v.string(),
});

export const createImportJob = route({
  method: 'POST',
  path: '/api/import-jobs',
  summary: 'Upload a file to import',
  description:
    'Returns a job that waits for its file, and the request that uploads the file to S3: with these headers, ' +
    'within an hour, once. S3 refuses another size or type. The import then starts by itself; a job without a ' +
    'file ends as `expired`. With `dry_run=true` the job shows what it would change, and changes nothing.',
  scope: 'imports:write',
  status: 201,
  query: v.object({ dry_run: v.optional(v.picklist(['true', 'false']), 'false') }),
  body: v.strictObject({
    data: v.strictObject({ type: v.literal('import-job'), attributes: UploadRequest }),
  }),
  result: documentSchema('import-job', v.object({ ...ImportJobView.entries, upload: Upload })),

  async handle({ query, body }, context) {
    const isDryRun = query.dry_run === 'true';
    const { job, permit } = await expectUpload(body.data.attributes, { isDryRun }, context);
    const view = jobView(job, await importProgress(job, context), context);
    const { until, ...request } = permit;
    return resourceDocument({ ...view, attributes: { ...view.attributes, upload: { ...request, expires_at: until } } });
  },
});

export const applyImportJob = route({
  method: 'POST',
  path: '/api/import-jobs/{id}/apply',
  summary: 'Import the file of a dry run',
  description: 'Creates a job that imports a copy of the file that the dry run read, with the same mapping.',
  scope: 'imports:write',
  status: 201,
  result: documentSchema('import-job', ImportJobView),
  errors: ['not_found', 'conflict', 'gone'],

  async handle({ params }, context) {
    const job = await importDryRun(await getImportJob(context.account, params.id, context), context);
    return resourceDocument(jobView(job, await importProgress(job, context), context));
  },
});

const FAILED_ROWS = 'import-failed-rows';

export const getFailedRowsForImportJob = route({
  method: 'GET',
  path: '/api/import-jobs/{id}/failed-rows',
  summary: 'Get a download link for the failed rows of an import job',
  description:
    'A CSV file with `error_code` and `error_message` before its own columns, safe from formula injection. To ' +
    'import it corrected, upload it with a new job that has this one as `retries_job_id`. Anyone who has the ' +
    'link can download the file for 15 minutes: treat it as a secret.',
  scope: 'imports:read',
  status: 200,
  result: documentSchema(FAILED_ROWS, v.object({ download_url: v.string(), expires_at: v.string() })),
  errors: ['not_found', 'conflict', 'gone'],

  async handle({ params: { id } }, context) {
    const { url, until } = await linkToFailedRows(await getImportJob(context.account, id, context), context);
    const attributes = { download_url: url, expires_at: until };
    const document = resourceDocument(
      resource({ type: FAILED_ROWS, id, path: `/api/import-jobs/${id}/failed-rows`, attributes }, context),
    );
    return reply(document, { headers: { 'cache-control': 'no-store' } });
  },
});
