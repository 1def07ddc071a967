import { BulkRequest, jobStatuses } from '../../../domains/bulk-imports/job.ts';
import { readPayload } from '../../../domains/bulk-imports/payload.ts';
import { listBulkJobs, listRowErrors } from '../../../domains/bulk-imports/read.ts';
import { bulkImport } from '../../../domains/bulk-imports/run.ts';
import { startBulkImport } from '../../../domains/bulk-imports/start.ts';
import { findLists, requireLists } from '../../../domains/lists/actions.ts';
import {
  collectionDocument,
  collectionSchema,
  documentSchema,
  resourceDocument,
  retryBody,
} from '../../../platform/http/response/jsonapi.ts';
import { shrinkToPayloadLimit } from '../../../platform/http/response/shrink-page.ts';
import { route } from '../protocol.ts';
import { listView } from '../views/list.ts';
import { getBulkJob } from './get-bulk-job.ts';
import { BULK_JOB, BulkJobView, errorView, ImportErrors, ImportErrorView, jobView } from './view.ts';

const page = { default: 20, max: 100 };

export const bulkImportProfiles = route({
  method: 'POST',
  path: '/api/profile-bulk-import-jobs',
  summary: 'Create or update up to 10,000 profiles',
  description:
    'The whole request is validated first. A 202 means that every profile in it is stored and will be ' +
    'imported; profiles of one person are imported in the order of the request. Problems that appear later, ' +
    'such as identifiers of two profiles, are in the import errors. The code `left_out` there names an ' +
    'identifier of an imported profile that stays with another profile. Profiles join the lists, except people ' +
    'who opted out of them; membership is not consent. An unknown list is a 400, unless the account has the ' +
    'setting `unknownLists=create`.',
  scope: 'profiles:write',
  status: 202,
  reading: { fields: { [BULK_JOB]: BulkJobView } },
  body: BulkRequest,
  result: documentSchema(BULK_JOB, BulkJobView),

  async handle({ body: { data }, selection }, context) {
    const lists = data.relationships?.lists?.data.map(({ id }) => id) ?? [];
    await requireLists(
      lists.map((id, i) => ({ id, pointer: `/data/relationships/lists/data/${i}/id` })),
      context,
    );
    const job = await startBulkImport({ profiles: data.attributes.profiles.data, lists }, context);
    return resourceDocument(jobView(job, context, selection.fields));
  },
});

export const getBulkImportProfilesJobs = route({
  method: 'GET',
  path: '/api/profile-bulk-import-jobs',
  summary: 'List bulk import jobs',
  description: 'Newest first by default. Jobs are kept for 30 days.',
  scope: 'profiles:read',
  status: 200,
  reading: {
    filters: { status: { operators: ['equals', 'any'], oneOf: jobStatuses } },
    sorts: ['created_at'],
    fields: { [BULK_JOB]: BulkJobView },
    page,
  },
  result: collectionSchema(BULK_JOB, BulkJobView),

  async handle({ selection }, context) {
    const { items, ...cursors } = await listBulkJobs(selection, context);
    return collectionDocument(
      { ...cursors, items: items.map((job) => jobView(job, context, selection.fields)) },
      context,
    );
  },
});

export const getBulkImportProfilesJob = route({
  method: 'GET',
  path: '/api/profile-bulk-import-jobs/{id}',
  summary: 'Get a bulk import job',
  scope: 'profiles:read',
  status: 200,
  reading: { fields: { [BULK_JOB]: BulkJobView, list: listView.schema }, include: ['lists'] },
  result: documentSchema(BULK_JOB, BulkJobView),
  errors: ['not_found'],

  async handle({ params, selection: { include, fields } }, context) {
    const job = await getBulkJob(params.id, context);
    const lists = include.includes('lists') ? await findLists(job.lists, context) : undefined;
    return resourceDocument(
      jobView(job, context, fields),
      lists?.map((list) => listView.show(list, context, fields)),
    );
  },
});

export const updateBulkImportProfilesJob = route({
  method: 'PATCH',
  path: '/api/profile-bulk-import-jobs/{id}',
  summary: 'Retry a bulk import job',
  description:
    'A job that could not be completed is `failed`, with an `error`. Set its status to `queued` to continue after the profiles that already have an outcome.',
  scope: 'profiles:write',
  status: 200,
  reading: { fields: { [BULK_JOB]: BulkJobView } },
  body: retryBody(BULK_JOB),
  result: documentSchema(BULK_JOB, BulkJobView),
  errors: ['not_found', 'conflict'],

  async handle({ params, selection }, context) {
    return resourceDocument(
      jobView(await bulkImport.retry(await getBulkJob(params.id, context), context), context, selection.fields),
    );
  },
});

export const getErrorsForBulkImportProfilesJob = route({
  method: 'GET',
  path: '/api/profile-bulk-import-jobs/{id}/import-errors',
  summary: 'Get the import errors of a bulk import job',
  description:
    '`source.pointer` points into the request of the job. `original_payload` is the profile to correct and send again.',
  scope: 'profiles:read',
  status: 200,
  reading: { fields: { 'import-error': ImportErrorView }, page },
  result: ImportErrors,
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    const job = await getBulkJob(params.id, context);
    const { page: asked, fields } = selection;
    const payload = job.failed > 0 ? await readPayload(job, context) : undefined;
    const read = (size: number) => listRowErrors(job, { ...asked, size }, context);
    const { items: errors, ...cursors } = await shrinkToPayloadLimit(asked.size, read, ({ row }) =>
      Buffer.byteLength(JSON.stringify(payload?.[row - 1] ?? null)),
    );
    const items = errors.map((error) => errorView(error, payload?.[error.row - 1], context, fields));
    return collectionDocument({ ...cursors, items }, context);
  },
});
