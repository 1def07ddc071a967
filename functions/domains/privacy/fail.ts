import * as v from 'valibot';
import { freed, heldMs, isFree } from '../../platform/jobs/lease.ts';
import { MAX_DELAY_SECONDS } from '../../platform/queues/queue.ts';
import type { Services } from '../../platform/resources/services.ts';
import { update } from '../../platform/table/write.ts';
import type { FailOutcome } from '../../platform/workers/trigger.ts';
import { ERASE } from './deletions/deletion.ts';
import type { DeletionJob } from './deletions/job.ts';
import { deletionJobs } from './deletions/store.ts';
import { askAgain, jobsOf } from './sweep.ts';
import { sweeps, waiting, waitingIn } from './sweep-job.ts';

const OfJob = v.object({ account: v.string(), id: v.string() });

/** Fails the erasure that a message was for, unless another run works on it or its time has not come yet. */
export const failErasure = async (message: unknown, reason: string, services: Services): Promise<FailOutcome> => {
  const { account, id } = v.parse(OfJob, message);
  const { table, queue, now } = services;
  const job = await table.get(deletionJobs, { account, id });
  if (!job || isOver(job)) return 'over';
  const held = heldMs(job, now());
  if (held > 0) {
    await queue().send({ kind: ERASE, account, id }, Math.min(MAX_DELAY_SECONDS, Math.ceil(held / 1_000)));
    return 'requeued';
  }
  if (job.stage === 'waiting' && Date.parse(job.nextAt ?? '') > now().getTime()) {
    await queue().send({ kind: ERASE, account, id }, { at: new Date(job.nextAt ?? ''), now: now() });
    return 'requeued';
  }
  return (await failJob(job, reason, services)) ? 'failed' : failErasure(message, reason, services);
};

const isOver = ({ status }: DeletionJob): boolean => status === 'complete' || status === 'failed';

/** False where the job has just been changed by somebody else. */
const failJob = async (job: DeletionJob, reason: string, { table }: Services): Promise<boolean> => {
  const set = { status: 'failed', error: reason } as const;
  const condition = { all: [isFree(job), { attribute: 'stage', is: '=', value: job.stage } as const] };
  const { done } = await table.write(update(deletionJobs, job, { set, remove: freed, condition }));
  return done;
};

const MAX_JOBS = 100;
const OfAccount = v.object({ account: v.string() });

/** Fails all erasures that wait for a sweep of the account's files. Any of them that is retried goes on with it. */
export const failSweep = async (message: unknown, reason: string, services: Services): Promise<FailOutcome> => {
  const { account } = v.parse(OfAccount, message);
  const { table, now } = services;
  const sweep = await table.get(sweeps, { account });
  const held = sweep ? heldMs(sweep, now()) : 0;
  if (held > 0) {
    await askAgain(held, { account, asked: 5 }, services);
    return 'requeued';
  }
  const asking = await table.queryOf(waiting, { ...waitingIn(account), limit: MAX_JOBS });
  const ids = [...new Set([...(sweep?.jobs ?? []), ...asking.map(({ job }) => job)])];
  const jobs = await jobsOf(ids, { account, table });
  let outcome: FailOutcome = 'over';
  for (const job of jobs.filter((one) => one.stage === 'files' && !isOver(one)))
    if (await failJob(job, reason, services)) outcome = 'failed';
  return outcome;
};
