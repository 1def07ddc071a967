import type { Services } from '../context.ts';
import type { Chunk } from './chunk.ts';
import type { Job } from './job.ts';
import { CHUNKS, chunks, jobPk } from './store.ts';

/** As many as a file of some 500 GB has. */
const MAX_CHUNKS = 20_000;

/** The chunks of a job that have been planned, in the order of the file. */
export const chunksOf = (
  { account, id }: Pick<Job, 'account' | 'id'>,
  { table }: Pick<Services, 'table'>,
): Promise<Chunk[]> => table.queryOf(chunks, { pk: jobPk(account, id), prefix: CHUNKS, limit: MAX_CHUNKS });
