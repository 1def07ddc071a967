import { type Counts, sumCounts, total } from '../outcomes/counts.ts';
import { joinedWarnings, type Warning } from '../outcomes/warnings.ts';
import type { Chunk } from './chunk.ts';
import type { Job } from './job.ts';

export interface Progress {
  readonly counts: Counts;
  readonly warnings: readonly Warning[];
  readonly percent: number;
  readonly chunks: number;
  readonly chunksComplete: number;
  /** The current rate, while workers run. */
  readonly rowsPerSecond?: number;
  readonly secondsLeft?: number;
  /** Whether a worker was killed, and the next has not taken over its work yet. */
  readonly isWorkerLost: boolean;
}

/** The progress of a job, from its chunks. */
export const progressOf = (job: Job, chunks: readonly Chunk[], now: Date): Progress => {
  const counts = job.status === 'complete' ? job.counts : sumCounts(chunks.map((chunk) => chunk.counts));
  const done = chunks.reduce((sum, { from, offset }) => sum + offset - from, 0);
  const bytes = job.bytes ?? job.size;
  const share = bytes === 0 ? 0 : Math.floor((done / bytes) * 100);
  const time = now.toISOString();
  const common = {
    counts,
    isWorkerLost: job.status === 'processing' && [job, ...chunks].some(({ leaseUntil = time }) => leaseUntil < time),
    warnings:
      job.status === 'complete'
        ? (job.warnings ?? [])
        : joinedWarnings(chunks.flatMap(({ warnings = [] }) => warnings)),
    percent: job.status === 'complete' ? 100 : Math.min(share, 99),
    chunks: job.chunks ?? job.planned?.chunks ?? 0,
    chunksComplete:
      job.status === 'complete' ? (job.chunks ?? 0) : chunks.filter(({ status }) => status === 'complete').length,
  };
  const running = chunks.filter(({ leaseUntil }) => leaseUntil !== undefined && leaseUntil > time).length;
  const activeMs = chunks.reduce((sum, chunk) => sum + chunk.activeMs, 0);
  if (job.status !== 'processing' || common.isWorkerLost || running === 0 || activeMs === 0 || done === 0)
    return common;
  const left = chunks.reduce((sum, { to, offset }) => sum + to - offset, 0);
  return {
    ...common,
    rowsPerSecond: Math.round(((total(counts) * 1_000) / activeMs) * running),
    // The rest of the file is unknown until the last chunk is cut.
    ...(job.chunks !== undefined && { secondsLeft: Math.ceil((left * activeMs) / done / running / 1_000) }),
  };
};
