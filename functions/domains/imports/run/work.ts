import * as v from 'valibot';
import { inParallel } from '../../../platform/parallel.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { isThrottledOut } from '../../../platform/table/client/retry/retry.ts';
import { withClosingTable } from '../../../platform/table/shared-table.ts';
import type { Deadline } from '../../../platform/workers/trigger.ts';
import { endOfErasedName } from '../erase/names.ts';
import { removeUpload } from '../erase/upload.ts';
import type { Chunk } from '../jobs/chunk.ts';
import type { Job } from '../jobs/job.ts';
import { chunksOf } from '../jobs/listing.ts';
import { jobs } from '../jobs/store.ts';
import { endAsFailed } from '../leases/fail.ts';
import {
  acquire,
  acquireChunk,
  type Caught,
  type ChunkWanted,
  finish,
  MAX_STARTS,
  release,
  releaseChunk,
  send,
  type Wanted,
} from '../leases/lease.ts';
import { comeBack, letGo } from '../leases/throttled.ts';
import { sumOf } from '../outcomes/counts.ts';
import { Unreadable } from '../outcomes/unreadable.ts';
import { joinedWarnings } from '../outcomes/warnings.ts';
import { chunkKey } from '../places/job-files.ts';
import { writeReport } from '../reports/failures.ts';
import { applyChunk } from './apply-chunk.ts';
import { plan } from './planner.ts';
import { rememberContent } from './repeats.ts';

const Message = v.object({
  account: v.string(),
  job: v.string(),
  chunk: v.optional(v.number()),
  asked: v.optional(v.number(), 0),
});

export interface Pace {
  /** Rows between two checkpoints: as many as a function that was killed does again. */
  readonly windowRows: number;
  /** About as many bytes has a chunk; a file that has no more is one. */
  readonly chunkBytes: number;
  /** So many chunks of one file are worked on at once, where their order doesn't matter. */
  readonly lanes: number;
  /** About as much of what a dry run has written stays in memory. */
  readonly layerBytes?: number;
  /** How long work is left alone whose time ended while the table was throttled. */
  readonly pauseMs: number;
}

const usual: Pace = { windowRows: 500, chunkBytes: 32 * 1024 * 1024, lanes: 4, pauseMs: 60_000 };

interface Run {
  readonly pace: Pace;
  readonly deadline: Deadline;
}

/**
 * A job goes through here by one message after the other: it is planned, its chunks are worked on, it is finished. Every
 * step can be asked for twice and die anywhere; the next message finds out what is to be done.
 */
export const workOn =
  (given: Partial<Pace> = {}) =>
  async (message: unknown, services: Services, deadline: Deadline): Promise<void> => {
    const { account, job: id, chunk, asked } = v.parse(Message, message);
    const run = { pace: { ...usual, ...given }, deadline };
    try {
      if (chunk === undefined) await workOnJob({ account, id, asked }, run, services);
      else await workOnChunk({ account, id, chunk, asked }, run, services);
    } catch (error) {
      // As a message that failed it would come back later, and after a few times to the dead letters.
      if (!isThrottledOut(error)) throw error;
      services.log.warn('import waits for the table', { account, job: id, ...(chunk !== undefined && { chunk }) });
      await comeBack({ account, id, ...(chunk !== undefined && { chunk }) }, run.pace.pauseMs, services);
    }
  };

const workOnJob = async (wanted: Wanted, run: Run, services: Services): Promise<void> => {
  const job = await acquire(wanted, services, run.deadline);
  if (!job) return;
  let single: ChunkWanted | undefined;
  let error: Caught | undefined;
  try {
    single = await step(job, run, services);
  } catch (thrown) {
    error = { thrown };
    throw thrown;
  } finally {
    // Where it has not been let go of at the end of the work: that threw, or the job was stopped.
    if (isThrottledOut(error?.thrown)) await letGo({ job }, withClosingTable(services));
    else await release(job, withClosingTable(services), error);
  }
  if (single) await workOnChunk(single, run, services);
};

