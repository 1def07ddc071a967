import type { Context } from '../../context.ts';
import { update } from '../../table/write.ts';
import type { Deadline } from '../../triggers/trigger.ts';
import { accessJobs } from '../store.ts';
import type { AccessJob } from './job.ts';

export type Reach = Pick<Context, 'account' | 'table' | 'now' | 'newId'>;

export type Leased =
  | { readonly kind: 'leased'; readonly job: AccessJob }
  /** Another run has it, for so long at most. */
  | { readonly kind: 'busy'; readonly seconds: number }
  | { readonly kind: 'finished'; readonly job: AccessJob | undefined };

/** For the difference of clocks. */
const MARGIN_MS = 5_000;

/** Makes this run the only one of its job, as long as its function can live. */
export const lease = async (id: string, { account, table, now, newId }: Reach, deadline: Deadline): Promise<Leased> => {
  const job = await table.get(accessJobs, { account, id });
  if (!job || job.status === 'complete' || job.status === 'cancelled') return { kind: 'finished', job };
  const at = now();
  const heldMs = Date.parse(job.leaseUntil ?? '') - at.getTime();
  if (heldMs > 0) return { kind: 'busy', seconds: Math.ceil(heldMs / 1_000) };
  const set = {
    status: 'processing',
    startedAt: job.startedAt ?? at.toISOString(),
    lease: newId(),
    leaseUntil: new Date(at.getTime() + deadline.remainingMs() + MARGIN_MS).toISOString(),
  } as const;
  const isFree =
    job.lease === undefined
      ? ({ attribute: 'lease', is: 'missing' } as const)
      : ({ attribute: 'lease', is: '=', value: job.lease } as const);
  const isAsRead = { attribute: 'status', is: '=', value: job.status } as const;
  const written = await table.write(update(accessJobs, job, { set, condition: { all: [isFree, isAsRead] } }));
  // The answer to a lease can be lost, and the SDK asks again: then what is there is our own.
  if (!written.done && written.existing?.lease !== set.lease) return { kind: 'busy', seconds: MARGIN_MS / 1_000 };
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
  const condition = { attribute: 'lease', is: '=', value: job.lease } as const;
  const { done } = await table.write(update(accessJobs, job, { set, condition }));
  if (!done) throw new Error(`Another run has taken over access job ${job.id}.`);
  return { ...job, ...set };
};

/** The same, and lets go of the job. Answers it as it is then: it may have been cancelled meanwhile. */
export const leave = async (
  job: AccessJob,
  { set = {}, remove = [] }: { readonly set?: Changes; readonly remove?: readonly 'subject'[] },
  { table }: Pick<Reach, 'table'>,
): Promise<AccessJob> => {
  const condition = { attribute: 'lease', is: '=', value: job.lease } as const;
  const written = await table.write(
    update(accessJobs, job, { set, remove: [...remove, 'lease', 'leaseUntil'], condition }),
  );
  if (written.done) return { ...job, ...set };
  // The answer can be lost here too, and the lease is gone then.
  const stored = written.existing && accessJobs.fromItem(written.existing);
  if (!stored || stored.lease !== undefined) throw new Error(`Another run has taken over access job ${job.id}.`);
  return stored;
};
