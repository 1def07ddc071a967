import type { Due } from '../queues/queue.ts';
import type { Services } from '../resources/services.ts';
import type { Item } from '../table/entity.ts';
import type { Listing, Page } from '../table/pages.ts';
import type { Write } from '../table/write.ts';
import type { MessageTrigger } from '../workers/trigger.ts';
import type { JobItem, JobStatus, Lifecycle } from './lifecycle.ts';
import type { JobContext, Run } from './run.ts';
import type { State } from './state.ts';

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
  readonly until: number | Due;
}

interface Going<Job> extends Changing<Job> {
  readonly kind: 'next' | 'rest';
}

interface Failed {
  readonly kind: 'failed';
  readonly reason: string;
}

/** What ends a job. */
export type Ending<Job> = Ended<Job> | Failed;

/**
 * What a step has come to. `next`: more is to be done, at once, or by the next run where little time is left. `wait`: by
 * another run, then. `rest`: somebody else wakes the job. `failed`: it can't go on. `gone`: its item has been removed.
 */
export type Outcome<Job> = Going<Job> | Waiting<Job> | Ending<Job> | { readonly kind: 'gone' };

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
  /** Removes what one leaves that is over. Any later message of it calls it again. */
  readonly tidy?: (job: Job, context: JobContext) => Promise<void>;
  /** Until when there is nothing to do. @default there always is something */
  readonly waitsUntil?: (job: Job) => Date | undefined;
  /** What else changes for one that failed and is retried. */
  readonly reopen?: (job: Job) => Changing<Job>;
  /** Fails those that wait for one that failed. */
  readonly onFail?: (job: Job, reason: string, context: JobContext) => Promise<void>;
  /** The message for a job that does not exist. */
  readonly absence?: (id: string) => string;
  /** A run that has less time left hands over to the next. @default 20 seconds */
  readonly marginMs?: number;
}

export interface JobListing<Id> extends Listing {
  readonly idOf?: (item: Item) => Id;
}

type Sends = Pick<Services, 'queue'>;
type Reaches = Pick<Services, 'table' | 'queue'>;

/** A kind of job: the trigger of its messages, and what can be done with one. */
export interface DefinedJob<Job, Id> extends MessageTrigger {
  readonly isJob: true;
  readonly statusOf: (job: Job) => JobStatus;
  readonly errorOf: (job: Job) => string | undefined;
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
  readonly wake: (id: Id, context: Sends, when?: number | Due) => Promise<void>;
  /** Lets one that failed go on; sends the message of one that is under way again. */
  readonly retry: (job: Job, context: Reaches) => Promise<Job>;
  /** Ends one, whatever has become of it; false where it was cancelled before. A run stops at its next checkpoint. */
  readonly cancel: (job: Job, context: Pick<Services, 'table' | 'now'>, more?: Changing<Job>) => Promise<boolean>;
  /** Ends one as failed; false where it has just been changed by somebody else. */
  readonly giveUp: (job: Job, reason: string, services: Services) => Promise<boolean>;
}

/** A job of whatever kind. It is given what it gave: as methods, these take also what the compiler can't tell apart. */
export interface AnyJob extends MessageTrigger {
  idIn(message: unknown): object;
  get(id: object, context: Pick<Services, 'table'>): Promise<object | undefined>;
  statusOf(job: object): JobStatus;
  errorOf(job: object): string | undefined;
  retry(job: object, context: Reaches): Promise<object>;
}

/** Whether a trigger is that of a job. */
export const isJob = (trigger: object): trigger is AnyJob => 'isJob' in trigger;
