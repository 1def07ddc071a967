import {
  hasLease,
  hasLeaseAsRead,
  isLeased,
  leaseAttributes,
  leaseMs,
  newLease,
  retrySeconds,
} from '../../../platform/jobs/lease.ts';
import { nameOfError } from '../../../platform/log.ts';
import type { Services } from '../../../platform/resources/services.ts';
import type { Changes, Condition } from '../../../platform/table/expression.ts';
import { check, update } from '../../../platform/table/write.ts';
import type { Deadline } from '../../../platform/workers/trigger.ts';
import type { Chunk } from '../jobs/chunk.ts';
import type { Job } from '../jobs/job.ts';
import { chunks, jobs } from '../jobs/store.ts';
import { type SenderDeps, tellSender } from '../reports/sender.ts';

/** A queue gives up after five tries, so the import has to say so itself before. */
export const MAX_STARTS = 4;

export type Deps = Pick<Services, 'table' | 'now' | 'newId' | 'queue'>;

const isProcessing: Condition = { attribute: 'status', is: '=', value: 'processing' };

const started = ({ starts }: Pick<Job, 'starts'>, services: Deps, deadline: Deadline) => ({
  ...newLease(services, deadline.remainingMs()),
  starts: starts + 1,
});

export type Wanted = Pick<Job, 'account' | 'id'> & {
  readonly chunk?: number;
  /** How often it was refused so far. */
  readonly asked?: number;
};

/** Asks for a job or a chunk again: by and by, in case its holder was killed. */
export const askAgain = async (
  { account, id, chunk, asked = 0 }: Wanted,
  heldForMs: number,
  { queue }: Pick<Deps, 'queue'>,
): Promise<void> => {
  const message = { kind: 'import', account, job: id, ...(chunk !== undefined && { chunk }), asked: asked + 1 };
  await queue().send(message, retrySeconds(heldForMs, asked));
};

/**
 * The job, for the first worker that asks: nobody else plans or finishes it while the asker can still be running.
 * Undefined where there is nothing to do.
 */
export const acquire = async (
  { account, id, asked = 0 }: Wanted,
  services: Deps,
  deadline: Deadline,
): Promise<Job | undefined> => {
  const { table, now } = services;
  const job = await table.get(jobs, { account, id });
  if (!job || (job.status !== 'queued' && job.status !== 'processing')) return undefined;
  const held = leaseMs(job, now());
  if (held > 0) {
    await askAgain({ account, id, asked }, held, services);
    return undefined;
  }
  const set = {
    status: 'processing' as const,
    startedAt: job.startedAt ?? now().toISOString(),
    ...started(job, services, deadline),
  };
  const next: Job = { ...job, ...set };
  const condition = { all: [hasLeaseAsRead(job), { attribute: 'status', is: '=', value: job.status } as const] };
  const written = await table.write(update(jobs, job, { value: next, set, condition }));
  if (!isLeased(written, next)) return acquire({ account, id, asked }, services, deadline);
  return next;
};

/** Writes what changed, unless the job has been stopped or taken over. */
export const save = async (
  job: Job,
  { set = {}, remove }: Pick<Changes, 'set' | 'remove'> & { readonly set?: Partial<Job> },
  { table }: Deps,
): Promise<Job | undefined> => {
  const next: Job = { ...job, ...set };
  const condition = { all: [hasLease(job), isProcessing] };
  const { done } = await table.write(update(jobs, job, { value: next, set, ...(remove && { remove }), condition }));
  return done ? next : undefined;
};

/** Ends the lease, whatever has become of the job meanwhile; with what the work ended with, where that is an error. */
export const release = async (job: Job, { table }: Deps, error?: Caught): Promise<void> => {
  await table.write(update(jobs, job, { ...noted(error), remove: leaseAttributes, condition: hasLease(job) }));
};

export interface Caught {
  readonly thrown: unknown;
}

const noted = (error: Caught | undefined): Pick<Changes, 'set'> =>
  error ? { set: { lastError: nameOfError(error.thrown) } } : {};

export const finish = async (job: Job, end: End, services: Deps & SenderDeps): Promise<Job | undefined> => {
  const { counts, warnings } = job;
  const set = { ...end, counts, ...(warnings && { warnings }), completedAt: services.now().toISOString() };
  await tellSender({ ...job, ...set }, services);
  return save(job, { set, remove: leaseAttributes }, services);
};

type End =
  | ({ readonly status: 'complete' } & Pick<Partial<Job>, 'key' | 'layout'>)
  | { readonly status: 'failed'; readonly error: string; readonly lastError?: string };

export type ChunkWanted = Wanted & { readonly chunk: number };

interface Work {
  readonly job: Job;
  readonly chunk: Chunk;
}

/** Likewise a chunk. `over` where it is complete, or stopped too often. */
export const acquireChunk = async (
  wanted: ChunkWanted,
  services: Deps,
  deadline: Deadline,
): Promise<(Work & { readonly kind: 'taken' | 'over' }) | undefined> => {
  const { account, id, chunk: number } = wanted;
  const { table, now } = services;
  const [job, chunk] = await Promise.all([
    table.get(jobs, { account, id }),
    table.get(chunks, { account, job: id, number }),
  ]);
  if (job?.status !== 'processing' || !chunk) return undefined;
  if (chunk.status !== 'open') return { kind: 'over', job, chunk };
  const held = leaseMs(chunk, now());
  if (held > 0) {
    await askAgain(wanted, held, services);
    return undefined;
  }
  const set = { ...started(chunk, services, deadline), status: chunk.starts < MAX_STARTS ? 'open' : 'failed' } as const;
  const written = await table.write(update(chunks, chunk, { set, condition: hasLeaseAsRead(chunk) }));
  if (!isLeased(written, set)) return acquireChunk(wanted, services, deadline);
  return { kind: set.status === 'open' ? 'taken' : 'over', job, chunk: { ...chunk, ...set } };
};

/** Writes a checkpoint. It counts only while the job goes on. */
export const saveChunk = async (
  job: Job,
  chunk: Chunk,
  set: Partial<Chunk>,
  { table }: Deps,
): Promise<Chunk | undefined> => {
  const { done } = await table.transact([
    update(chunks, chunk, { set, condition: hasLease(chunk) }),
    check(jobs, job, isProcessing),
  ]);
  return done ? { ...chunk, ...set } : undefined;
};

export const releaseChunk = async (chunk: Chunk, { table }: Deps, error?: Caught): Promise<void> => {
  await table.write(update(chunks, chunk, { ...noted(error), remove: leaseAttributes, condition: hasLease(chunk) }));
};

/** Passes a chunk on at a checkpoint. */
export const handOver = async (chunk: Chunk, services: Deps): Promise<void> => {
  const change = { set: { starts: 0 }, remove: leaseAttributes, condition: hasLease(chunk) };
  await services.table.write(update(chunks, chunk, change));
  await send({ account: chunk.account, id: chunk.job, chunk: chunk.number }, services);
};

export const send = async ({ account, id, chunk }: Wanted, { queue }: Deps): Promise<void> =>
  queue().send({ kind: 'import', account, job: id, ...(chunk !== undefined && { chunk }) });
