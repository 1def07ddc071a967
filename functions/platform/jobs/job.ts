import type { DeliveryTime } from '../queues/queue.ts';
import type { Services } from '../resources/services.ts';
import type { Item } from '../table/entity.ts';
import type { Listing, Page } from '../table/listing/pages.ts';
import type { Write } from '../table/write.ts';
import type { Deadline, MessageTrigger } from '../workers/trigger.ts';
import type { JobItem, JobStatus, Lifecycle } from './lifecycle.ts';
import type { JobContext, Run } from './run.ts';
import type { State } from './state.ts';
import type { JobView, Progress } from './view.ts';

export interface Changing<Job> {
  readonly set?: Partial<Job>;
  readonly remove?: readonly (keyof Job & string)[];
}

interface Ended<Job> extends Changing<Job> {
  readonly kind: 'complete' | 'cancelled';
  /** More writes for the transaction that ends the job. */
  readonly writes?: readonly Write[];
}

interface Waiting<Job> extends Changing<Job> {
  readonly kind: 'wait';
  readonly until: number | DeliveryTime;
}

interface Going<Job> extends Changing<Job> {
  readonly kind: 'next';
}

interface Resting<Job> extends Changing<Job> {
  readonly kind: 'rest';
  readonly andThen?: AndThen;
}

/** Runs after the lease is released, in the time that this run has left. Another job, for example. */
export type AndThen = ((deadline: Deadline) => Promise<void>) | undefined;

interface Failed<Job> extends Changing<Job> {
  readonly kind: 'failed';
  readonly reason: string;
}

/** What ends a job. */
export type Ending<Job> = Ended<Job> | Failed<Job>;

/**
 * What a step returns. `next`: call it again, in this run or, when little time is left, in another. `wait`: another run
 * continues at that time. `rest`: another job or a caller wakes this one. `failed`: the job can't continue. `gone`: the
 * step has removed the job's item.
 */
export type Outcome<Job> = Going<Job> | Resting<Job> | Waiting<Job> | Ending<Job> | { readonly kind: 'gone' };

export interface JobDeclaration<Job extends Id & JobItem, Id extends { readonly account: string }> {
  /** The `kind` of the job's messages. */
  readonly name: string;
  readonly state: State<Job, Id>;
  /** Continues the job from its last checkpoint. It can be killed anywhere: the next run repeats the work since then. */
  readonly step: (run: Run<Job>, context: JobContext) => Promise<Outcome<Job>>;
  /** @default `byStatus`, which uses the attribute `status` */
  readonly lifecycle?: Lifecycle<Job>;
  /** The job whose item does not exist yet. @default there is no such job */
  readonly initial?: (id: Id) => Job;
  /**
   * Runs before a completed or failed job is stored, with the job as it will be. Returns further changes. Use it for work
   * that must not be lost, such as a report to a sender: after a kill it runs again.
   */
  readonly beforeEnd?: (job: Job, context: JobContext) => Promise<Changing<Job>>;
  /** Runs after a job has ended: cleans up, or starts the work that follows. Each later message runs it again. */
  readonly tidy?: (job: Job, context: JobContext, deadline: Deadline) => Promise<void>;
  /** When the job has work again. @default now */
  readonly waitsUntil?: (job: Job) => Date | undefined;
  /** How long other runs still hold leases on parts of this job. It does not fail before. */
  readonly partsLeasedForMs?: (job: Job, context: JobContext) => Promise<number>;
  /** How many items are processed, from the job's checkpoint. */
  readonly progress?: (job: Job) => Progress;
  /** Further changes to a failed job that is retried. */
  readonly reopen?: (job: Job) => Changing<Job>;
  /** The statuses of ended jobs that can be retried. @default `failed` */
  readonly retryable?: readonly JobStatus[];
  /** Prepares the parts of a job for a retry, before the job itself changes. @throws ApiError if a retry is impossible */
  readonly beforeRetry?: (job: Job, context: Pick<Services, 'table'>) => Promise<void>;
  /**
   * Runs after a failure is stored: fails the jobs that wait for this one, for example. It can run more than once.
   * Without a deadline, the function for dead-lettered messages runs it, which has fewer permissions than a worker.
   */
  readonly onFail?: (job: Job, reason: string, context: JobContext, deadline?: Deadline) => Promise<void>;
  /** The error text for a job that does not exist. */
  readonly absence?: (id: string) => string;
  /** A run that has less time left hands over to the next. @default 20 seconds */
  readonly marginMs?: number;
  /** How many runs may start without progress before the job fails. @default 10 */
  readonly maxStarts?: number;
  /** The error of a job that made no progress. @default the number of starts, and the last error */
  readonly stuckReason?: (job: Job, starts: number) => string;
  /** The longest pause after a run during which the table was throttled. @default 60 */
  readonly pauseSeconds?: number;
}

