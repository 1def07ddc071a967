import * as v from 'valibot';
import { defineResource } from '../../../../functions/api/klaviyo/resource.ts';
import { ApiError } from '../../../../functions/platform/errors.ts';
import { pagedListing } from '../../../../functions/platform/http/resource/listing.ts';
import { defineView } from '../../../../functions/platform/http/resource/view.ts';
import { writeAndSend } from '../../../../functions/platform/jobs/write-and-send.ts';
import { entity } from '../../../../functions/platform/table/entity.ts';
import { create, update } from '../../../../functions/platform/table/write.ts';
import { boundedArray } from '../../../../functions/platform/validation/bounded-array.ts';
import type { MessageTrigger } from '../../../../functions/platform/workers/trigger.ts';
import { store } from './notifier-store.ts';
import { Attributes, toOwn } from './notifiers.ts';

const TYPE = 'notifier-bulk-create-job';
const Job = v.object({
  account: v.string(),
  id: v.string(),
  status: v.picklist(['queued', 'complete']),
  rows: v.array(Attributes),
  created: v.string(),
});
type Job = v.InferOutput<typeof Job>;

const pk = (account: string): string => `A#${account}#NOTIFIERJOBS`;
const prefix = 'JOB#';
const jobs = entity({
  type: 'notifier_job',
  schema: Job,
  key: ({ account, id }: Pick<Job, 'account' | 'id'>) => ({ pk: pk(account), sk: `${prefix}${id}` }),
  json: ['rows'],
});

const view = defineView({
  type: TYPE,
  path: '/api/notifier-bulk-create-jobs',
  entries: { status: v.string(), total_count: v.number(), created_at: v.string() },
  attributes: ({ status, rows, created }: Job) => ({ status, total_count: rows.length, created_at: created }),
});

const Rows = boundedArray(v.object({ type: v.literal('notifier'), attributes: Attributes }), {
  min: 1,
  max: 50,
  tooMany: (count) => `${count} notifiers; at most 50 are allowed.`,
});

/** A bulk job: created with 202, and never changed by a caller. */
export const routes = defineResource({
  view,
  noun: { one: 'bulk job', many: 'bulk jobs' },
  scope: 'notifiers',
  async getOne(id, { account, table }) {
    const job = await table.get(jobs, { account, id });
    if (!job) throw new ApiError('not_found', { detail: `There is no bulk job ${id.slice(0, 64)}.` });
    return job;
  },
  list: {
    operation: 'getBulkCreateNotifiersJobs',
    page: { default: 20, max: 100 },
    ...pagedListing({ entity: jobs, pk, prefix, sort: 'created_at' }),
  },
  get: { operation: 'getBulkCreateNotifiersJob' },
  create: {
    operation: 'bulkCreateNotifiers',
    status: 202,
    attributes: v.object({ notifiers: v.object({ data: Rows }) }),
    async run({ attributes }, { account, table, queue, now, newId }) {
      const rows = attributes.notifiers.data.map((row) => row.attributes);
      const job: Job = { account, id: newId(), status: 'queued', rows, created: now().toISOString() };
      await writeAndSend({ kind: TYPE, account, id: job.id }, () => table.write(create(jobs, job)), queue());
      return job;
    },
  },
});

const Message = v.object({ account: v.string(), id: v.string() });

export const trigger: MessageTrigger = {
  on: 'message',
  kind: TYPE,
  async handle(message, services) {
    const { account, id } = v.parse(Message, message);
    const context = { ...services, account };
    const job = await services.table.get(jobs, { account, id });
    if (job?.status !== 'queued') return;
    const made = await store.findMany(
      job.rows.map((_, row) => `${id}-${row}`),
      context,
    );
    for (const [row, attributes] of job.rows.entries()) {
      const own = `${id}-${row}`;
      if (!made.has(own)) await store.create({ ...toOwn(attributes), topics: [] }, context, own);
    }
    await services.table.write(update(jobs, job, { set: { status: 'complete' } }));
  },
  fail: async () => 'none',
};
