import * as v from 'valibot';
import { freed, heldMs, isFree, isOf, isTaken, MARGIN_MS, taken } from '../../platform/jobs/lease.ts';
import type { Key } from '../../platform/table/definition.ts';
import { update, type Write } from '../../platform/table/write.ts';
import type { Deadline } from '../../platform/workers/trigger.ts';
import type { Context } from '../accounts/context.ts';
import { DeletionJob, summed } from './deletions/job.ts';
import { deletionJobs } from './deletions/store.ts';

type Reach = Pick<Context, 'account' | 'table' | 'now' | 'newId'>;

/** What a run of a job writes down of it. */
type Changes = Partial<Omit<DeletionJob, 'account' | 'id'>>;
type Counts = Readonly<Record<string, number>>;

/** Ends a run that has no more time; the next one goes on from what was written down. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/** Ends a run whose job another has taken. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}

/** For between two pieces of work: a run that has little time left hands over to the next, or one that has used up half of little. */
export const timeCheck = (deadline: Deadline): (() => void) => {
  const leastMs = Math.min(20_000, deadline.remainingMs() / 2);
  return () => {
    if (deadline.remainingMs() < leastMs) throw new OutOfTime();
  };
};

export type Leased =
  | { readonly kind: 'leased'; readonly run: Run }
  | { readonly kind: 'busy'; readonly seconds: number }
  | { readonly kind: 'finished' };

/** Makes this run the only one of its job, as long as the function can live. */
export const lease = async (id: string, context: Reach, deadline: Deadline): Promise<Leased> => {
  const { account, table, now } = context;
  const job = await table.get(deletionJobs, { account, id });
  if (!job || job.status === 'complete' || job.status === 'failed') return { kind: 'finished' };
  const held = heldMs(job, now());
  if (held > 0) return { kind: 'busy', seconds: Math.ceil(held / 1_000) };
  const set = taken(context, deadline.remainingMs() + MARGIN_MS);
  const written = await table.write(
    update(deletionJobs, job, {
      set,
      condition: { all: [isFree(job), { attribute: 'status', is: '=', value: job.status }] },
    }),
  );
  if (!isTaken(written, set)) return { kind: 'busy', seconds: MARGIN_MS / 1_000 };
  return { kind: 'leased', run: new Run({ ...job, ...set }, context, deadline) };
};

/** A job while one run has it: what the run writes down holds only as long as nobody else has taken the job. */
export class Run {
  #job: DeletionJob;
  readonly #context: Reach;
  /** Between two pieces of work. */
  readonly checkTime: () => void;

  constructor(job: DeletionJob, context: Reach, deadline: Deadline) {
    this.#job = job;
    this.#context = context;
    this.checkTime = timeCheck(deadline);
  }

  get job(): DeletionJob {
    return this.#job;
  }

  async write(set: Changes, remove: readonly (keyof Changes)[] = []): Promise<void> {
    const { done } = await this.#context.table.write(this.#changing(set, remove));
    if (!done) throw new Superseded();
    this.#take(set, remove);
  }

  /** The count of what a transaction removes, as one of its writes. Tell it afterwards that it is `counted`. */
  counting(counts: Counts): Write {
    return this.#changing({ removed: summed(this.#job.removed, counts) }, []);
  }

  counted(counts: Counts): void {
    this.#take({ removed: summed(this.#job.removed, counts) }, []);
  }

  /**
   * Counts items before they are removed: a run that dies in between has counted them, and the next one removes up to that
   * place without counting again.
   */
  async claim(place: { readonly pk: string; readonly through: string }, counts: Counts): Promise<void> {
    await this.write({ claimed: place, removed: summed(this.#job.removed, counts) });
  }

  isClaimed({ pk, sk }: Key): boolean {
    const { claimed } = this.#job;
    return claimed?.pk === pk && sk <= claimed.through;
  }

  /** Whatever has become of the job meanwhile: then it is another's. */
  async release(): Promise<void> {
    await this.#context.table.write(this.#changing({}, freed));
  }

  #changing(set: Changes, remove: readonly string[]): Write {
    return update(deletionJobs, this.#job, { set, remove, condition: isOf(this.#job) });
  }

  #take(set: Changes, remove: readonly string[]): void {
    const kept = Object.entries({ ...this.#job, ...set }).filter(([name]) => !remove.includes(name));
    this.#job = v.parse(DeletionJob, Object.fromEntries(kept));
  }
}