export interface JobListing<Id> extends Listing {
  readonly idOf?: (item: Item) => Id;
}

export type GiveUp<Job> = (job: Job, reason: string, services: Services, deadline?: Deadline) => Promise<boolean>;

type Sends = Pick<Services, 'queue'>;
type Reaches = Pick<Services, 'table' | 'queue'>;

/** A kind of job: the trigger for its messages, and the operations on a job. */
export interface DefinedJob<Job, Id> extends MessageTrigger {
  readonly isJob: true;
  readonly maxStarts: number;
  readonly statusOf: (job: Job) => JobStatus;
  readonly errorOf: (job: Job) => string | undefined;
  /** The job as APIs show it. */
  readonly view: (job: Job) => JobView;
  readonly idIn: (message: unknown) => Id;
  readonly find: (id: Id, context: Pick<Services, 'table'>) => Promise<Job | undefined>;
  /** Gets the job with an id from a caller. @throws ApiError `not_found` */
  readonly get: (id: Id & { readonly id: string }, context: Pick<Services, 'table'>) => Promise<Job>;
  /** A page of jobs from a partition, or from an index: `idOf` then reads the job's id from an index entry. */
  readonly list: (listing: JobListing<Id>, context: Pick<Services, 'table'>) => Promise<Page<Job>>;
  /** Stores a new job, then sends its message. */
  readonly start: (job: Job, context: Reaches) => Promise<Job>;
  /** As `start`, for a job whose item this write creates. */
  readonly startBy: <Written>(id: Id, write: () => Promise<Written>, context: Sends) => Promise<Written>;
  /** Sends a job's message. */
  readonly wake: (id: Id, context: Sends, when?: number | DeliveryTime) => Promise<void>;
  /** Continues a failed job; sends the message of an open job again. */
  readonly retry: (job: Job, context: Reaches) => Promise<Job>;
  /** Cancels a job of any status. False if it was cancelled before. A run stops at its next checkpoint. */
  readonly cancel: (job: Job, context: Pick<Services, 'table' | 'now'>, more?: Changing<Job>) => Promise<boolean>;
  /** Changes a job and ends its lease, so that its run stops. Undefined if the job has changed since it was read. */
  readonly stop: (job: Job, change: Changing<Job>, context: Pick<Services, 'table'>) => Promise<Job | undefined>;
  /** Fails a job. False if another writer has changed it since it was read. */
  readonly giveUp: GiveUp<Job>;
}

/** A job of any kind. Methods, unlike properties, accept the unknown type of its id and item. */
export interface AnyJob extends MessageTrigger {
  readonly maxStarts: number;
  idIn(message: unknown): object;
  find(id: object, context: Pick<Services, 'table'>): Promise<object | undefined>;
  statusOf(job: object): JobStatus;
  errorOf(job: object): string | undefined;
  retry(job: object, context: Reaches): Promise<object>;
}

/** Whether a trigger is that of a job. */
export const isJob = (trigger: object): trigger is AnyJob => 'isJob' in trigger;
