import { defineJob } from '../../../platform/jobs/define.ts';
import type { DefinedJob } from '../../../platform/jobs/job.ts';
import type { JobContext } from '../../../platform/jobs/run.ts';
import type { JobId } from '../../../platform/jobs/state.ts';
import type { Deadline } from '../../../platform/workers/trigger.ts';
import type { Chunk } from '../jobs/chunk.ts';
import type { Job } from '../jobs/job.ts';
import { chunksOf } from '../jobs/listing.ts';
import { FileError } from '../outcomes/file-error.ts';
import { nextAfter, nextChunks } from './lanes.ts';
import { limitsOf, type Pace } from './pace.ts';
import { type ChunkId, chunkLifecycle, chunkState, jobState } from './states.ts';
import { stuckChunk } from './stuck.ts';

/** Imports the rows of one chunk. Then it starts the next chunk of its lane, or ends the import. */
export const defineChunkJob = (pace: Pace, importJob: DefinedJob<Job, JobId>): DefinedJob<Chunk, ChunkId> => {
  /** Starts the next chunk of the lane, or ends the import: in this run, if a worker runs it. */
  const startNext = async (chunk: Chunk, context: JobContext, deadline?: Deadline): Promise<void> => {
    const id = { account: chunk.account, id: chunk.job };
    const job = await importJob.find(id, context);
    if (job?.status !== 'processing') return;
    const all = await chunksOf(job, context);
    const next = nextAfter(chunk, all, job);
    if (next) return chunkJob.wake(next, context);
    if (nextChunks(all, job).length > 0) return;
    if (deadline) await importJob.handle(jobState.messageOf(id), context, deadline);
    else await importJob.wake(id, context);
  };

  const chunkJob: DefinedJob<Chunk, ChunkId> = defineJob<Chunk, ChunkId>({
    ...limitsOf(pace),
    name: 'import-chunk',
    state: chunkState,
    lifecycle: chunkLifecycle,
    stuckReason: stuckChunk,
    tidy: startNext,
    onFail: (chunk, _, context, deadline) => startNext(chunk, context, deadline),

    async step(run, context) {
      const { account, job: id, starts = 1 } = run.job;
      const job = await importJob.find({ account, id }, context);
      // This start made no progress, and failed nothing.
      if (job?.status !== 'processing') return { kind: 'rest', set: { starts: starts - 1 } };
      try {
        const { applyChunk } = await import('./apply-chunk.ts');
        return await applyChunk(job, run, pace, context);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        // A file that vanished or was replaced: a retry would not find it either.
        const current = await importJob.find({ account, id }, context);
        if (current?.status === 'processing' && !(await importJob.giveUp(current, error.message, context))) throw error;
        return { kind: 'rest', set: { starts } };
      }
    },
  });

  return chunkJob;
};
