import type { Context } from '../../../domains/accounts/context.ts';
import { jobBody, jobEntries, listJobs, startJob } from '../../../domains/consent/suppressions/bulk.ts';
import { type JobKind, JobStatus } from '../../../domains/consent/suppressions/job.ts';
import { listSuppressionJob } from '../../../domains/consent/suppressions/suppress-list.ts';
import type { Reading } from '../../../platform/http/query/selection.ts';
import {
  collectionDocument,
  collectionSchema,
  documentSchema,
  resourceDocument,
  retryBody,
} from '../../../platform/http/response/jsonapi.ts';
import { route } from '../protocol.ts';
import { JobView, jobView, typeOf } from './suppression-view.ts';

const PAGE = { default: 20, max: 100 };
const SUPPRESSING = typeOf('create');
const LIFTING = typeOf('delete');

const getJob = (kind: JobKind, id: string, context: Pick<Context, 'account' | 'table'>) =>
  listSuppressionJob.get({ account: context.account, kind, id }, context);

const listing = (type: string): Reading => ({
  filters: {
    status: { operators: ['equals'], oneOf: JobStatus.options },
    list_id: { operators: ['equals'] },
    segment_id: { operators: ['equals'] },
  },
  sorts: ['created'],
  fields: { [type]: JobView },
  page: PAGE,
});

export const bulkSuppressProfiles = route({
  method: 'POST',
  path: '/api/profile-suppression-bulk-create-jobs',
  summary: 'Suppress up to 100 e-mail addresses, or all members of a list',
  description:
    'Suppressed addresses receive no marketing, regardless of consent. An address can be suppressed before a ' +
    'profile has it. All addresses are suppressed when the response is sent. If some are invalid, the others ' +
    'are suppressed, and a 400 names each invalid one, with the id of the job in `meta.job_id`. Members of a ' +
    'list are suppressed in the background.',
  scope: 'subscriptions:write',
  status: 202,
  reading: { fields: { [SUPPRESSING]: JobView } },
  body: jobBody(SUPPRESSING),
  entries: jobEntries,
  result: documentSchema(SUPPRESSING, JobView),

  async handle({ body, selection }, context) {
    return resourceDocument(jobView(await startJob('create', body, context), context, selection.fields));
  },
});

export const getBulkSuppressProfilesJobs = route({
  method: 'GET',
  path: '/api/profile-suppression-bulk-create-jobs',
  summary: 'List suppression jobs',
  scope: 'subscriptions:read',
  status: 200,
  reading: listing(SUPPRESSING),
  result: collectionSchema(SUPPRESSING, JobView),

  async handle({ selection }, context) {
    const { items, ...cursors } = await listJobs('create', selection, context);
    return collectionDocument(
      { items: items.map((job) => jobView(job, context, selection.fields)), ...cursors },
      context,
    );
  },
});

export const getBulkSuppressProfilesJob = route({
  method: 'GET',
  path: '/api/profile-suppression-bulk-create-jobs/{jobId}',
  summary: 'Get a suppression job',
  scope: 'subscriptions:read',
  status: 200,
  reading: { fields: { [SUPPRESSING]: JobView } },
  result: documentSchema(SUPPRESSING, JobView),

  async handle({ params, selection }, context) {
    return resourceDocument(jobView(await getJob('create', params.jobId, context), context, selection.fields));
  },
});

export const bulkUnsuppressProfiles = route({
  method: 'POST',
  path: '/api/profile-suppression-bulk-delete-jobs',
  summary: 'Lift the suppression of up to 100 e-mail addresses, or of all members of a list',
  description: 'Lifts `USER_SUPPRESSED` only. Bounces, complaints and opt-outs of the person stay.',
  scope: 'subscriptions:write',
  status: 202,
  reading: { fields: { [LIFTING]: JobView } },
  body: jobBody(LIFTING),
  entries: jobEntries,
  result: documentSchema(LIFTING, JobView),

  async handle({ body, selection }, context) {
    return resourceDocument(jobView(await startJob('delete', body, context), context, selection.fields));
  },
});

export const getBulkUnsuppressProfilesJobs = route({
  method: 'GET',
  path: '/api/profile-suppression-bulk-delete-jobs',
  summary: 'List jobs that lift suppressions',
  scope: 'subscriptions:read',
  status: 200,
  reading: listing(LIFTING),
  result: collectionSchema(LIFTING, JobView),

  async handle({ selection }, context) {
    const { items, ...cursors } = await listJobs('delete', selection, context);
    return collectionDocument(
      { items: items.map((job) => jobView(job, context, selection.fields)), ...cursors },
      context,
    );
  },
});

export const getBulkUnsuppressProfilesJob = route({
  method: 'GET',
  path: '/api/profile-suppression-bulk-delete-jobs/{jobId}',
  summary: 'Get a job that lifts suppressions',
  scope: 'subscriptions:read',
  status: 200,
  reading: { fields: { [LIFTING]: JobView } },
  result: documentSchema(LIFTING, JobView),

  async handle({ params, selection }, context) {
    return resourceDocument(jobView(await getJob('delete', params.jobId, context), context, selection.fields));
  },
});

export const updateBulkSuppressProfilesJob = route({
  method: 'PATCH',
  path: '/api/profile-suppression-bulk-create-jobs/{jobId}',
  summary: 'Retry a suppression job',
  description: 'Set the status of a `failed` job to `queued` to continue after the members that are done.',
  scope: 'subscriptions:write',
  status: 200,
  reading: { fields: { [SUPPRESSING]: JobView } },
  body: retryBody(SUPPRESSING),
  result: documentSchema(SUPPRESSING, JobView),
  errors: ['not_found', 'conflict'],

  async handle({ params, selection }, context) {
    const job = await getJob('create', params.jobId, context);
    return resourceDocument(jobView(await listSuppressionJob.retry(job, context), context, selection.fields));
  },
});

export const updateBulkUnsuppressProfilesJob = route({
  method: 'PATCH',
  path: '/api/profile-suppression-bulk-delete-jobs/{jobId}',
  summary: 'Retry a job that lifts suppressions',
  description: 'Set the status of a `failed` job to `queued` to continue after the members that are done.',
  scope: 'subscriptions:write',
  status: 200,
  reading: { fields: { [LIFTING]: JobView } },
  body: retryBody(LIFTING),
  result: documentSchema(LIFTING, JobView),
  errors: ['not_found', 'conflict'],

  async handle({ params, selection }, context) {
    const job = await getJob('delete', params.jobId, context);
    return resourceDocument(jobView(await listSuppressionJob.retry(job, context), context, selection.fields));
  },
});
