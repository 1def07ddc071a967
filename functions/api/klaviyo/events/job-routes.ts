import * as v from 'valibot';
import { getEventJob } from '../../../domains/receipts/jobs/actions.ts';
import type { EventJob } from '../../../domains/receipts/jobs/event-job.ts';
import { unpackResults } from '../../../domains/receipts/jobs/results.ts';
import { type Outcome, outcomes } from '../../../domains/receipts/outcome.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { defineView } from '../../../platform/http/resource/view.ts';
import { documentSchema, resourceDocument } from '../../../platform/http/response/jsonapi.ts';
import { route } from '../protocol.ts';

const TYPE = 'event-bulk-create-job';
const MAX_ERRORS = 1_000;

const Errors = v.array(
  v.object({
    /** The place of the event among those of the request, from 0. */
    index: v.number(),
    code: v.picklist(['conflict', 'erased']),
    receipt: v.string(),
  }),
);

const view = defineView({
  type: TYPE,
  path: '/api/event-bulk-create-jobs',
  entries: {
    status: v.literal('complete'),
    source: v.string(),
    created_at: v.string(),
    expires_at: v.string(),
    total_count: v.number(),
    completed_count: v.number(),
    failed_count: v.number(),
    outcomes: v.record(v.string(), v.number()),
    errors: Errors,
  },
  attributes: (job: EventJob) => {
    const results = unpackResults(job.results);
    const count = (outcome: Outcome): number => results.filter((one) => one.outcome === outcome).length;
    const errors = results.flatMap(({ outcome }, index) =>
      outcome === 'conflict' || outcome === 'erased' ? [{ index, code: outcome, receipt: `${job.id}.${index}` }] : [],
    );
    return {
      status: 'complete' as const,
      source: job.source,
      created_at: withUtcOffset(job.receivedAt),
      expires_at: withUtcOffset(new Date(job.expiresAt * 1_000).toISOString()),
      total_count: results.length,
      completed_count: results.length - errors.length,
      failed_count: errors.length,
      outcomes: Object.fromEntries(
        outcomes.flatMap((outcome) => (count(outcome) > 0 ? [[outcome, count(outcome)]] : [])),
      ),
      errors: errors.slice(0, MAX_ERRORS),
    };
  },
});

export const getBulkCreateEventsJob = route({
  method: 'GET',
  path: '/api/event-bulk-create-jobs/{id}',
  summary: 'Get the job of a bulk call of events',
  description:
    'What became of the events of `POST /api/event-bulk-create-jobs` or `/client/event-bulk-create`, for 14 days. ' +
    'The receipt of each event is `<id of the job>.<index>`, for `GET /api/receipts/{id}`.',
  scope: 'events:read',
  status: 200,
  reading: { fields: { [TYPE]: view.schema } },
  result: documentSchema(TYPE, view.schema),
  errors: ['not_found'],

  async handle({ params, selection: { fields } }, context) {
    return resourceDocument(view.show(await getEventJob(params.id, context), context, fields));
  },
});
