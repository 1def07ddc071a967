import { defineJob } from '../../../platform/jobs/define.ts';
import type { DefinedJob } from '../../../platform/jobs/job.ts';
import { leaseMs } from '../../../platform/jobs/lease.ts';
import type { JobId } from '../../../platform/jobs/state.ts';
import type { Chunk } from '../jobs/chunk.ts';
import type { Job } from '../jobs/job.ts';
import { chunksOf } from '../jobs/listing.ts';
import { sumCounts } from '../outcomes/counts.ts';
import { reportToSender } from '../reports/sender.ts';
import { nextChunks } from './lanes.ts';
import { limitsOf, type Pace } from './pace.ts';
import { reopenChunks } from './retry.ts';
import { type ChunkId, chunkState, jobLifecycle, jobState } from './states.ts';
import { stuckImport } from './stuck.ts';

/**
 * Plans a file: cuts it into chunks and starts them. Ends the import when all chunks have ended. Loads the code that reads
 * files with the first file: API requests do not need it.
 */
export const defineImportJob = (pace: Pace, chunkJob: () => DefinedJob<Chunk, ChunkId>): DefinedJob<Job, JobId> =>
  defineJob<Job, JobId>({
    ...limitsOf(pace),
    name: 'import',
    state: jobState,
    lifecycle: jobLifecycle,
    absence: (id) => `There is no import job ${id}.`,
    retryable: ['failed', 'cancelled'],
    beforeRetry: reopenChunks,
    stuckReason: stuckImport,
    partsLeasedForMs: async (job, context) =>
      Math.max(0, ...(await chunksOf(job, context)).map((chunk) => leaseMs(chunk, context.now()))),
    beforeEnd: async (job, context) => {
      const counts =
        job.status === 'failed' ? sumCounts((await chunksOf(job, context)).map((chunk) => chunk.counts)) : job.counts;
      await reportToSender({ ...job, counts }, context);
      return { set: { counts } };
    },

    async step(run, context) {
      if (run.job.chunks === undefined) {
        const { plan } = await import('./planner.ts');
        const unplanned = await plan(run, pace, context);
        if (unplanned) return unplanned;
      }
      const all = await chunksOf(run.job, context);
      const next = nextChunks(all, run.job);
      const [first] = next;
      if (!first) {
        const { endImport } = await import('./end.ts');
        return endImport(run, all, context);
      }
      // A file of one chunk needs no further message.
      if (all.length === 1)
        return { kind: 'rest', andThen: (left) => chunkJob().handle(chunkState.messageOf(first), context, left) };
      for (const chunk of next) await chunkJob().wake(chunk, context);
      return { kind: 'rest' };
    },
  });
