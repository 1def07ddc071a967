import * as v from 'valibot';
import { getRejected } from '../../../domains/receipts/rejected/read.ts';
import { MAX_IDS, newReplayJob, type ReplayJob } from '../../../domains/receipts/rejected/replay/job.ts';
import { ApiError } from '../../../platform/errors.ts';
import { documentSchema } from '../../../platform/http/response/jsonapi.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { replayJob } from '../../replays/replay-job.ts';
import { route } from '../protocol.ts';
import { RangeTime, rangeJobDocument, rangeJobView } from '../range-job.ts';

const TYPE = 'rejected-item-replay-job';
const PATH = '/api/rejected-item-replay-jobs';

const JobView = rangeJobView({
  /** Stored now. */
  replayed_count: v.number(),
  /** Refused again: the items have the new reason. */
  rejected_count: v.number(),
  /** Replayed before, or without a payload. */
  skipped_count: v.number(),
});

const Text = v.pipe(v.string(), v.maxLength(64, 'Longer than 64 characters.'));

const documentOf = (
  job: ReplayJob,
  context: Parameters<typeof rangeJobDocument>[1],
  fields: Parameters<typeof rangeJobDocument>[2],
) => {
  const counts = { replayed_count: job.replayed, rejected_count: job.rejected, skipped_count: job.skipped };
  return rangeJobDocument({ type: TYPE, path: PATH, id: job.id, view: replayJob.view(job), counts }, context, fields);
};

export const createRejectedItemReplayJob = route({
  method: 'POST',
  path: PATH,
  summary: 'Replay rejected items',
  description:
    `Up to ${MAX_IDS} by their \`ids\`, or all with a source, a code, or a time of receipt between \`from\` and \`to\`. ` +
    'Each is processed again with the rights that it came with, and as of the time when it came in. What was ' +
    'replayed before is skipped. What is refused again stays, with the new reason.',
  scope: 'rejected-items:write',
  status: 202,
  reading: { fields: { [TYPE]: JobView } },
  body: v.object({
    data: v.object({
      type: v.literal(TYPE),
      attributes: v.optional(
        v.object({
          ids: v.nullish(
            boundedArray(Text, { max: MAX_IDS, tooMany: (count) => `${count} ids; at most ${MAX_IDS} are accepted.` }),
          ),
          source: v.nullish(Text),
          code: v.nullish(Text),
          from: v.nullish(RangeTime),
          to: v.nullish(RangeTime),
        }),
        {},
      ),
    }),
  }),
  result: documentSchema(TYPE, JobView),

  async handle({ body: { data }, selection: { fields } }, context) {
    const { ids, source, code, from, to } = data.attributes;
    const chosen = { ids: ids ?? undefined, source: source ?? undefined, code: code ?? undefined };
    const job = newReplayJob({ ...chosen, from: from ?? undefined, to: to ?? undefined }, context);
    return documentOf(await replayJob.start(job, context), context, fields);
  },
});

export const replayRejectedItem = route({
  method: 'POST',
  path: '/api/rejected-items/{id}/replay',
  summary: 'Replay a rejected item',
  description: 'Starts a job for this item. Replaying it twice has no further effect.',
  scope: 'rejected-items:write',
  status: 202,
  reading: { fields: { [TYPE]: JobView } },
  result: documentSchema(TYPE, JobView),
  errors: ['not_found', 'conflict'],

  async handle({ params: { id }, selection: { fields } }, context) {
    const { payload, omission = 'limit' } = await getRejected(id, context);
    if (payload === undefined)
      throw new ApiError('conflict', { detail: `This item has no payload to replay (${omission}).` });
    return documentOf(await replayJob.start(newReplayJob({ ids: [id] }, context), context), context, fields);
  },
});

export const getRejectedItemReplayJob = route({
  method: 'GET',
  path: `${PATH}/{id}`,
  summary: 'Get a replay job',
  scope: 'rejected-items:read',
  status: 200,
  reading: { fields: { [TYPE]: JobView } },
  result: documentSchema(TYPE, JobView),
  errors: ['not_found'],

  async handle({ params: { id }, selection: { fields } }, context) {
    return documentOf(await replayJob.get({ account: context.account, id }, context), context, fields);
  },
});
