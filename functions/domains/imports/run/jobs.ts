import type { DefinedJob } from '../../../platform/jobs/job.ts';
import type { JobId } from '../../../platform/jobs/state.ts';
import type { Chunk } from '../jobs/chunk.ts';
import type { Job } from '../jobs/job.ts';
import { defineChunkJob } from './chunk-job.ts';
import { defineImportJob } from './import-job.ts';
import { type Pace, usualPace } from './pace.ts';
import type { ChunkId } from './states.ts';

interface ImportJobs {
  readonly importJob: DefinedJob<Job, JobId>;
  readonly chunkJob: DefinedJob<Chunk, ChunkId>;
}

/** The two kinds of jobs of an import: of the file, and of each of its chunks. */
export const defineImportJobs = (given: Partial<Pace> = {}): ImportJobs => {
  const pace = { ...usualPace, ...given };
  const importJob = defineImportJob(pace, () => chunkJob);
  const chunkJob = defineChunkJob(pace, importJob);
  return { importJob, chunkJob };
};

export const { importJob, chunkJob } = defineImportJobs();
