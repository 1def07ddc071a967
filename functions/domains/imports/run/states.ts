import * as v from 'valibot';
import { byStatus, type Lifecycle } from '../../../platform/jobs/lifecycle.ts';
import type { JobId, State } from '../../../platform/jobs/state.ts';
import type { Chunk } from '../jobs/chunk.ts';
import type { Job } from '../jobs/job.ts';
import { chunks, jobs } from '../jobs/store.ts';

const OfJob = v.object({ account: v.string(), job: v.string() });

export const jobState: State<Job, JobId> = {
  entity: jobs,
  idIn: (message) => {
    const { account, job } = v.parse(OfJob, message);
    return { account, id: job };
  },
  messageOf: ({ account, id }) => ({ account, job: id }),
};

/** Workers ignore an import that is paused, or whose file has not arrived, like a cancelled one. */
export const jobLifecycle: Lifecycle<Job> = {
  ...byStatus,
  statusOf: ({ status }) =>
    status === 'paused' || status === 'waiting_for_upload' || status === 'expired' ? 'cancelled' : status,
  reopen: () => ({ set: { status: 'queued' }, remove: ['error', 'completedAt', 'lastError'] }),
};

export type ChunkId = Pick<Chunk, 'account' | 'job' | 'number'>;

const OfChunk = v.object({ ...OfJob.entries, chunk: v.number() });

export const chunkState: State<Chunk, ChunkId> = {
  entity: chunks,
  idIn: (message) => {
    const { account, job, chunk } = v.parse(OfChunk, message);
    return { account, job, number: chunk };
  },
  messageOf: ({ account, job, number }) => ({ account, job, chunk: number }),
};

export const chunkLifecycle: Lifecycle<Chunk> = {
  ...byStatus,
  statusOf: ({ status }) => (status === 'open' ? 'processing' : status),
  begin: ({ startedAt }, at) => ({ set: { startedAt: startedAt ?? at } }),
  end: () => ({ set: { status: 'complete' } }),
  fail: (_, reason) => ({ set: { status: 'failed', error: reason } }),
  reopen: () => ({ set: { status: 'open' }, remove: ['error', 'lastError'] }),
};