/** Plans the job, starts its chunks or finishes it. The answer is a chunk that is worked on at once, without a message. */
const step = async (job: Job, { pace, deadline }: Run, services: Services): Promise<ChunkWanted | undefined> => {
  const { account, id } = job;
  if (job.starts > MAX_STARTS && job.chunks === undefined) {
    await finish(job, { status: 'failed', error: `Planning stopped ${MAX_STARTS} times. Retry it.` }, services);
    return undefined;
  }
  const planned = job.chunks === undefined ? await plan(job, { pace, deadline }, services) : job;
  if (planned?.chunks === undefined) return undefined;
  const all = await chunksOf(job, services);
  const next = lanesOf(planned).flatMap((lane) => nextOf(all, lane, planned.lanes ?? 1) ?? []);
  const [only] = next;
  if (only === undefined) await end(planned, all, services);
  else if (all.length === 1) return { account, id, chunk: only.number };
  else for (const { number } of next) await send({ account, id, chunk: number }, services);
  return undefined;
};

/** The first chunk of a lane that isn't over. Where order matters there is one lane, and a chunk that failed ends it. */
const nextOf = (all: readonly Chunk[], lane: number, lanes: number): Chunk | undefined => {
  const rest = all.filter(({ number, status }) => number % lanes === lane && status !== 'complete');
  if (lanes === 1) return rest[0]?.status === 'open' ? rest[0] : undefined;
  return rest.find(({ status }) => status === 'open');
};

const lanesOf = ({ lanes = 1 }: Job): number[] => Array.from({ length: lanes }, (_, lane) => lane);

const end = async (job: Job, all: readonly Chunk[], services: Services): Promise<void> => {
  const counts = sumOf(all.map((chunk) => chunk.counts));
  const warnings = joinedWarnings(all.flatMap((chunk) => chunk.warnings ?? []));
  const failed = all.filter(({ status }) => status === 'failed');
  const [first] = failed;
  if (first) {
    const which = all.length === 1 ? 'The import' : `${failed.length} of ${all.length} chunks`;
    const error = `${which} stopped ${MAX_STARTS} times after row ${first.row}. Retry it.`;
    const { lastError } = first;
    await finish(
      { ...job, counts },
      { status: 'failed', error, ...(lastError !== undefined && { lastError }) },
      services,
    );
    return;
  }
  const namesErased = job.layout && counts.failed > 0 && (await writeReport(job, job.layout, services));
  if (job.isUnpacked) await inParallel(all, 16, ({ number }) => services.imports().remove(chunkKey(job, number)));
  if (job.isDryRun) {
    const { removePieces } = await import('../dry-run/pieces.ts');
    await removePieces({ account: job.account, job: job.id }, services.imports());
    // A file that was only tried is still to be imported.
  } else if (namesErased) await removeUpload(job, services.imports());
  await rememberContent({ ...job, counts }, services);
  const named = job.isDryRun ? {} : await endOfErasedName(job, services);
  await finish(
    { ...job, counts, ...(warnings.length > 0 && { warnings }) },
    { status: 'complete', ...named },
    services,
  );
};

const workOnChunk = async (wanted: ChunkWanted, run: Run, services: Services): Promise<void> => {
  const found = await acquireChunk(wanted, services, run.deadline);
  if (!found) return;
  const { job, chunk } = found;
  if (found.kind === 'taken') {
    let isOver = false;
    let error: Caught | undefined;
    try {
      isOver = await applyChunk(job, chunk, run, services);
    } catch (thrown) {
      error = { thrown };
      if (!(thrown instanceof Unreadable)) throw thrown;
    } finally {
      if (isThrottledOut(error?.thrown)) await letGo({ job, chunk }, withClosingTable(services));
      else await releaseChunk(chunk, withClosingTable(services), error);
    }
    if (error) return endUnreadable(job, error, services);
    if (!isOver) return;
  }
  await goOn(job, run, services, wanted.chunk);
};

/** What vanished or was replaced while it was imported is not there at the next try either. */
const endUnreadable = async (job: Job, { thrown }: Caught, services: Services): Promise<void> => {
  if (!(thrown instanceof Unreadable)) throw thrown;
  const current = await services.table.get(jobs, { account: job.account, id: job.id });
  if (current?.status !== 'processing') return;
  if (!(await endAsFailed(current, thrown.message, services))) throw thrown;
};

/** Behind a chunk that is over comes the next of its lane; behind the last of all the end. */
const goOn = async (job: Job, run: Run, services: Services, number: number): Promise<void> => {
  const { account, id, lanes = 1 } = job;
  const all = await chunksOf(job, services);
  const next = nextOf(all, number % lanes, lanes);
  if (next) await send({ account, id, chunk: next.number }, services);
  else if (lanesOf(job).every((lane) => !nextOf(all, lane, lanes))) await workOnJob({ account, id }, run, services);
};
