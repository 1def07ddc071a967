import type { Chunk } from '../jobs/chunk.ts';
import type { Job } from '../jobs/job.ts';

/** How often a run may start without progress. A queue gives up after five tries, and can't say at which row. */
export const MAX_STARTS = 4;

export const stuckImport = ({ chunks }: Pick<Job, 'chunks'>, starts: number): string =>
  `${chunks === undefined ? 'Planning' : 'The end of the import'} stopped ${starts} times. Retry it.`;

export const stuckChunk = ({ row }: Pick<Chunk, 'row'>, starts: number): string =>
  `It stopped ${starts} times after row ${row}. Retry it.`;

/** What a failed chunk says of itself, said of the import. Chunks of before its jobs were declared say nothing. */
export const failedChunks = (
  { row, error = stuckChunk({ row }, MAX_STARTS) }: Chunk,
  failed: number,
  all: number,
): string => error.replace(/^It /, all === 1 ? 'The import ' : `${failed} of ${all} chunks `);
