import type { Chunk } from '../jobs/chunk.ts';
import type { Job } from '../jobs/job.ts';

/** How many runs may start without progress: fewer than the receives of a queue, which can't name the row. */
export const MAX_STARTS = 4;

export const stuckImport = ({ chunks }: Pick<Job, 'chunks'>, starts: number): string =>
  `${chunks === undefined ? 'Planning' : 'The end of the import'} stopped ${starts} times. Retry it.`;

export const stuckChunk = ({ row }: Pick<Chunk, 'row'>, starts: number): string =>
  `It stopped ${starts} times after row ${row}. Retry it.`;

/** The error of an import, from that of its first failed chunk. Chunks from older versions have none. */
export const failedChunks = (
  { row, error = stuckChunk({ row }, MAX_STARTS) }: Chunk,
  failed: number,
  all: number,
): string => error.replace(/^It /, all === 1 ? 'The import ' : `${failed} of ${all} chunks `);
