import {
  DELETION_JOB,
  findDeletion,
  listDeletions,
  resumeDeletion,
  startDeletion,
} from '../../../domains/privacy/deletions/deletion.ts';
import { privacyBody } from '../../../domains/privacy/subjects/subject.ts';
import { collection, collectionOf, documentOf, linkTo, one, retryBody } from '../../../platform/http/answer/jsonapi.ts';
import { reply } from '../../../platform/http/route.ts';
import { route } from '../protocol.ts';
import { DeletionJobView, deletionJobView } from './deletion-view.ts';

const DELETION_PATH = '/api/data-privacy-deletion-jobs';
const fields = { [DELETION_JOB]: DeletionJobView };

export const requestProfileDeletion = route({
  method: 'POST',
  path: DELETION_PATH,
  summary: 'Erase a person, named by exactly one identifier',
  description:
    'By email, phone_number, external_id, anonymous_id or the id of a profile. Everything that is held on the person is removed, wherever it lies; the job, whose address is in the header Location, tells what was. Nobody has to be known by the identifier: a later import or event does not bring them either.',
  scope: 'data-privacy:write',
  status: 202,
  body: privacyBody(DELETION_JOB),
  headers: { Location: 'The address of the job.' },

  async handle({ body }, context) {
    const job = await startDeletion(body.data.attributes.profile.data, context);
    return reply(undefined, { headers: { Location: linkTo(context.origin, DELETION_PATH, job.id) } });
  },
});

export const getDeletionJobs = route({
  method: 'GET',
  path: '/api/data-privacy-deletion-jobs',
  summary: 'List the jobs that erase people, the newest first',
  scope: 'data-privacy:read',
  status: 200,
  reading: { fields, page: { default: 20, max: 100 } },
  result: collectionOf(DELETION_JOB, DeletionJobView),

  async handle({ selection }, context) {
    const { items, ...cursors } = await listDeletions(selection.page, context);
    return collection(
      { items: items.map((job) => deletionJobView(job, context, selection.fields)), ...cursors },
      context,
    );
  },
});

export const getDeletionJob = route({
  method: 'GET',
  path: '/api/data-privacy-deletion-jobs/{jobId}',
  summary: 'One job that erases a person, and its certificate',
  description:
    'It is `processing` until everything that was there is removed, then `settling` while what was under way at that moment may still arrive, which is looked for again at `next_pass_at`. When it is `complete` it holds nothing of the person but the ids that their profiles had.',
  scope: 'data-privacy:read',
  status: 200,
  reading: { fields },
  result: documentOf(DELETION_JOB, DeletionJobView),

  async handle({ params, selection }, context) {
    return one(deletionJobView(await findDeletion(params.jobId, context), context, selection.fields));
  },
});

export const updateDeletionJob = route({
  method: 'PATCH',
  path: '/api/data-privacy-deletion-jobs/{jobId}',
  summary: 'Retry a job that erases a person',
  description: "One that is `failed` goes on from where it stands when its status is set to 'queued'.",
  scope: 'data-privacy:write',
  status: 200,
  reading: { fields },
  body: retryBody(DELETION_JOB),
  result: documentOf(DELETION_JOB, DeletionJobView),
  errors: ['not_found', 'conflict'],

  async handle({ params, selection }, context) {
    return one(deletionJobView(await resumeDeletion(params.jobId, context), context, selection.fields));
  },
});
