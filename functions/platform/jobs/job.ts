import type { DeliveryTime } from '../queues/queue.ts';
import type { Services } from '../resources/services.ts';
import type { Item } from '../table/entity.ts';
import type { Listing, Page } from '../table/pages.ts';
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
  /** Of the same transaction. */
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
  /** Runs after the lease has been released, in the time that this run has left: such as another job. */
  readonly andThen?: (deadline: Deadline) => Promise<void>;
}

interface Failed<Job> extends Changing<Job> {
  readonly kind: 'failed';
  readonly reason: string;
}

/** What ends a job. */
export type Ending<Job> = Ended<Job> | Failed<Job>;

/**
 * What a step has come to. `next`: more is to be done, at once, or by the next run where little time is left. `wait`:
 * another run goes on, then. `rest`: another job or a caller wakes this one. `failed`: it can't go on. `gone`: its item
 * has been removed.
 */
export type Outcome<Job> = Going<Job> | Resting<Job> | Waiting<Job> | Ending<Job> | { readonly kind: 'gone' };

export interface JobDeclaration<Job extends Id & JobItem, Id extends { readonly account: string }> {
  /** The kind of its messages. */
  readonly name: string;
  readonly state: State<Job, Id>;
  /** Works on it from where it stands. It may be killed anywhere, and what is behind the last checkpoint comes again. */
  readonly step: (run: Run<Job>, context: JobContext) => Promise<Outcome<Job>>;
  /** @default by its attribute `status` */
  readonly lifecycle?: Lifecycle<Job>;
  /** What a job is whose item nobody has made yet. @default there is no such job */
  readonly initial?: (id: Id) => Job;
  /**
   * Changes more of a job that is about to complete or fail, given as it will be; also for what must not be missed, such
   * as a report to its sender. A run that is killed before the end is stored does it again.
   */
  readonly beforeEnd?: (job: Job, context: JobContext) => Promise<Changing<Job>>;
  /** Goes on from a job that is over: removes what it leaves, or starts what follows it. Each later message calls it again. */
  readonly tidy?: (job: Job, context: JobContext, deadline: Deadline) => Promise<void>;
  /** Until when there is nothing to do. @default there always is something */
  readonly waitsUntil?: (job: Job) => Date | undefined;
  /** For how long runs of other jobs work on parts of this one: it can't fail meanwhile. */
  readonly partsLeasedForMs?: (job: Job, context: JobContext) => Promise<number>;
  /** How far it has come, from what its checkpoints keep. */
  readonly progress?: (job: Job) => Progress;
  /** What else changes for one that failed and is retried. */
  readonly reopen?: (job: Job) => Changing<Job>;
  /** Which jobs that are over can be retried. @default those that failed */
  readonly retryable?: readonly JobStatus[];
  /** Changes the parts of a job that is retried, before the job itself. @throws ApiError where it can't be retried */
  readonly beforeRetry?: (job: Job, context: Pick<Services, 'table'>) => Promise<void>;
  /**
   * Acts on a failure that is stored, such as failing the jobs that wait for this one. It may be called again. Without a
   * deadline no worker runs it, but the function that fails dead-lettered messages, which has fewer permissions.
   */
  readonly onFail?: (job: Job, reason: string, context: JobContext, deadline?: Deadline) => Promise<void>;
  /** The message for a job that does not exist. */
  readonly absence?: (id: string) => string;
  /** A run that has less time left hands over to the next. @default 20 seconds */
  readonly marginMs?: number;
  /** How often it may start without progress before it fails. @default 10 */
  readonly maxStarts?: number;
  /** Why it failed that started so often. @default says how often, and the last error */
  readonly stuckReason?: (job: Job, starts: number) => string;
  /** How long it is left alone at most after the table was throttled to the end of a run. @default 60 */
  readonly pauseSeconds?: number;
}

export interface JobListing<Id> extends Listing {
  readonly idOf?: (item: Item) => Id;
}

export type GiveUp<Job> = (job: Job, reason: string, services: Services, deadline?: Deadline) => Promise<boolean>;

type Sends = Pick<Services, 'queue'>;
type Reaches = Pick<Services, 'table' | 'queue'>;

/** A kind of job: the trigger of its messages, and what can be done with one. */
export interface DefinedJob<Job, Id> extends MessageTrigger {
  readonly isJob: true;
  readonly maxStarts: number;
  readonly statusOf: (job: Job) => JobStatus;
  readonly errorOf: (job: Job) => string | undefined;
  /** What an API shows of a job. */
  readonly view: (job: Job) => JobView;
  readonly idIn: (message: unknown) => Id;
  readonly get: (id: Id, context: Pick<Services, 'table'>) => Promise<Job | undefined>;
  /** One that a caller names. @throws ApiError `not_found` */
  readonly find: (id: Id & { readonly id: string }, context: Pick<Services, 'table'>) => Promise<Job>;
  /** A page of a partition of jobs, or of an index: then `idOf` is the id of what is there. */
  readonly list: (listing: JobListing<Id>, context: Pick<Services, 'table'>) => Promise<Page<Job>>;
  /** Stores a new job, then sends its message. */
  readonly start: (job: Job, context: Reaches) => Promise<Job>;
  /** The same of a job whose item is made by this write. */
  readonly startBy: <Written>(id: Id, write: () => Promise<Written>, context: Sends) => Promise<Written>;
  /** Sends a job's message. */
  readonly wake: (id: Id, context: Sends, when?: number | DeliveryTime) => Promise<void>;
  /** Lets one that failed go on; sends the message of one that is under way again. */
  readonly retry: (job: Job, context: Reaches) => Promise<Job>;
  /** Ends one, whatever has become of it; false where it was cancelled before. A run stops at its next checkpoint. */
  readonly cancel: (job: Job, context: Pick<Services, 'table' | 'now'>, more?: Changing<Job>) => Promise<boolean>;
  /** Takes one from its run, as long as it stands where it was read; undefined where it doesn't. */
  readonly stop: (job: Job, change: Changing<Job>, context: Pick<Services, 'table'>) => Promise<Job | undefined>;
  /** Ends one as failed; false where it has just been changed by another writer. */
  readonly giveUp: GiveUp<Job>;
}

/** A job of whatever kind. It is given what it gave: as methods, these take also what the compiler can't tell apart. */
export interface AnyJob extends MessageTrigger {
  readonly maxStarts: number;
  idIn(message: unknown): object;
  get(id: object, context: Pick<Services, 'table'>): Promise<object | undefined>;
  statusOf(job: object): JobStatus;
  errorOf(job: object): string | undefined;
  retry(job: object, context: Reaches): Promise<object>;
}

/** Whether a trigger is that of a job. */
export const isJob = (trigger: object): trigger is AnyJob => 'isJob' in trigger;
