import type { Services } from '../context.ts';
import type { Changes } from '../table/expression.ts';
import { update } from '../table/write.ts';
import type { Deadline } from '../triggers/trigger.ts';
import type { Job } from './job.ts';
import { jobs } from './store.ts';

/** A queue gives up after five tries, so the job has to say so itself before. */
const MAX_STARTS = 4;
const MAX_DELAY_SECONDS = 900;

type Reach = Pick<Services, 'table' | 'now' | 'newId' | 'queue'>;

const freed = ['lease', 'leaseUntil'];

/**
 * The job, for whoever is the first to ask for it: nobody else gets it while the asker can still be running. Undefined
 * where there is nothing to do. Others ask again once the lease has ended, in case its holder was killed.
 */
export const acquire = async (
  { account, id }: Pick<Job, 'account' | 'id'>,
  services: Reach,
  deadline: Deadline,
): Promise<Job | undefined> => {
  const { table, now, newId, queue } = services;
  const job = await table.get(jobs, { account, id });
  if (!job || (job.status !== 'queued' && job.status !== 'processing')) return undefined;
  const time = now();
  const untilMs = job.leaseUntil === undefined ? 0 : Date.parse(job.leaseUntil) - time.getTime();
  if (untilMs > 0) {
    await queue().send({ kind: 'import', account, job: id }, Math.min(Math.ceil(untilMs / 1_000), MAX_DELAY_SECONDS));
    return undefined;
  }
  const next: Job = {
    ...job,
    status: 'processing',
    startedAt: job.startedAt ?? time.toISOString(),
    lease: newId(),
    leaseUntil: new Date(time.getTime() + deadline.remainingMs()).toISOString(),
    starts: job.starts + 1,
  };
  const { status, startedAt, lease, leaseUntil, starts } = next;
  const isFree =
    job.lease === undefined
      ? ({ attribute: 'lease', is: 'missing' } as const)
      : ({ attribute: 'lease', is: '=', value: job.lease } as const);
  const written = await table.write(
    update(jobs, job, {
      value: next,
      set: { status, startedAt, lease, leaseUntil, starts },
      condition: { all: [isFree, { attribute: 'status', is: '=', value: job.status }] },
    }),
  );
  // The answer to a lease can be lost, and the SDK asks again: then what is there is our own.
  if (!written.done && written.existing?.lease !== lease) return acquire({ account, id }, services, deadline);
  if (starts <= MAX_STARTS) return next;
  await finish(
    next,
    { status: 'failed', error: `The import stopped ${MAX_STARTS} times after row ${job.row}. Retry it.` },
    services,
  );
  return undefined;
};

/** Writes what changed, unless the job has been cancelled or taken over. */
export const save = async (
  job: Job,
  { set = {}, remove }: Pick<Changes, 'set' | 'remove'> & { readonly set?: Partial<Job> },
  { table }: Reach,
): Promise<Job | undefined> => {
  const next: Job = { ...job, ...set };
  const { done } = await table.write(
    update(jobs, job, {
      value: next,
      set,
      ...(remove && { remove }),
      condition: {
        all: [
          { attribute: 'lease', is: '=', value: job.lease },
          { attribute: 'status', is: '=', value: 'processing' },
        ],
      },
    }),
  );
  return done ? next : undefined;
};

/** Ends the lease, whatever has become of the job meanwhile. */
export const release = async (job: Job, { table }: Reach): Promise<void> => {
  const condition = { attribute: 'lease', is: '=', value: job.lease } as const;
  await table.write(update(jobs, job, { remove: freed, condition }));
};

/** Passes the job on at a checkpoint. */
export const handOver = async (job: Job, services: Reach): Promise<void> => {
  if (!(await save(job, { set: { starts: 0 }, remove: freed }, services))) return;
  await services.queue().send({ kind: 'import', account: job.account, job: job.id });
};

export const finish = (
  job: Job,
  end: { readonly status: 'complete' } | { readonly status: 'failed'; readonly error: string },
  services: Reach,
): Promise<Job | undefined> =>
  save(job, { set: { ...end, completedAt: services.now().toISOString() }, remove: freed }, services);
