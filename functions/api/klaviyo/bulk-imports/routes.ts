import type { Context } from '../../../domains/accounts/context.ts';
import { type BulkJob, BulkRequest, jobStatuses } from '../../../domains/bulk-imports/job.ts';
import { readPayload } from '../../../domains/bulk-imports/payload.ts';
import { listBulkJobs, listImported, listRowErrors } from '../../../domains/bulk-imports/read.ts';
import { bulkImport } from '../../../domains/bulk-imports/run.ts';
import { startBulkImport } from '../../../domains/bulk-imports/start.ts';
import { findLists, requireLists } from '../../../domains/lists/actions.ts';
import { type Profile, profileBytes } from '../../../domains/profiles/records/profile.ts';
import { readProfiles } from '../../../domains/profiles/records/resolve.ts';
import {
  collectionDocument,
  collectionSchema,
  documentSchema,
  identifiersSchema,
  resourceDocument,
  retryBody,
} from '../../../platform/http/response/jsonapi.ts';
import { shrinkToPayloadLimit } from '../../../platform/http/response/shrink-page.ts';
import type { Page } from '../../../platform/table/pages.ts';
import { route } from '../protocol.ts';
import { profileReading, profileResources } from '../views/answer.ts';
import { listView } from '../views/list.ts';
import { ProfileView } from '../views/profile.ts';
import { BulkJobView, errorView, ImportErrors, ImportErrorView, jobView } from './view.ts';

const TYPE = 'profile-bulk-import-job';
const page = { default: 20, max: 100 };

const find = (id: string, context: Pick<Context, 'account' | 'table'>): Promise<BulkJob> =>
  bulkImport.find({ account: context.account, id }, context);

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
  reading: { fields: { [TYPE]: BulkJobView } },
  body: BulkRequest,
  result: documentSchema(TYPE, BulkJobView),

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
    fields: { [TYPE]: BulkJobView },
    page,
  },
  result: collectionSchema(TYPE, BulkJobView),

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
  reading: { fields: { [TYPE]: BulkJobView, list: listView.schema }, include: ['lists'] },
  result: documentSchema(TYPE, BulkJobView),
  errors: ['not_found'],

  async handle({ params, selection: { include, fields } }, context) {
    const job = await find(params.id, context);
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
  reading: { fields: { [TYPE]: BulkJobView } },
  body: retryBody(TYPE),
  result: documentSchema(TYPE, BulkJobView),
  errors: ['not_found', 'conflict'],

  async handle({ params, selection }, context) {
    return resourceDocument(
      jobView(await bulkImport.retry(await find(params.id, context), context), context, selection.fields),
    );
  },
});

export const getListForBulkImportProfilesJob = route({
  method: 'GET',
  path: '/api/profile-bulk-import-jobs/{id}/lists',
  summary: 'Get the lists that a bulk import job adds to',
  scope: 'lists:read',
  status: 200,
  reading: { fields: { list: listView.schema } },
  result: collectionSchema('list', listView.schema),
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    const job = await find(params.id, context);
    const lists = await findLists(job.lists, context);
    return collectionDocument({ items: lists.map((list) => listView.show(list, context, selection.fields)) }, context);
  },
});

export const getListIdsForBulkImportProfilesJob = route({
  method: 'GET',
  path: '/api/profile-bulk-import-jobs/{id}/relationships/lists',
  summary: 'Get the ids of the lists that a bulk import job adds to',
  scope: 'lists:read',
  status: 200,
  result: identifiersSchema('list'),
  errors: ['not_found'],

  async handle({ params }, context) {
    const job = await find(params.id, context);
    return collectionDocument({ items: job.lists.map((id) => ({ type: 'list', id })) }, context);
  },
});

export const getProfilesForBulkImportProfilesJob = route({
  method: 'GET',
  path: '/api/profile-bulk-import-jobs/{id}/profiles',
  summary: 'Get the profiles that a bulk import job imported',
  scope: 'profiles:read',
  status: 200,
  reading: { ...profileReading, page },
  result: collectionSchema('profile', ProfileView),
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    const job = await find(params.id, context);
    const read = async (size: number): Promise<Page<Profile>> => {
      const { items: ids, ...cursors } = await listImported(job, { ...selection.page, size }, context);
      return { ...cursors, items: await readProfiles(ids, context) };
    };
    const { items, ...cursors } = await shrinkToPayloadLimit(selection.page.size, read, profileBytes);
    return collectionDocument({ ...cursors, items: await profileResources(items, selection, context) }, context);
  },
});

export const getProfileIdsForBulkImportProfilesJob = route({
  method: 'GET',
  path: '/api/profile-bulk-import-jobs/{id}/relationships/profiles',
  summary: 'Get the ids of the profiles that a bulk import job imported',
  scope: 'profiles:read',
  status: 200,
  reading: { page },
  result: identifiersSchema('profile'),
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    const job = await find(params.id, context);
    const { items: ids, ...cursors } = await listImported(job, selection.page, context);
    return collectionDocument({ ...cursors, items: ids.map((id) => ({ type: 'profile', id })) }, context);
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
    const job = await find(params.id, context);
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
