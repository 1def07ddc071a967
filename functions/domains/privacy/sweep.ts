import * as v from 'valibot';
import type { Target } from '../../model/personal-data/files.ts';
import { askAgainSeconds, freed, heldMs, isFree, isOf, isTaken, MARGIN_MS, taken } from '../../platform/jobs/lease.ts';
import type { Services } from '../../platform/resources/services.ts';
import { remove, update } from '../../platform/table/write.ts';
import type { Deadline } from '../../platform/workers/trigger.ts';
import type { Context } from '../accounts/context.ts';
import { erasedAmong } from '../erased/actions.ts';
import type { DeletionJob } from './deletions/job.ts';
import { deletionJobs } from './deletions/store.ts';
import { placesOf } from './places.ts';
import { OutOfTime, Superseded, timeCheck } from './run.ts';
import { settle } from './settle.ts';
import { Sweep, sweeps, waiting, waitingIn } from './sweep-job.ts';
import { merged, walk } from './walk.ts';

/** The kind of the message that a sweep is done by. */
export const SWEEP = 'sweep';

const Message = v.object({ account: v.string(), asked: v.optional(v.number(), 0) });

/** Profile ids and counts of so many fit into an item. */
const MAX_JOBS = 100;
/** S3's clock and ours, and an object that was begun before and told of after. */
const OVERLAP_MS = 15 * 60_000;

type Reach = Services & Pick<Context, 'account'>;

/**
 * Looks through all files of an account, once for all who wait for it; whoever comes meanwhile waits for the next. It may
 * be killed anywhere, and be told of any number of times.
 */
export const sweep = async (message: unknown, services: Services, deadline: Deadline): Promise<void> => {
  const { account, asked } = v.parse(Message, message);
  const context = { ...services, account };
  const leased = await lease(context, deadline);
  if (typeof leased === 'number') return askAgain(leased, { account, asked }, services);
  try {
    const checkTime = timeCheck(deadline);
    for (let at = await begun(leased, context); at; at = await begun(await finish(at, context), context))
      await pass(at, context, checkTime);
  } catch (error) {
    if (error instanceof Superseded) return;
    if (!(error instanceof OutOfTime)) throw error;
    await services.queue().send({ kind: SWEEP, account });
  }
  await services.table.write(update(sweeps, { account }, { remove: freed, condition: isOf(leased) }));
};

/** A sweep that is under way may be done soon, or dead. */
export const askAgain = async (
  heldForMs: number,
  { account, asked }: { readonly account: string; readonly asked: number },
  { queue }: Pick<Services, 'queue'>,
): Promise<void> => queue().send({ kind: SWEEP, account, asked: asked + 1 }, askAgainSeconds(heldForMs, asked));

/** The sweep for this run alone, or the milliseconds for which another has it. */
const lease = async (context: Reach, deadline: Deadline): Promise<Sweep | number> => {
  const { account, table, now } = context;
  const found = (await table.get(sweeps, { account })) ?? v.parse(Sweep, { account });
  const held = heldMs(found, now());
  if (held > 0) return held;
  const own = taken(context, deadline.remainingMs() + MARGIN_MS);
  const set = { account, ...own };
  const written = await table.write(update(sweeps, { account }, { upsert: true, set, condition: isFree(found) }));
  return isTaken(written, own) ? { ...found, ...own } : 1_000;
};

const write = async (before: Sweep, set: Partial<Sweep>, { account, table }: Reach): Promise<Sweep> => {
  const { done } = await table.write(update(sweeps, { account }, { set, condition: isOf(before) }));
  if (!done) throw new Superseded();
  return { ...before, ...set };
};

/** The sweep that is under way, or a new one for all who wait; undefined where nobody does. */
const begun = async (known: Sweep, context: Reach): Promise<Sweep | undefined> => {
  const { account, table, newId, now } = context;
  if (known.id !== undefined) return known;
  const all = await table.queryOf(waiting, { ...waitingIn(account), limit: MAX_JOBS });
  const jobs = await jobsOf(
    all.map(({ job }) => job),
    context,
  );
  const due = jobs.filter(({ stage }) => stage === 'files').map(({ id }) => id);
  for (const one of all) if (!due.includes(one.job)) await table.write(remove(waiting, one));
  if (due.length === 0) return undefined;
  const fresh = {
    id: newId(),
    startedAt: now().toISOString(),
    jobs: due,
    place: 0,
    done: '',
    claimed: '',
    counts: {},
    kept: 0,
  };
  return write(known, fresh, context);
};

export const jobsOf = async (
  ids: readonly string[],
  { account, table }: Pick<Reach, 'account' | 'table'>,
): Promise<DeletionJob[]> => {
  const found = await table.getMany(
    deletionJobs,
    ids.map((id) => ({ account, id })),
  );
  return found.filter((job) => job !== undefined);
};

const pass = async (begun: Sweep, context: Reach, checkTime: () => void): Promise<void> => {
  const { account, table, now } = context;
  const jobs = await jobsOf(begun.jobs, context);
  const targets: Target[] = [];
  for (const { id: job, profileIds, identifiers } of jobs)
    targets.push({ job, profileIds, identifiers: await erasedAmong(identifiers, { account, table, now }) });
  const [first, ...others] = jobs.map(({ swept }) => swept);
  const before = first && others.every((one) => one?.id === first.id) ? first.id : undefined;
  const earliest = jobs.map(({ swept }) => swept?.at).toSorted()[0];
  const isFirst = jobs.some(({ swept }) => !swept);
  const since = isFirst || earliest === undefined ? undefined : new Date(Date.parse(earliest) - OVERLAP_MS);
  const places = await placesOf({ targets, mark: begun.id ?? '', before, since }, context);

  let at = begun;
  for (const [index, place] of places.entries()) {
    if (index < at.place) continue;
    await walk(place, at, {
      checkTime,
      claim: async (claimed, { counts, kept }) => {
        at = await write(at, { claimed, counts: merged(at.counts, counts), kept: at.kept + kept }, context);
      },
      pass: async (done) => {
        at = await write(at, { done }, context);
      },
    });
    at = await write(at, { place: index + 1, done: '', claimed: '' }, context);
  }
};

/** Each of its jobs is told what was removed, and goes on by itself. */
const finish = async (known: Sweep, context: Reach): Promise<Sweep> => {
  const { account, table } = context;
  const at = (await table.get(sweeps, { account })) ?? known;
  for (const job of await jobsOf(at.jobs, context)) {
    await settle(job, at, context);
    await table.write(remove(waiting, { account, job: job.id }));
  }
  const { done } = await table.write(
    update(sweeps, { account }, { remove: ['id', 'jobs', 'counts'], condition: isOf(known) }),
  );
  if (!done) throw new Superseded();
  const { id: _, ...free } = at;
  return { ...free, jobs: [], counts: {} };
};
