import { errorName } from '../log.ts';
import type { Services } from '../resources/services.ts';
import { isThrottledOut } from '../table/client/retry/retry.ts';
import type { Entity } from '../table/entity.ts';
import { withClosingTable } from '../table/shared-table.ts';
import { update, type Write } from '../table/write.ts';
import type { Deadline } from '../workers/trigger.ts';
import { hasLease, hasLeaseAsRead, isLeased, leaseAttributes, leaseMs, MARGIN_MS, newLease } from './lease.ts';
import { type Change, isOpen, type JobItem, type Lifecycle, withBoth } from './lifecycle.ts';

export type JobContext = Services & { readonly account: string };

/** Ends a run whose job another run has leased, or somebody has cancelled. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}

/** Ends a run that has no more time; the next one goes on from the last checkpoint. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/** Each message of a job counts its own deliveries from the start, so the job counts its starts too. */
export const MAX_STARTS = 10;

/** Since when it may be put off by a throttled table before that counts as a start. */
const PATIENCE_MS = 7 * 24 * 3_600_000;

/** A job while one run has it: what the run writes holds only as long as nobody else has taken the job. */
export interface Run<Job> {
  readonly job: Job;
  /** The run before did not end at a checkpoint: what is behind the last one may be done. */
  readonly isResumed: boolean;
  readonly deadline: Deadline;
  /** A checkpoint, in one transaction with other writes where there are some. */
  save(
    set: Partial<Job>,
    more?: { readonly remove?: readonly (keyof Job & string)[]; readonly writes?: readonly Write[] },
  ): Promise<void>;
  /** A checkpoint as one of the writes of a transaction of the caller's, who says afterwards that it is `saved`. */
  saving(set: Partial<Job>): Write;
  saved(set: Partial<Job>): void;
  /** For behind a checkpoint: it is time to hand over. */
  isLate(): boolean;
  /** For before the first one too: ends a run that has little time left, or that has used up half of little. */
  checkTime(): void;
}

/** The run as `defineJob` has it. */
export interface OwnRun<Job> extends Run<Job> {
  /** Lets the next run take the job at once. */
  release(change: Change): Promise<void>;
  /** Lets go of it after an error. */
  drop(error: unknown): Promise<void>;
  /** Lets go of it where another item of a transaction stopped the run. Does nothing where the job has another owner. */
  abandon(): Promise<void>;
  /** Writes how it ended. Answers the job as it is then: it may have been cancelled meanwhile. */
  finish(change: Change, writes?: readonly Write[]): Promise<Job>;
}

interface Place<Job extends Id & JobItem, Id> {
  readonly entity: Entity<Job, Id>;
  readonly lifecycle: Lifecycle<Job>;
  /** What an item is that nobody has made yet, where that is a job all the same. */
  readonly initial?: ((id: Id) => Job) | undefined;
  /** A step is done well within this. */
  readonly marginMs: number;
  readonly maxStarts: number;
}

export type Acquired<Job> =
  | { readonly kind: 'leased'; readonly run: OwnRun<Job> }
  /** Another run has it, for so long at most. */
  | { readonly kind: 'busy'; readonly ms: number }
  | { readonly kind: 'stuck'; readonly job: Job }
  | { readonly kind: 'over'; readonly job: Job | undefined };

/** Makes this run the only one of its job, as long as its function can live. */
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
  const own = newLease(context, deadline.remainingMs() + MARGIN_MS);
  const change = { ...begun, set: { ...begun.set, ...own, starts: starts + 1 } };
  const next = changed(job, change);
  // The lease of a run that let go of it stays there: who has read the job before that run can't take it.
  const condition = initial ? hasLeaseAsRead(job) : { all: [hasLeaseAsRead(job), lifecycle.isUnchanged(job)] };
  const written = await table.write(
    update(entity, id, { value: next, ...change, upsert: initial !== undefined, condition }),
  );
  if (!isLeased(written, own)) return { kind: 'busy', ms: MARGIN_MS };
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
      const change = { set: { starts: 0, ...set }, remove: [...remove, 'leaseUntil', 'lastError'] };
      await keep(change, [], withClosingTable(context));
    },
    drop: async (error) => {
      const starts = isThrottledOut(error) ? uncounted(job, context) : job.starts;
      const set = { starts, lastError: errorName(error) };
      await write({ set, remove: ['leaseUntil'] }, [], withClosingTable(context));
    },
    abandon: async () => {
      await write({ remove: ['leaseUntil'] }, [], withClosingTable(context));
    },
    finish: async ({ set, remove = [] }, writes) => {
      const unset = ['starts', 'lastError'].filter((name) => set?.[name] === undefined);
      const change = { ...(set && { set }), remove: [...remove, ...leaseAttributes, ...unset] };
      const written = await write(change, writes);
      if (written.done) return changed(job, change);
      // The answer can be lost, and the SDK asks again: then the lease is gone.
      const stored = written.existing && entity.fromItem(written.existing);
      if (!stored || stored.lease !== undefined) throw new Superseded();
      return stored;
    },
  };
};

/** A change that ends a job, with what its declaration adds. */
export const endingOf = async <Job>(
  beforeEnd: ((job: Job, context: JobContext) => Promise<Change>) | undefined,
  job: Job,
  change: Change,
  context: JobContext,
): Promise<Change> => (beforeEnd ? withBoth(change, await beforeEnd(changed(job, change), context)) : change);

/** A throttled table is no fault of the job, unless it goes on for days. Rows behind the checkpoint may have been read. */
const uncounted = ({ starts = 1, startedAt }: JobItem, { now }: JobContext): number =>
  startedAt !== undefined && now().getTime() - Date.parse(startedAt) > PATIENCE_MS ? starts : Math.min(starts, 1);

/** The job as it is with a change. What is set are attributes of its own: the compiler can't see it of a generic type. */
export const changed = <Job>(job: Job, { set = {}, remove = [] }: Change): Job =>
  Object.fromEntries(
    Object.entries({ ...job, ...set }).filter(([name, value]) => value !== undefined && !remove.includes(name)),
  ) as Job;
