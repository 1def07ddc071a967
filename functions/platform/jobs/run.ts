import { errorName } from '../log.ts';
import type { Services } from '../resources/services.ts';
import { isThrottledOut } from '../table/client/retry/retry.ts';
import type { Entity } from '../table/entity.ts';
import { withClosingTable } from '../table/shared-table.ts';
import { update, type Write } from '../table/write.ts';
import type { Deadline } from '../workers/trigger.ts';
import {
  hasLease,
  hasLeaseAsRead,
  isLeased,
  isRenewable,
  JUST_TAKEN_MS,
  leaseAttributes,
  leaseEnd,
  leaseMs,
  newLease,
} from './lease.ts';
import { type Change, isOpen, type JobItem, type Lifecycle, withBoth } from './lifecycle.ts';
import { startRenewal, withCheck } from './renewal.ts';

export type JobContext = Services & { readonly account: string };

/** Ends a run whose job another run has leased, or a caller has cancelled. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}

/** Ends a run that has no time left. The next run continues from the last checkpoint. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/** Each message of a job counts its own deliveries from the start, so the job counts its starts too. */
export const MAX_STARTS = 10;

/** After this time without an end, a run that only meets a throttled table counts as a start. */
const PATIENCE_MS = 7 * 24 * 3_600_000;

/** A job under the lease of this run. A write of the run fails once another run has taken the job. */
export interface Run<Job> {
  readonly job: Job;
  /** The run before did not end at a checkpoint: some work since the last one may be done. */
  readonly isResumed: boolean;
  readonly deadline: Deadline;
  /** Writes a checkpoint, in one transaction with `writes` if there are any. */
  save(
    set: Partial<Job>,
    more?: { readonly remove?: readonly (keyof Job & string)[]; readonly writes?: readonly Write[] },
  ): Promise<void>;
  /** A checkpoint as a write for the caller's own transaction. The caller calls `saved` afterwards. */
  saving(set: Partial<Job>): Write;
  saved(set: Partial<Job>): void;
  /** Call it after a checkpoint: whether it is time to hand over. */
  isLate(): boolean;
  /** Ends a run with little time left, also before its first checkpoint; a short run ends after half of its time. */
  checkTime(): void;
}

/** The run as `defineJob` sees it. Its lease is renewed until one of its methods ends it. */
export interface OwnRun<Job> extends Run<Job> {
  /** The services of its step. They refuse to use the table once the lease may have ended. */
  readonly context: JobContext;
  /** Stops the renewal of the lease, if nothing else has ended it. */
  leave(): void;
  /** Ends the lease, so that the next run can take the job at once. */
  release(change: Change): Promise<void>;
  /** Ends the lease after an error. */
  drop(error: unknown): Promise<void>;
  /** Ends the lease after another item's condition stopped the run. Does nothing if another run owns the job. */
  abandon(): Promise<void>;
  /** Stores the end of the job. Returns the stored job, which may have been cancelled meanwhile. */
  finish(change: Change, writes?: readonly Write[]): Promise<Job>;
}

interface Place<Job extends Id & JobItem, Id> {
  readonly entity: Entity<Job, Id>;
  readonly lifecycle: Lifecycle<Job>;
  /** The job whose item does not exist yet, if its kind allows that. */
  readonly initial?: ((id: Id) => Job) | undefined;
  /** Longer than a step takes. */
  readonly marginMs: number;
  readonly maxStarts: number;
}

export type Acquired<Job> =
  | { readonly kind: 'leased'; readonly run: OwnRun<Job> }
  /** Another run has the lease, for at most so long. */
  | { readonly kind: 'busy'; readonly ms: number }
  | { readonly kind: 'stuck'; readonly job: Job }
  | { readonly kind: 'over'; readonly job: Job | undefined };

/** Takes the lease of a job. */
export const acquire = async <Job extends Id & JobItem, Id>(
  id: Id,
  place: Place<Job, Id>,
  context: JobContext,
  deadline: Deadline,
): Promise<Acquired<Job>> => {
  const { entity, lifecycle, initial } = place;
  const { table, now } = context;
  const job = (await table.get(entity, id)) ?? initial?.(id);
  if (!job || !isOpen(lifecycle.statusOf(job))) return { kind: 'over', job };
  const leasedForMs = leaseMs(job, now());
  if (leasedForMs > 0) return { kind: 'busy', ms: leasedForMs };
  const { starts = 0, leaseUntil } = job;
  if (starts >= place.maxStarts) return { kind: 'stuck', job };
  const begun = lifecycle.begin(job, now().toISOString());
  const own = newLease(context, deadline.remainingMs());
  const change = { ...begun, set: { ...begun.set, ...own, starts: starts + 1 } };
  const next = changed(job, change);
  // A released lease stays in the item: a reader from before that run can't take the job.
  const condition = initial ? hasLeaseAsRead(job) : { all: [hasLeaseAsRead(job), lifecycle.isUnchanged(job)] };
  const written = await table.write(
    update(entity, id, { value: next, ...change, upsert: initial !== undefined, condition }),
  );
  if (!isLeased(written, own)) return { kind: 'busy', ms: JUST_TAKEN_MS };
  const isResumed = starts > 0 || leaseUntil !== undefined;
  return { kind: 'leased', run: openRun(next, { ...place, id, isResumed }, context, deadline) };
};

