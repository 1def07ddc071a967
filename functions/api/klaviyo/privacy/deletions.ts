import { getDeletion, listDeletions, resumeDeletion, startDeletion } from '../../../domains/privacy/erasures.ts';
import { privacyBody } from '../../../domains/privacy/subjects/subject.ts';
import {
  collectionDocument,
  collectionSchema,
  documentSchema,
  linkTo,
  resourceDocument,
  retryBody,
} from '../../../platform/http/response/jsonapi.ts';
import { reply } from '../../../platform/http/route.ts';
import { route } from '../protocol.ts';
import { DELETION_JOB, DeletionJobView, deletionJobView } from './deletion-view.ts';

const DELETION_PATH = '/api/data-privacy-deletion-jobs';
const fields = { [DELETION_JOB]: DeletionJobView };

export const requestProfileDeletion = route({
  method: 'POST',
  path: DELETION_PATH,
  summary: 'Erase a person',
  description:
    'Names the person by exactly one of `email`, `phone_number`, `external_id`, `anonymous_id` or the `id` of ' +
    'a profile. Removes all stored data of the person. The header `Location` names the job, which reports what ' +
    'was removed. An identifier without a profile is barred as well: no later import or event brings the ' +
    'person back.',
  scope: 'data-privacy:write',
  status: 202,
  body: privacyBody(DELETION_JOB),
  headers: { Location: 'The URL of the job.' },

  async handle({ body }, context) {
    const job = await startDeletion(body.data.attributes.profile.data, context);
    return reply(undefined, { headers: { Location: linkTo(context.origin, DELETION_PATH, job.id) } });
  },
});

export const getDeletionJobs = route({
  method: 'GET',
  path: '/api/data-privacy-deletion-jobs',
  summary: 'List deletion jobs, newest first',
  scope: 'data-privacy:read',
  status: 200,
  reading: { fields, page: { default: 20, max: 100 } },
  result: collectionSchema(DELETION_JOB, DeletionJobView),

  async handle({ selection }, context) {
    const { items, ...cursors } = await listDeletions(selection.page, context);
    return collectionDocument(
      { items: items.map((job) => deletionJobView(job, context, selection.fields)), ...cursors },
      context,
    );
  },
});

export const getDeletionJob = route({
  method: 'GET',
  path: '/api/data-privacy-deletion-jobs/{jobId}',
  summary: 'Get a deletion job: the certificate of an erasure',
  description:
    '`processing` until all existing data is removed, then `settling` while late arrivals are possible; ' +
    '`next_pass_at` is the time of the next search. A `complete` job keeps only the ids of the profiles.',
  scope: 'data-privacy:read',
  status: 200,
  reading: { fields },
  result: documentSchema(DELETION_JOB, DeletionJobView),

  async handle({ params, selection }, context) {
    return resourceDocument(deletionJobView(await getDeletion(params.jobId, context), context, selection.fields));
  },
});

export const updateDeletionJob = route({
  method: 'PATCH',
  path: '/api/data-privacy-deletion-jobs/{jobId}',
  summary: 'Retry a deletion job',
  description: 'Set the status of a `failed` job to `queued` to continue it.',
  scope: 'data-privacy:write',
  status: 200,
  reading: { fields },
  body: retryBody(DELETION_JOB),
  result: documentSchema(DELETION_JOB, DeletionJobView),
  errors: ['not_found', 'conflict'],

  async handle({ params, selection }, context) {
    return resourceDocument(deletionJobView(await resumeDeletion(params.jobId, context), context, selection.fields));
  },
});
