import { ApiError } from '../errors.ts';
import type { DeliveryTime } from '../queues/queue.ts';
import type { Services } from '../resources/services.ts';
import { create, update } from '../table/write.ts';
import type { FailOutcome } from '../workers/trigger.ts';
import type { DefinedJob, GiveUp, JobDeclaration } from './job.ts';
import { hasLeaseAsRead, leaseAttributes, leaseMs, retrySeconds } from './lease.ts';
import { byStatus, isOpen, type JobItem, type Lifecycle, withBoth } from './lifecycle.ts';
import { reading } from './list.ts';
import { changed, endingOf, MAX_STARTS } from './run.ts';
import { viewOf } from './view.ts';
import { handleJob } from './work.ts';
import { writeAndSend } from './write-and-send.ts';

/** A dead-lettered message is sent again for the end of the lease. */
const LAST_ASKED = 5;

/** Declares a kind of background job. Owns its lease, checkpoints, hand-over, end, failure and retry. See docs/adr/0070. */
export const defineJob = <Job extends Id & JobItem, Id extends { readonly account: string }>(
  declared: JobDeclaration<Job, Id>,
): DefinedJob<Job, Id> => {
  const { name: kind, state, initial, waitsUntil, onFail, partsLeasedForMs } = declared;
  const { entity, idIn } = state;
  const lifecycle: Lifecycle<Job> = declared.lifecycle ?? byStatus;
  const messageOf = (id: Id) => ({ kind, ...state.messageOf(id) });

  const wake = (
    id: Id,
    { queue }: Pick<Services, 'queue'>,
    when?: number | DeliveryTime,
    asked?: number,
  ): Promise<void> => queue().send({ ...messageOf(id), ...(asked !== undefined && { asked }) }, when);

  const startBy = <Result>(id: Id, write: () => Promise<Result>, { queue }: Pick<Services, 'queue'>): Promise<Result> =>
    writeAndSend(messageOf(id), write, queue());

  const giveUp: GiveUp<Job> = async (job, reason, services, deadline) => {
    const context = { ...services, account: job.account };
    // Work since the last checkpoint may be done: the next run has to know.
    const starts = job.starts !== undefined && { starts: Math.min(job.starts, 1) };
    const failing = withBoth(lifecycle.fail(job, reason, services.now().toISOString()), { set: { ...starts } });
    const change = withBoth(await endingOf(declared.beforeEnd, job, failing, context), { remove: leaseAttributes });
    const value = changed(job, change);
    const condition = { all: [hasLeaseAsRead(job), lifecycle.isUnchanged(job)] };
    const { done } = await services.table.write(
      update(entity, job, { value, ...change, upsert: initial !== undefined, condition }),
    );
    if (done) await onFail?.(value, reason, context, deadline);
    return done;
  };

  const fail = async (message: unknown, reason: string, services: Services): Promise<FailOutcome> => {
    const id = idIn(message);
    const { table, now } = services;
    const job = (await table.get(entity, id)) ?? initial?.(id);
    const context = { ...services, account: id.account };
    if (!job || !isOpen(lifecycle.statusOf(job))) {
      if (job && lifecycle.statusOf(job) === 'failed') await onFail?.(job, lifecycle.errorOf(job) ?? reason, context);
      return 'over';
    }
    const leasedForMs = Math.max(leaseMs(job, now()), (await partsLeasedForMs?.(job, context)) ?? 0);
    const due = waitsUntil?.(job);
    if (leasedForMs > 0) await wake(id, services, retrySeconds(leasedForMs, LAST_ASKED), LAST_ASKED);
    else if (due && due > now()) await wake(id, services, { at: due, now: now() });
    else return (await giveUp(job, reason, services)) ? 'failed' : fail(message, reason, services);
    return 'requeued';
  };

  return {
    on: 'message',
    isJob: true,
    kind,
    maxStarts: declared.maxStarts ?? MAX_STARTS,
    handle: handleJob(declared, { lifecycle, wake, giveUp }),
    fail,
    giveUp,
    idIn,
    statusOf: lifecycle.statusOf,
    errorOf: lifecycle.errorOf,
    view: (job) => viewOf(job, lifecycle, declared.progress),
    find: (id, { table }) => table.get(entity, id),
    ...reading(entity, declared.absence),
    wake: (id, context, when) => wake(id, context, when),
    startBy,
    ...commandsOf(declared, { lifecycle, wake, startBy }),
  };
};

interface Messaging<Job, Id> {
  readonly lifecycle: Lifecycle<Job>;
  readonly wake: (id: Id, context: Pick<Services, 'queue'>) => Promise<void>;
  readonly startBy: DefinedJob<Job, Id>['startBy'];
}

/** The operations of callers on a job. */
const commandsOf = <Job extends Id & JobItem, Id extends { readonly account: string }>(
  { state: { entity }, reopen, retryable = ['failed'], beforeRetry }: JobDeclaration<Job, Id>,
  { lifecycle, wake, startBy }: Messaging<Job, Id>,
): Pick<DefinedJob<Job, Id>, 'start' | 'retry' | 'cancel' | 'stop'> => ({
  start: async (job, context) => {
    await startBy(job, () => context.table.write(create(entity, job)), context);
    return job;
  },
  retry: async (job, context) => {
    const status = lifecycle.statusOf(job);
    await beforeRetry?.(job, context);
    if (!isOpen(status) && !retryable.includes(status))
      throw new ApiError('conflict', { detail: `This job is ${status}.` });
    if (isOpen(status)) {
      await wake(job, context);
      return job;
    }
    const change = withBoth(lifecycle.reopen(job), reopen?.(job) ?? {});
    const next = changed(job, change);
    const write = update(entity, job, { value: next, ...change, condition: lifecycle.isUnchanged(job) });
    const written = await startBy(job, () => context.table.write(write), context);
    if (written.done) return next;
    // The response can be lost, and the client repeats the write; or another caller retries the job too.
    const stored = written.existing && entity.fromItem(written.existing);
    if (stored && isOpen(lifecycle.statusOf(stored))) return stored;
    throw new ApiError('conflict', { detail: 'This job has just changed. Get it again.' });
  },
  stop: async (job, { set, remove = [] }, { table }) => {
    const change = { ...(set && { set }), remove: [...remove, ...leaseAttributes] };
    const value = changed(job, change);
    const written = await table.write(update(entity, job, { value, ...change, condition: lifecycle.isUnchanged(job) }));
    return written.done ? value : undefined;
  },
  cancel: async (job, { table, now }, more = {}) => {
    if (lifecycle.statusOf(job) === 'cancelled') return false;
    const { set = {}, remove = [] } = withBoth(lifecycle.end('cancelled', now().toISOString()), more);
    const change = { set, remove: [...remove, ...leaseAttributes, 'starts', 'lastError'] };
    await table.write(update(entity, job, { value: changed(job, change), ...change }));
    return true;
  },
});
