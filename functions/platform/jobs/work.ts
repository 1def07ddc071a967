import * as v from 'valibot';
import { describe } from '../log.ts';
import type { Due } from '../queues/queue.ts';
import type { Services } from '../resources/services.ts';
import { isThrottledOut } from '../table/client/retry/retry.ts';
import type { Deadline } from '../workers/trigger.ts';
import type { Ending, JobDeclaration } from './job.ts';
import { retrySeconds } from './lease.ts';
import { isOpen, type JobItem, type Lifecycle, withBoth } from './lifecycle.ts';
import { acquire, type JobContext, MAX_STARTS, OutOfTime, type OwnRun, Superseded } from './run.ts';

interface Works<Job, Id> {
  readonly lifecycle: Lifecycle<Job>;
  readonly wake: (id: Id, context: Pick<Services, 'queue'>, when?: number | Due, asked?: number) => Promise<void>;
  readonly giveUp: (job: Job, reason: string, services: Services) => Promise<boolean>;
}

const MARGIN_MS = 20_000;
/** How long a job is left alone whose time ended while the table was throttled. Others wait as well: not all come back at once. */
const pauseSeconds = (): number => Math.ceil(30 + Math.random() * 30);

const Asked = v.object({ asked: v.optional(v.number(), 0) });

/** Steps through a job under its lease, until it ends or this run has to let it go. */
const runnerOf = <Job extends Id & JobItem, Id extends { readonly account: string }>(
  { name: kind, state, step, tidy, onFail }: JobDeclaration<Job, Id>,
  { lifecycle, wake }: Works<Job, Id>,
) => {
  const end = async (run: OwnRun<Job>, outcome: Ending<Job>, context: JobContext): Promise<void> => {
    const at = context.now().toISOString();
    if (outcome.kind === 'failed') {
      const job = await run.finish(lifecycle.fail(run.job, outcome.reason, at));
      return onFail?.(job, outcome.reason, context);
    }
    const job = await run.finish(withBoth(lifecycle.end(outcome.kind, at), outcome), outcome.writes);
    await tidy?.(job, context);
  };

  const work = async (run: OwnRun<Job>, id: Id, context: JobContext): Promise<void> => {
    for (;;) {
      const outcome = await step(run, context);
      switch (outcome.kind) {
        case 'next':
          if (run.isLate()) {
            await run.release(outcome);
            return wake(id, context);
          }
          if (outcome.set ?? outcome.remove) await run.save(outcome.set ?? {}, outcome);
          break;
        case 'wait':
          await run.release(outcome);
          return wake(id, context, outcome.until);
        case 'rest':
          return run.release(outcome);
        case 'complete':
        case 'cancelled':
        case 'failed':
          return end(run, outcome, context);
        case 'gone':
          return;
      }
    }
  };

  return async (run: OwnRun<Job>, id: Id, context: JobContext): Promise<void> => {
    try {
      await work(run, id, context);
    } catch (error) {
      if (error instanceof Superseded) {
        const job = await context.table.get(state.entity, id);
        if (job && !isOpen(lifecycle.statusOf(job))) await tidy?.(job, context);
        return;
      }
      if (error instanceof OutOfTime) {
        await run.release({});
        return wake(id, context);
      }
      try {
        await run.drop(error);
      } catch (failure) {
        // Its lease ends by itself.
        context.log.warn('lease not ended', { kind, account: id.account, ...describe(failure) });
      }
      throw error;
    }
  };
};

/** Takes a message of a job: makes this run the only one, and works on the job until it ends or time runs out. */
export const handleJob = <Job extends Id & JobItem, Id extends { readonly account: string }>(
  declared: JobDeclaration<Job, Id>,
  works: Works<Job, Id>,
) => {
  const { name: kind, state, initial, tidy, marginMs = MARGIN_MS } = declared;
  const { lifecycle, wake, giveUp } = works;
  const runOnce = runnerOf(declared, works);

  return async (message: unknown, services: Services, deadline: Deadline): Promise<void> => {
    const id = state.idIn(message);
    const { asked } = v.parse(Asked, message);
    const context = { ...services, account: id.account };
    const place = { entity: state.entity, lifecycle, initial, marginMs };
    try {
      const acquired = await acquire(id, place, context, deadline);
      switch (acquired.kind) {
        case 'over':
          return acquired.job && tidy?.(acquired.job, context);
        case 'busy':
          // The run that has it may die, and its message may be this very one.
          return wake(id, services, retrySeconds(acquired.ms, asked), asked + 1);
        case 'stuck':
          await giveUp(acquired.job, stuckReason(acquired.job), services);
          return;
        case 'leased':
          await runOnce(acquired.run, id, context);
      }
    } catch (error) {
      // As a message that failed it would go to the dead letters after a few times.
      if (!isThrottledOut(error)) throw error;
      services.log.warn('job waits for the table', { kind, account: id.account });
      await wake(id, services, pauseSeconds());
    }
  };
};

const stuckReason = ({ lastError }: JobItem): string => {
  const why =
    lastError === undefined
      ? 'No error is known: it was killed or ran out of time.'
      : `The last error was ${lastError}.`;
  return `It stopped ${MAX_STARTS} times without progress. ${why} Retry it.`;
};
