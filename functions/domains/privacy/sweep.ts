import * as v from 'valibot';
import type { Target } from '../../model/personal-data/files.ts';
import { defineJob } from '../../platform/jobs/define.ts';
import { isOpen, type Lifecycle } from '../../platform/jobs/lifecycle.ts';
import type { JobContext, Run } from '../../platform/jobs/run.ts';
import { remove } from '../../platform/table/write.ts';
import { filterErased } from '../erased/actions.ts';
import { type DeletionJob, SWEEP } from './deletions/job.ts';
import { deletionJobs } from './deletions/store.ts';
import { erasure } from './erase.ts';
import { recordPass } from './record-pass.ts';
import { Sweep, sweepRequests, sweepRequestsIn, sweeps } from './sweep-job.ts';

const OfAccount = v.object({ account: v.string() });

/** The profile ids and counts of this many jobs fit into one item. */
const MAX_JOBS = 100;
/** Allows for clock differences, and for uploads that began before a sweep and ended after it. */
const OVERLAP_MS = 15 * 60_000;

/** Each account has one sweep, which is idle between requests. */
const lifecycle: Lifecycle<Sweep> = {
  statusOf: () => 'processing',
  errorOf: () => undefined,
  isUnchanged: ({ id }) => ({ attribute: 'id', ...(id === undefined ? { is: 'missing' } : { is: '=', value: id }) }),
  begin: ({ account }) => ({ set: { account } }),
  end: () => ({}),
  fail: ({ account }) => ({ set: { account } }),
  reopen: () => ({}),
};

/**
 * Searches all files of an account, once for all jobs that requested it. Jobs that arrive later wait for the next
 * sweep. If a sweep fails, its jobs fail; retrying any of them continues the sweep.
 */
export const sweep = defineJob({
  name: SWEEP,
  state: {
    entity: sweeps,
    idIn: (message) => v.parse(OfAccount, message),
    messageOf: ({ account }) => ({ account }),
  },
  lifecycle,
  initial: ({ account }) => v.parse(Sweep, { account }),

  async step(run, context) {
    if (!(await beginSweep(run, context))) return { kind: 'rest' };
    await sweepFiles(run, context);
    await finishSweep(run, context);
    return { kind: 'next' };
  },

  async onFail({ account, jobs }, reason, context) {
    const asking = await context.table.queryOf(sweepRequests, { ...sweepRequestsIn(account), limit: MAX_JOBS });
    const ids = [...new Set([...jobs, ...asking.map(({ job }) => job)])];
    const isWaiting = (job: DeletionJob): boolean => job.stage === 'files' && isOpen(erasure.statusOf(job));
    for (const job of (await readJobs(ids, context)).filter(isWaiting)) await erasure.giveUp(job, reason, context);
  },
});

/** Begins a sweep for all waiting jobs, unless one is running. False if no job waits. */
const beginSweep = async (run: Run<Sweep>, context: JobContext): Promise<boolean> => {
  if (run.job.id !== undefined) return true;
  const { account, table, newId, now } = context;
  const all = await table.queryOf(sweepRequests, { ...sweepRequestsIn(account), limit: MAX_JOBS });
  const jobs = await readJobs(
    all.map(({ job }) => job),
    context,
  );
  const due = jobs.filter(({ stage }) => stage === 'files').map(({ id }) => id);
  for (const one of all) if (!due.includes(one.job)) await table.write(remove(sweepRequests, one));
  if (due.length === 0) return false;
  const empty = { place: 0, done: '', claimed: '', counts: {}, kept: 0 };
  await run.save({ id: newId(), startedAt: now().toISOString(), jobs: due, ...empty });
  return true;
};

const readJobs = async (
  ids: readonly string[],
  { account, table }: Pick<JobContext, 'account' | 'table'>,
): Promise<DeletionJob[]> => {
  const found = await table.getMany(
    deletionJobs,
    ids.map((id) => ({ account, id })),
  );
  return found.filter((job) => job !== undefined);
};

const sweepFiles = async (run: Run<Sweep>, context: JobContext): Promise<void> => {
  // Loaded on demand, since most functions only start jobs.
  const [{ listFileLocations: placesOf }, { mergeCounts: merged, sweepLocation: walk }] = await Promise.all([
    import('./file-locations.ts'),
    import('./sweep-files.ts'),
  ]);
  const { account, table, now } = context;
  const jobs = await readJobs(run.job.jobs, context);
  const targets: Target[] = [];
  for (const { id: job, profileIds, identifiers } of jobs)
    targets.push({ job, profileIds, identifiers: await filterErased(identifiers, { account, table, now }) });
  const [first, ...others] = jobs.map(({ swept }) => swept);
  const before = first && others.every((one) => one?.id === first.id) ? first.id : undefined;
  const earliest = jobs.map(({ swept }) => swept?.at).toSorted()[0];
  const isFirst = jobs.some(({ swept }) => !swept);
  const since = isFirst || earliest === undefined ? undefined : new Date(Date.parse(earliest) - OVERLAP_MS);
  const places = await placesOf({ targets, mark: run.job.id ?? '', before, since }, context);

  for (const [index, place] of places.entries()) {
    if (index < run.job.place) continue;
    await walk(place, run.job, {
      checkTime: run.checkTime,
      claim: async (claimed, { counts, kept }) => {
        await run.save({ claimed, counts: merged(run.job.counts, counts), kept: run.job.kept + kept });
      },
      sweepFiles: async (done) => {
        await run.save({ done });
      },
    });
    await run.save({ place: index + 1, done: '', claimed: '' });
  }
};

/** Records the counts on each job, which then continues on its own. */
const finishSweep = async (run: Run<Sweep>, context: JobContext): Promise<void> => {
  const { account, table } = context;
  for (const job of await readJobs(run.job.jobs, context)) {
    await recordPass(job, run.job, context);
    await table.write(remove(sweepRequests, { account, job: job.id }));
  }
  await run.save({}, { remove: ['id', 'jobs', 'counts'] });
};
