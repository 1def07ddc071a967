import { leaseFields } from '../../platform/jobs/state.ts';
import type { Services } from '../../platform/resources/services.ts';
import { update } from '../../platform/table/write.ts';
import { addCounts, type DeletionJob, ERASE } from './deletions/job.ts';
import { deletionJobs } from './deletions/store.ts';
import type { Sweep } from './sweep-job.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/**
 * By the second pass, most writes of the first one's time have arrived: the archive writes a batch every five minutes.
 */
const SECOND_MINUTES = 15;
/** A day for the table's stream, and an hour for its consumers. */
const SETTLE_MINUTES = 25 * 60;

/**
 * Records the result of a sweep on a job, and schedules the next pass, until no write of the person's data can be in
 * progress.
 */
export const recordPass = async (job: DeletionJob, sweep: Sweep, services: Services): Promise<void> => {
  const { table, queue, now, settings } = services;
  if (job.stage !== 'files' || job.swept?.id === sweep.id) return;
  const at = now();
  const settleMs = (settings.erasureSettleMinutes ?? SETTLE_MINUTES) * MINUTE_MS;
  const removedAt = job.removedAt ?? at.toISOString();
  const lastAt = Date.parse(removedAt) + settleMs;
  const passes = job.passes + 1;
  // A pass after that time is final.
  const isLast = job.nextAt !== undefined && Date.parse(job.nextAt) >= lastAt;
  const isOver = isLast && sweep.kept === 0;
  const secondAt = Math.min(Date.parse(removedAt) + SECOND_MINUTES * MINUTE_MS, lastAt);
  // Waits for running and paused imports.
  const laterAt = at.getTime() + Math.min(settleMs, DAY_MS);
  const next = isLast ? laterAt : passes === 1 ? secondAt : lastAt;
  const common = {
    passes,
    removedAt,
    removed: addCounts(job.removed, sweep.counts[job.id] ?? {}),
    kept: sweep.kept,
    swept: { id: sweep.id ?? '', at: sweep.startedAt ?? '' },
  };
  // Sent before the write: an additional message is harmless.
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
