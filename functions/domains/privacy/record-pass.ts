import { leaseFields } from '../../platform/jobs/state.ts';
import type { Services } from '../../platform/resources/services.ts';
import { update } from '../../platform/table/write.ts';
import { addCounts, type DeletionJob, ERASE } from './deletions/job.ts';
import { deletionJobs } from './deletions/store.ts';
import type { Sweep } from './sweep-job.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** What was under way at the first pass has mostly come by the second: the archive takes in a batch every five minutes. */
const SECOND_MINUTES = 15;
/** A day for the table's stream, and an hour for what it starts. */
const SETTLE_MINUTES = 25 * 60;

/** What a sweep found of a job, and when everything is looked through again: until nothing of it can be under way any more. */
export const recordPass = async (job: DeletionJob, sweep: Sweep, services: Services): Promise<void> => {
  const { table, queue, now, settings } = services;
  if (job.stage !== 'files' || job.swept?.id === sweep.id) return;
  const at = now();
  const settleMs = (settings.erasureSettleMinutes ?? SETTLE_MINUTES) * MINUTE_MS;
  const removedAt = job.removedAt ?? at.toISOString();
  const lastAt = Date.parse(removedAt) + settleMs;
  const passes = job.passes + 1;
  // What was removed after that time was removed for good.
  const isLast = job.nextAt !== undefined && Date.parse(job.nextAt) >= lastAt;
  const isOver = isLast && sweep.kept === 0;
  const secondAt = Math.min(Date.parse(removedAt) + SECOND_MINUTES * MINUTE_MS, lastAt);
  // An import that is under way, or rests, is waited for.
  const laterAt = at.getTime() + Math.min(settleMs, DAY_MS);
  const next = isLast ? laterAt : passes === 1 ? secondAt : lastAt;
  const common = {
    passes,
    removedAt,
    removed: addCounts(job.removed, sweep.counts[job.id] ?? {}),
    kept: sweep.kept,
    swept: { id: sweep.id ?? '', at: sweep.startedAt ?? '' },
  };
  // Before it is written down: a message too many finds nothing to do.
  const due = { at: new Date(Math.max(next, at.getTime() + 1_000)), now: at };
  if (!isOver) await queue().send({ kind: ERASE, account: job.account, id: job.id }, due);
  await table.write(
    update(deletionJobs, job, {
      set: isOver
        ? { ...common, stage: 'over', status: 'complete', completedAt: at.toISOString(), identifiers: [] }
        : { ...common, stage: 'waiting', status: 'settling', nextAt: new Date(next).toISOString() },
      remove: ['error', ...(isOver ? ['subject', 'nextAt', 'claimed', ...Object.keys(leaseFields)] : [])],
      condition: { attribute: 'stage', is: '=', value: 'files' },
    }),
  );
};
