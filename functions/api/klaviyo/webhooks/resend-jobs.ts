import * as v from 'valibot';
import { type ResendJob, resendJob, startResend } from '../../../domains/webhooks/resend/job.ts';
import { documentSchema, retryBody } from '../../../platform/http/response/jsonapi.ts';
import { route } from '../protocol.ts';
import { RangeTime, rangeJobDocument, rangeJobView } from '../range-job.ts';

const TYPE = 'webhook-resend-job';
const PATH = '/api/webhook-resend-jobs';

const JobView = rangeJobView({ resent_count: v.number() });

const documentOf = (
  job: ResendJob,
  context: Parameters<typeof rangeJobDocument>[1],
  fields: Parameters<typeof rangeJobDocument>[2],
) => {
  const counts = { resent_count: job.resent };
  return rangeJobDocument({ type: TYPE, path: PATH, id: job.id, view: resendJob.view(job), counts }, context, fields);
};

export const createWebhookResendJob = route({
  method: 'POST',
  path: PATH,
  summary: 'Send deliveries again',
  description:
    'All that were given up, or with `include_delivered` all of the log, of changes between `from` and `to`. Each has ' +
    'its first `webhook-id`, and the content that is stored now.',
  scope: 'webhooks:write',
  status: 202,
  reading: { fields: { [TYPE]: JobView } },
  body: v.object({
    data: v.object({
      type: v.literal(TYPE),
      attributes: v.optional(
        v.object({ include_delivered: v.nullish(v.boolean()), from: v.nullish(RangeTime), to: v.nullish(RangeTime) }),
        {},
      ),
      relationships: v.object({
        webhook: v.object({ data: v.object({ type: v.literal('webhook'), id: v.pipe(v.string(), v.maxLength(64)) }) }),
      }),
    }),
  }),
  result: documentSchema(TYPE, JobView),
  errors: ['not_found'],

  async handle({ body: { data }, selection: { fields } }, context) {
    const { include_delivered: includesDelivered, from, to } = data.attributes;
    const request = { webhookId: data.relationships.webhook.data.id, includesDelivered: includesDelivered ?? false };
    const job = await startResend({ ...request, from: from ?? undefined, to: to ?? undefined }, context);
    return documentOf(job, context, fields);
  },
});

export const getWebhookResendJob = route({
  method: 'GET',
  path: `${PATH}/{id}`,
  summary: 'Get a webhook resend job',
  scope: 'webhooks:read',
  status: 200,
  reading: { fields: { [TYPE]: JobView } },
  result: documentSchema(TYPE, JobView),
  errors: ['not_found'],

  async handle({ params: { id }, selection: { fields } }, context) {
    return documentOf(await resendJob.get({ account: context.account, id }, context), context, fields);
  },
});

export const updateWebhookResendJob = route({
  method: 'PATCH',
  path: `${PATH}/{id}`,
  summary: 'Retry a webhook resend job',
  description:
    'A job that could not be completed is `failed`, with an `error`. Set its status to `queued` to continue where it ' +
    'stopped.',
  scope: 'webhooks:write',
  status: 200,
  reading: { fields: { [TYPE]: JobView } },
  body: retryBody(TYPE),
  result: documentSchema(TYPE, JobView),
  errors: ['not_found', 'conflict'],

  async handle({ params: { id }, selection: { fields } }, context) {
    const job = await resendJob.get({ account: context.account, id }, context);
    return documentOf(await resendJob.retry(job, context), context, fields);
  },
});
