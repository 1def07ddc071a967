import * as v from 'valibot';
import { errorFields } from '../log.ts';
import type { DeliveryTime } from '../queues/queue.ts';
import type { Services } from '../resources/services.ts';
import { isThrottledOut } from '../table/client/retry/retry.ts';
import type { Deadline } from '../workers/trigger.ts';
import type { AndThen, Ending, GiveUp, JobDeclaration } from './job.ts';
import { retrySeconds } from './lease.ts';
import { isOpen, type JobItem, type Lifecycle, withBoth } from './lifecycle.ts';
import { acquire, endingOf, type JobContext, MAX_STARTS, OutOfTime, type OwnRun, Superseded } from './run.ts';

interface Operations<Job, Id> {
  readonly lifecycle: Lifecycle<Job>;
  readonly wake: (
    id: Id,
    context: Pick<Services, 'queue'>,
    when?: number | DeliveryTime,
    asked?: number,
  ) => Promise<void>;
  readonly giveUp: GiveUp<Job>;
}

const MARGIN_MS = 20_000;
const PAUSE_SECONDS = 60;
/** Random, so that jobs that wait for the table do not all return at once. */
const pauseOf = (most: number): number => Math.ceil(most * (0.5 + Math.random() / 2));

const Asked = v.object({ asked: v.optional(v.number(), 0) });

/** Calls the step of a leased job until the job ends or this run must release it. */
const runnerOf = <Job extends Id & JobItem, Id extends { readonly account: string }>(
  declared: JobDeclaration<Job, Id>,
  { lifecycle, wake }: Operations<Job, Id>,
) => {
  const { name: kind, state, step, tidy, onFail } = declared;
  const end = async (run: OwnRun<Job>, outcome: Ending<Job>, context: JobContext): Promise<void> => {
    const at = context.now().toISOString();
    const { job } = run;
    if (outcome.kind === 'failed') {
      const failing = withBoth(lifecycle.fail(job, outcome.reason, at), outcome);
      const failed = await run.finish(await endingOf(declared.beforeEnd, job, failing, context));
      return onFail?.(failed, outcome.reason, context, run.deadline);
    }
    const ending = withBoth(lifecycle.end(outcome.kind, at), outcome);
    const change = outcome.kind === 'complete' ? await endingOf(declared.beforeEnd, job, ending, context) : ending;
    const ended = await run.finish(change, outcome.writes);
    await tidy?.(ended, context, run.deadline);
  };

  /** Returns the work to do after the lease is released. */
  const work = async (run: OwnRun<Job>, id: Id, context: JobContext): Promise<AndThen> => {
    for (;;) {
      const outcome = await step(run, run.context);
      switch (outcome.kind) {
        case 'next':
          if (run.isLate()) {
            await run.release(outcome);
            await wake(id, context);
            return undefined;
          }
          if (outcome.set ?? outcome.remove) await run.save(outcome.set ?? {}, outcome);
          break;
        case 'wait':
          await run.release(outcome);
          await wake(id, context, outcome.until);
          return undefined;
        case 'rest':
          await run.release(outcome);
          return outcome.andThen;
        case 'complete':
        case 'cancelled':
        case 'failed':
          await end(run, outcome, context);
          return undefined;
        case 'gone':
          return undefined;
      }
    }
  };

  return async (run: OwnRun<Job>, id: Id, context: JobContext): Promise<void> => {
    let andThen: AndThen;
    try {
      andThen = await work(run, id, context);
    } catch (error) {
      if (error instanceof Superseded) {
        const job = await context.table.get(state.entity, id);
        if (job && !isOpen(lifecycle.statusOf(job))) await tidy?.(job, context, run.deadline);
        else await run.abandon();
        return;
      }
      if (error instanceof OutOfTime) {
        await run.release({});
        return wake(id, context);
      }
      try {
        await run.drop(error);
      } catch (failure) {
        // The lease expires.
        context.log.warn('lease not ended', { kind, account: id.account, ...errorFields(failure) });
      }
      throw error;
    } finally {
      run.leave();
    }
    await andThen?.(run.deadline);
  };
};

/** Handles a message of a job: takes the lease, and works until the job ends or time runs out. */
export const handleJob = <Job extends Id & JobItem, Id extends { readonly account: string }>(
  declared: JobDeclaration<Job, Id>,
  operations: Operations<Job, Id>,
) => {
  const { name: kind, state, initial, tidy, marginMs = MARGIN_MS, maxStarts = MAX_STARTS } = declared;
  const { stuckReason = usualStuckReason, pauseSeconds = PAUSE_SECONDS } = declared;
  const { lifecycle, wake, giveUp } = operations;
  const runOnce = runnerOf(declared, operations);

  return async (message: unknown, services: Services, deadline: Deadline): Promise<void> => {
    const id = state.idIn(message);
    const { asked } = v.parse(Asked, message);
    const context = { ...services, account: id.account };
    const place = { entity: state.entity, lifecycle, initial, marginMs, maxStarts };
    try {
      const acquired = await acquire(id, place, context, deadline);
      switch (acquired.kind) {
        case 'over':
          return acquired.job && tidy?.(acquired.job, context, deadline);
        case 'busy':
          // The owner may die, and this may be its own message.
          return wake(id, services, retrySeconds(acquired.ms, asked), asked + 1);
        case 'stuck':
          await giveUp(acquired.job, stuckReason(acquired.job, maxStarts), services, deadline);
          return;
        case 'leased':
          await runOnce(acquired.run, id, context);
      }
    } catch (error) {
      // A failed message would become a dead letter after five receives.
      if (!isThrottledOut(error)) throw error;
      services.log.warn('job waits for the table', { kind, account: id.account });
      await wake(id, services, pauseOf(pauseSeconds));
    }
  };
};

const usualStuckReason = ({ lastError }: JobItem, starts: number): string => {
  const why =
    lastError === undefined
      ? 'No error was recorded: it was stopped or ran out of time.'
      : `The last error was ${lastError}.`;
  return `It stopped ${starts} times without progress. ${why} Retry it.`;
};
