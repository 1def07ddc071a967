import type { Chunk } from '../jobs/chunk.ts';
import type { Job } from '../jobs/job.ts';

type Lanes = Pick<Job, 'lanes'>;

/** The first open chunk of a lane. If the order of rows matters there is one lane, and a failed chunk ends it. */
const nextInLane = (all: readonly Chunk[], lane: number, { lanes = 1 }: Lanes): Chunk | undefined => {
  const rest = all.filter(({ number, status }) => number % lanes === lane && status !== 'complete');
  if (lanes === 1) return rest[0]?.status === 'open' ? rest[0] : undefined;
  return rest.find(({ status }) => status === 'open');
};

/** The chunks that can be imported now: at most one per lane. */
export const nextChunks = (all: readonly Chunk[], job: Lanes): Chunk[] =>
  Array.from({ length: job.lanes ?? 1 }, (_, lane) => nextInLane(all, lane, job)).filter((one) => one !== undefined);

/** The next chunk in the lane of an ended chunk. */
export const nextAfter = ({ number }: Pick<Chunk, 'number'>, all: readonly Chunk[], job: Lanes): Chunk | undefined =>
  nextInLane(all, number % (job.lanes ?? 1), job);
