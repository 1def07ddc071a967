import { freed, heldMs, isFree, isOf, isTaken, MARGIN_MS, taken } from '../../../platform/jobs/lease.ts';
import { update } from '../../../platform/table/write.ts';
import type { Deadline } from '../../../platform/workers/trigger.ts';
import type { Context } from '../../accounts/context.ts';
import type { AccessJob } from './job.ts';
import { accessJobs } from './store.ts';

export type Reach = Pick<Context, 'account' | 'table' | 'now' | 'newId'>;

export type Leased =
  | { readonly kind: 'leased'; readonly job: AccessJob }
  /** Another run has it, for so long at most. */
  | { readonly kind: 'busy'; readonly seconds: number }
  | { readonly kind: 'finished'; readonly job: AccessJob | undefined };

/** Makes this run the only one of its job, as long as its function can live. */
export const lease = async (id: string, context: Reach, deadline: Deadline): Promise<Leased> => {
  const { account, table, now } = context;
  const job = await table.get(accessJobs, { account, id });
  if (job?.status !== 'queued' && job?.status !== 'processing') return { kind: 'finished', job };
  const held = heldMs(job, now());
  if (held > 0) return { kind: 'busy', seconds: Math.ceil(held / 1_000) };
  const set = {
    status: 'processing',
    startedAt: job.startedAt ?? now().toISOString(),
    ...taken(context, deadline.remainingMs() + MARGIN_MS),
  } as const;
  const isAsRead = { attribute: 'status', is: '=', value: job.status } as const;
  const written = await table.write(update(accessJobs, job, { set, condition: { all: [isFree(job), isAsRead] } }));
  if (!isTaken(written, set)) return { kind: 'busy', seconds: MARGIN_MS / 1_000 };
  return { kind: 'leased', job: { ...job, ...set } };
};

type Changes = Partial<
  Pick<
    AccessJob,
    'status' | 'completedAt' | 'profileIds' | 'isKnown' | 'subjectHash' | 'gathered' | 'bytes' | 'keptUntil'
  >
>;

/** Writes down what a run has done, as long as nobody else has taken its job. */
export const save = async (job: AccessJob, set: Changes, { table }: Pick<Reach, 'table'>): Promise<AccessJob> => {
  const { done } = await table.write(update(accessJobs, job, { set, condition: isOf(job) }));
  if (!done) throw new Error(`Another run has taken over access job ${job.id}.`);
  return { ...job, ...set };
};

/** The same, and lets go of the job. Answers it as it is then: it may have been cancelled meanwhile. */
export const leave = async (
  job: AccessJob,
  { set = {}, remove = [] }: { readonly set?: Changes; readonly remove?: readonly 'subject'[] },
  { table }: Pick<Reach, 'table'>,
): Promise<AccessJob> => {
  const written = await table.write(
    update(accessJobs, job, { set, remove: [...remove, ...freed], condition: isOf(job) }),
  );
  if (written.done) return { ...job, ...set };
  // The answer can be lost here too, and the lease is gone then.
  const stored = written.existing && accessJobs.fromItem(written.existing);
  if (!stored || stored.lease !== undefined) throw new Error(`Another run has taken over access job ${job.id}.`);
  return stored;
};
