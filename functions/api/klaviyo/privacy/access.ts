import type { Context } from '../../../domains/accounts/context.ts';
import { accessJob } from '../../../domains/privacy/access/run.ts';
import { linkToFile, listAccessJobs, startAccess } from '../../../domains/privacy/access/start.ts';
import { privacyBody } from '../../../domains/privacy/subjects/subject.ts';
import {
  collectionDocument,
  collectionSchema,
  documentSchema,
  resourceDocument,
  retryBody,
} from '../../../platform/http/response/jsonapi.ts';
import { reply } from '../../../platform/http/route.ts';
import { route } from '../protocol.ts';
import { ACCESS_JOB, AccessJobView, accessJobView } from './access-view.ts';

const getJob = (id: string, context: Pick<Context, 'account' | 'table'>) =>
  accessJob.get({ account: context.account, id }, context);

const fields = { [ACCESS_JOB]: AccessJobView };

export const createDataPrivacyAccessJob = route({
  method: 'POST',
  path: '/api/data-privacy-access-jobs',
  summary: 'Request a copy of the data of a person',
  description:
    'Names the person by exactly one of `email`, `phone_number`, `external_id`, `anonymous_id` or the `id` of ' +
    'a profile. The result is a ZIP file, readable for people and programs. An identifier without a profile ' +
    'also gets one: "nothing is stored" is an answer too.',
  scope: 'data-privacy:write',
  status: 202,
  reading: { fields },
  body: privacyBody(ACCESS_JOB),
  result: documentSchema(ACCESS_JOB, AccessJobView),

  async handle({ body, selection }, context) {
    const job = await startAccess(body.data.attributes.profile.data, context);
    return resourceDocument(await accessJobView(job, selection, context));
  },
});

export const getDataPrivacyAccessJobs = route({
  method: 'GET',
  path: '/api/data-privacy-access-jobs',
  summary: 'List access jobs',
  description: 'Newest first, without download links. Jobs are kept for 400 days.',
  scope: 'data-privacy:read',
  status: 200,
  reading: { fields, page: { default: 20, max: 100 } },
  result: collectionSchema(ACCESS_JOB, AccessJobView),

  async handle({ selection }, context) {
    const { items, ...cursors } = await listAccessJobs(selection.page, context);
    const shown = await Promise.all(items.map((job) => accessJobView(job, selection, context)));
    return collectionDocument({ items: shown, ...cursors }, context);
  },
});

export const getDataPrivacyAccessJob = route({
  method: 'GET',
  path: '/api/data-privacy-access-jobs/{id}',
  summary: 'Get an access job, with a download link for its file',
  description:
    'When the job is complete, `download_url` downloads the file for 15 minutes, without a key: treat it as a ' +
    'secret. Each call creates a new link and records the key that requested it. The file is kept for a week ' +
    '(`file_expires_at`). The job is `cancelled` if the person is erased while it runs.',
  scope: 'data-privacy:read',
  status: 200,
  reading: { fields },
  result: documentSchema(ACCESS_JOB, AccessJobView),
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    const { job, link } = await linkToFile(await getJob(params.id, context), context);
    return reply(resourceDocument(await accessJobView(job, { link, ...selection }, context)), {
      headers: { 'cache-control': 'no-store' },
    });
  },
});

export const updateDataPrivacyAccessJob = route({
  method: 'PATCH',
  path: '/api/data-privacy-access-jobs/{id}',
  summary: 'Retry an access job',
  description: 'Set the status of a `failed` job to `queued` to start it again.',
  scope: 'data-privacy:write',
  status: 200,
  reading: { fields },
  body: retryBody(ACCESS_JOB),
  result: documentSchema(ACCESS_JOB, AccessJobView),
  errors: ['not_found', 'conflict'],

  async handle({ params, selection }, context) {
    const job = await accessJob.retry(await getJob(params.id, context), context);
    return resourceDocument(await accessJobView(job, selection, context));
  },
});
