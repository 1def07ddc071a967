import type { Services } from '../../../platform/resources/services.ts';
import type { RowProblem } from '../outcomes/problem.ts';
import type { Unit } from '../rows/units.ts';
import type { Chunk } from './chunk.ts';
import type { Job } from './job.ts';
import { CHUNKS, chunks, failedRows, jobPk } from './store.ts';

/** Enough for a file of about 500 GB. */
const MAX_CHUNKS = 20_000;

/** The planned chunks of a job, in the order of the file. */
export const chunksOf = (
  { account, id }: Pick<Job, 'account' | 'id'>,
  { table }: Pick<Services, 'table'>,
): Promise<Chunk[]> => table.queryOf(chunks, { pk: jobPk(account, id), prefix: CHUNKS, limit: MAX_CHUNKS });

/** The rows of these units that failed because of stored data, with their errors. */
export const failedRowsOf = async (
  { account, job }: Pick<Chunk, 'account' | 'job'>,
  units: readonly Unit[],
  { table }: Pick<Services, 'table'>,
): Promise<ReadonlyMap<number, readonly RowProblem[]>> => {
  const first = units[0]?.rows[0]?.number;
  const last = units.at(-1)?.rows[0]?.number;
  if (first === undefined || last === undefined) return new Map();
  const rows = { after: first - 1, upTo: last, limit: units.length };
  const found = await failedRows.query({ account, job }, rows, { table });
  return new Map(found.map(({ row, problems }) => [row, problems]));
};
