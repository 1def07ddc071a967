import * as v from 'valibot';
import { defineJob } from '../../../../platform/jobs/define.ts';
import { jobFields, newJob, stateIn } from '../../../../platform/jobs/state.ts';
import { entity } from '../../../../platform/table/entity.ts';
import { findAccount } from '../../../accounts/actions.ts';
import type { Context } from '../../../accounts/context.ts';
import { matchesFilter, type RejectedFilter } from '../read.ts';
import { KEPT_DAYS, type RejectedItem } from '../rejected-item.ts';
import { REJECTED, rejectedItems, rejectedPartitions } from '../store.ts';
import type { ReplayHandlers } from './handler.ts';
import { type ReplayOutcome, replayItem } from './replay-item.ts';

/** The checkpoint is after each of these. Replays since then run again, and find themselves marked. */
const PAGE = 25;
export const MAX_IDS = 100;

const ReplayJob = v.object({
  ...jobFields,
  /** Only these items. */
  ids: v.optional(v.array(v.string())),
  source: v.optional(v.string()),
  code: v.optional(v.string()),
  /** The range of the times of receipt, both inclusive. */
  from: v.optional(v.string()),
  to: v.optional(v.string()),
  /** Later items are not replayed: a replay can reject parts of a batch anew. */
  until: v.string(),
  /** The checkpoint: the partition, and the sort key of the last item that was read there. */
  partition: v.number(),
  after: v.optional(v.string()),
  replayed: v.number(),
  rejected: v.number(),
  skipped: v.number(),
  expiresAt: v.number(),
});
export type ReplayJob = v.InferOutput<typeof ReplayJob>;

export const replayJobsPk = (account: string): string => `A#${account}#REJECTEDREPLAYS`;

export const replayJobs = entity({
  type: 'rejected_replay_job',
  schema: ReplayJob,
  key: ({ account, id }: Pick<ReplayJob, 'account' | 'id'>) => ({
    pk: replayJobsPk(account),
    sk: `JOB#${id}`,
  }),
});

type Deps = Pick<Context, 'account' | 'table'>;

/** Declares the job that replays rejected items, with the handlers of all protocols. */
export const defineReplayJob = (loadHandlers: () => Promise<ReplayHandlers>) =>
  defineJob({
    name: 'replay-rejected-items',
    state: stateIn(replayJobs),
    absence: (id) => `There is no replay job ${id}.`,

    async step({ job }, context) {
      const accountSettings = await findAccount(job.account, context);
      if (!accountSettings) return { kind: 'cancelled' };
      const { items, next } = await readPart(job, context);
      if (items.length === 0 && next === undefined) return { kind: 'complete' };
      const handlers = await loadHandlers();
      const counts = { replayed: job.replayed, rejected: job.rejected, skipped: job.skipped };
      for (const item of items) {
        const outcome: ReplayOutcome = await replayItem(item, { handlers, accountSettings }, context);
        counts[outcome] += 1;
      }
      if (next === undefined) return { kind: 'complete', set: counts };
      const { after, partition } = next;
      return after === undefined
        ? { kind: 'next', set: { ...counts, partition }, remove: ['after'] }
        : { kind: 'next', set: { ...counts, partition, after } };
    },
  });

interface Part {
  readonly items: readonly RejectedItem[];
  /** The checkpoint behind them. Undefined at the end. */
  readonly next: { readonly partition: number; readonly after?: string } | undefined;
}

const readPart = async (job: ReplayJob, { account, table }: Deps): Promise<Part> => {
  const { ids, partition, after } = job;
  if (ids) {
    const read = ids.slice(partition, partition + PAGE);
    const found = await table.getMany(
      rejectedItems,
      read.map((id) => ({ account, id })),
    );
    const end = partition + PAGE;
    return { items: found.filter((one) => one !== undefined), next: end < ids.length ? { partition: end } : undefined };
  }
  const pk = rejectedPartitions(account)[partition];
  if (pk === undefined) return { items: [], next: undefined };
  const range = { pk, prefix: REJECTED, limit: PAGE, ...(after !== undefined && { after }) };
  const read = await table.queryOf(rejectedItems, range);
  const last = read.at(-1);
  const items = read.filter(
    (item) => item.receivedAt <= job.until && matchesFilter(item, { ...job, isReplayed: false }),
  );
  return {
    items,
    next: read.length < PAGE || !last ? { partition: partition + 1 } : { partition, after: rejectedItems.key(last).sk },
  };
};

/** A new job, which `start` of the defined job stores. */
export const newReplayJob = (
  {
    ids,
    source,
    code,
    from,
    to,
  }: Omit<RejectedFilter, 'isReplayed'> & { readonly ids?: readonly string[] | undefined },
  context: Pick<Context, 'account' | 'now' | 'newId'>,
): ReplayJob => ({
  ...newJob(context, KEPT_DAYS),
  ...(ids && { ids: [...ids] }),
  ...(source !== undefined && { source }),
  ...(code !== undefined && { code }),
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
  until: context.now().toISOString(),
  partition: 0,
  replayed: 0,
  rejected: 0,
  skipped: 0,
});
