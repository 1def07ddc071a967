import { defineJob } from '../../platform/jobs/define.ts';
import { byStatus, type Lifecycle } from '../../platform/jobs/lifecycle.ts';
import { stateIn } from '../../platform/jobs/state.ts';
import { put } from '../../platform/table/write.ts';
import { type DeletionJob, ERASE, SWEEP } from './deletions/job.ts';
import { deletionJobs } from './deletions/store.ts';
import { sweepRequests } from './sweep-job.ts';

/** A sweep waits this long, to include further erasures. */
const GATHER_SECONDS = 10;

/** The status that a failed job had before. */
const statusAt = ({ removedAt, startedAt }: DeletionJob): DeletionJob['status'] => {
  if (removedAt !== undefined) return 'settling';
  return startedAt === undefined ? 'queued' : 'processing';
};

const lifecycle: Lifecycle<DeletionJob> = {
  ...byStatus,
  statusOf: ({ status }) => (status === 'settling' ? 'processing' : status),
  isUnchanged: (job) => ({ all: [byStatus.isUnchanged(job), { attribute: 'stage', is: '=', value: job.stage }] }),
  begin: () => ({}),
  fail: (_, error) => ({ set: { status: 'failed', error } }),
  reopen: (job) => ({ set: { status: statusAt(job) }, remove: ['error'] }),
};

const waitsUntil = ({ stage, nextAt }: DeletionJob): Date | undefined =>
  stage === 'waiting' && nextAt !== undefined ? new Date(nextAt) : undefined;

/** Erases a person from the table, then queues a sweep of the files. Later passes repeat both. */
export const erasure = defineJob({
  name: ERASE,
  state: stateIn(deletionJobs),
  lifecycle,
  waitsUntil,
  absence: (id) => `There is no deletion job ${id}.`,

  async step(run, context) {
    const due = waitsUntil(run.job);
    if (due && due > context.now()) return { kind: 'wait', until: { at: due, now: context.now() } };
    if (run.job.stage !== 'files') {
      // Loaded on demand, since most functions only start jobs.
      const { eraseFromTable } = await import('./erase-from-table.ts');
      await eraseFromTable(run, context);
      await run.save({ stage: 'files' });
    }
    const { account, id } = run.job;
    await context.table.write(put(sweepRequests, { account, job: id }));
    await context.queue().send({ kind: SWEEP, account }, GATHER_SECONDS);
    return { kind: 'rest' };
  },
});