interface Opened<Job extends Id & JobItem, Id> extends Place<Job, Id> {
  readonly id: Id;
  readonly isResumed: boolean;
}

const openRun = <Job extends Id & JobItem, Id>(
  leased: Job,
  { entity, id, isResumed, marginMs }: Opened<Job, Id>,
  context: JobContext,
  deadline: Deadline,
): OwnRun<Job> => {
  let job = leased;
  const leastMs = Math.min(marginMs, deadline.remainingMs() / 2);
  const writing = (change: Change): Write =>
    update(entity, id, { value: changed(job, change), ...change, condition: hasLease(leased) });
  const progress = (set: Partial<Job>): NonNullable<Change['set']> => ({ ...set, starts: 1 });
  const write = async (change: Change, writes: readonly Write[] = [], { table } = context) => {
    if (writes.length === 0) return table.write(writing(change));
    const done = await table.transact([writing(change), ...writes]);
    return done.done ? done : { done: false as const, ...done.failures[0] };
  };
  const renewal = startRenewal(async () => {
    const leaseUntil = leaseEnd(context, deadline.remainingMs());
    // The limit of a throttled table must not delay it.
    const { table } = withClosingTable(context);
    return (await table.write(update(entity, id, { set: { leaseUntil }, condition: isRenewable(leased) }))).done;
  });
  const keep: typeof write = async (change, ...more) => {
    const written = await write(change, ...more);
    if (!written.done) throw new Superseded();
    job = changed(job, change);
    return written;
  };
  return {
    get job() {
      return job;
    },
    isResumed,
    deadline,
    context: { ...context, table: withCheck(context.table, renewal) },
    leave: renewal.stop,
    save: async (set, { remove, writes } = {}) => {
      await keep({ set: progress(set), ...(remove && { remove }) }, writes);
    },
    saving: (set) => writing({ set: progress(set) }),
    saved: (set) => {
      job = changed(job, { set: progress(set) });
    },
    isLate: () => deadline.remainingMs() < marginMs,
    checkTime: () => {
      if (deadline.remainingMs() < leastMs) throw new OutOfTime();
    },
    release: async ({ set, remove = [] }) => {
      renewal.stop();
      const change = { set: { starts: 0, ...set }, remove: [...remove, 'leaseUntil', 'lastError'] };
      await keep(change, [], withClosingTable(context));
    },
    drop: async (error) => {
      renewal.stop();
      const starts = isThrottledOut(error) ? startsAfterThrottling(job, context) : job.starts;
      const set = { starts, lastError: errorName(error) };
      await write({ set, remove: ['leaseUntil'] }, [], withClosingTable(context));
    },
    abandon: async () => {
      renewal.stop();
      await write({ remove: ['leaseUntil'] }, [], withClosingTable(context));
    },
    finish: async ({ set, remove = [] }, writes) => {
      renewal.stop();
      const unset = ['starts', 'lastError'].filter((name) => set?.[name] === undefined);
      const change = { ...(set && { set }), remove: [...remove, ...leaseAttributes, ...unset] };
      const written = await write(change, writes);
      if (written.done) return changed(job, change);
      // A response can be lost. The SDK then repeats the write, and the lease is gone.
      const stored = written.existing && entity.fromItem(written.existing);
      if (!stored || stored.lease !== undefined) throw new Superseded();
      return stored;
    },
  };
};

/** The change that ends a job, with the changes of `beforeEnd`. */
export const endingOf = async <Job>(
  beforeEnd: ((job: Job, context: JobContext) => Promise<Change>) | undefined,
  job: Job,
  change: Change,
  context: JobContext,
): Promise<Change> => (beforeEnd ? withBoth(change, await beforeEnd(changed(job, change), context)) : change);

/** A throttled table does not count as a start, unless it lasts for days. Work since the checkpoint may be done. */
const startsAfterThrottling = ({ starts = 1, startedAt }: JobItem, { now }: JobContext): number =>
  startedAt !== undefined && now().getTime() - Date.parse(startedAt) > PATIENCE_MS ? starts : Math.min(starts, 1);

/** The job after a change. The compiler can't see that a generic job has the attributes that are set. */
export const changed = <Job>(job: Job, { set = {}, remove = [] }: Change): Job =>
  Object.fromEntries(
    Object.entries({ ...job, ...set }).filter(([name, value]) => value !== undefined && !remove.includes(name)),
  ) as Job;
