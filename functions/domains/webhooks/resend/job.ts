import * as v from 'valibot';
import { defineJob } from '../../../platform/jobs/define.ts';
import { jobFields, newJob, stateIn } from '../../../platform/jobs/state.ts';
import { inParallel } from '../../../platform/parallel.ts';
import { entity } from '../../../platform/table/entity.ts';
import { create } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { countWaiting, isFull, readBacklog } from '../deliveries/backlog.ts';
import { LOG_DAYS } from '../deliveries/record-attempt.ts';
import type { Delivery } from '../deliveries/records/delivery.ts';
import {
  deliveries,
  deliveryPartitions,
  ENDED,
  failedPartitions,
  pendingDeliveries,
} from '../deliveries/records/store.ts';
import { toPending } from '../deliveries/records/to-pending.ts';
import { wakeEndpoint } from '../deliveries/wake.ts';
import { webhookStore } from '../records/store.ts';

const PAGE = 200;
const PARALLEL = 32;
const FULL_PAUSE_SECONDS = 600;

const ResendJob = v.object({
  ...jobFields,
  webhookId: v.string(),
  /** Also deliveries that were accepted. */
  includesDelivered: v.boolean(),
  /** The range of the times of their changes, both inclusive. */
  from: v.optional(v.string()),
  to: v.optional(v.string()),
  /** The checkpoint: the partition, and the sort key of the last delivery that was read there. */
  partition: v.number(),
  after: v.optional(v.string()),
  resent: v.number(),
  expiresAt: v.number(),
});
export type ResendJob = v.InferOutput<typeof ResendJob>;

export const resendJobsPk = (account: string): string => `A#${account}#WEBHOOKRESENDJOBS`;

export const resendJobs = entity({
  type: 'webhook_resend_job',
  schema: ResendJob,
  key: ({ account, id }: Pick<ResendJob, 'account' | 'id'>) => ({
    pk: resendJobsPk(account),
    sk: `JOB#${id}`,
  }),
});

/** Sends deliveries of the log again: those that were given up, or all, of a range of time. */
export const resendJob = defineJob({
  name: 'resend-webhook-deliveries',
  state: stateIn(resendJobs),
  absence: (id) => `There is no webhook resend job ${id}.`,

  async step({ job }, context) {
    const { account, webhookId, includesDelivered, partition, resent } = job;
    const partitions = (includesDelivered ? deliveryPartitions : failedPartitions)({ account, webhookId });
    const pk = partitions[partition];
    if (pk === undefined) {
      await wakeEndpoint({ account, webhookId }, context);
      return { kind: 'complete' };
    }
    const id = { account, webhookId };
    const state = await readBacklog(id, context);
    // What waits is sent first.
    if (isFull(state)) return { kind: 'wait', until: FULL_PAUSE_SECONDS };
    const { found, last } = await readPage(pk, job, context);
    const chosen = found.filter((delivery) => isChosen(delivery, job));
    await inParallel(chosen, PARALLEL, (delivery) =>
      context.table.write(create(pendingDeliveries, toPending(delivery, context.now()))),
    );
    await countWaiting({ id, state, added: chosen.length }, context);
    const count = { resent: resent + chosen.length };
    return last === undefined
      ? { kind: 'next', set: { ...count, partition: partition + 1 }, remove: ['after'] }
      : { kind: 'next', set: { ...count, after: last } };
  },
});

const readPage = async (
  pk: string,
  { includesDelivered, after }: ResendJob,
  { table }: Pick<Context, 'table'>,
): Promise<{ readonly found: readonly Delivery[]; readonly last: string | undefined }> => {
  const range = { pk, prefix: ENDED, limit: PAGE, ...(after !== undefined && { after }) };
  if (includesDelivered) {
    const found = await table.queryOf(deliveries, range);
    const final = found.at(-1);
    return { found, last: found.length < PAGE || !final ? undefined : deliveries.key(final).sk };
  }
  const keys = await table.query({ index: 'gsi1', ...range });
  const items = await table.getItems(keys.map(({ pk: at, sk }) => ({ pk: String(at), sk: String(sk) })));
  const last = keys.length < PAGE ? undefined : keys.at(-1)?.gsi1sk?.toString();
  return { found: items.flatMap((item) => (item ? [deliveries.fromItem(item)] : [])), last };
};

const isChosen = ({ status, at }: Delivery, { includesDelivered, from = '', to = '9' }: ResendJob): boolean =>
  (includesDelivered || status === 'failed') && from <= at && at <= to;

interface ResendRequest {
  readonly webhookId: string;
  readonly includesDelivered: boolean;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export const startResend = async (
  { webhookId, includesDelivered, from, to }: ResendRequest,
  context: Pick<Context, 'account' | 'table' | 'now' | 'newId' | 'queue'>,
): Promise<ResendJob> => {
  await webhookStore.get(webhookId, context);
  return resendJob.start(
    {
      ...newJob(context, LOG_DAYS),
      webhookId,
      includesDelivered,
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      partition: 0,
      resent: 0,
    },
    context,
  );
};
