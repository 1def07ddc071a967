import { faultOf, isRowFault } from '../../../platform/jobs/row-fault.ts';
import type { JobContext } from '../../../platform/jobs/run.ts';
import { absenceOf, nameOf } from '../records/absence.ts';
import { applyDrafts, findExisting, type How } from './apply.ts';
import type { BulkDrafts } from './drafts.ts';
import type { CatalogJob, RowProblem } from './job.ts';

/** Of one object. The job's item has those of a hundred, and DynamoDB accepts 400 KB. */
const MAX_PROBLEMS = 5;

/** The drafts of a job at some of its rows, which are counted from 1. */
const draftsAt = (sent: BulkDrafts, rows: readonly number[]): BulkDrafts => {
  const pick = <Draft>(drafts: readonly Draft[]): Draft[] => rows.flatMap((row) => drafts[row - 1] ?? []);
  switch (sent.object) {
    case 'item':
      return { object: 'item', drafts: pick(sent.drafts) };
    case 'variant':
      return { object: 'variant', drafts: pick(sent.drafts) };
    case 'category':
      return { object: 'category', drafts: pick(sent.drafts) };
  }
};

/** The rows that a job cannot apply, as what it would create exists, or what it would delete does not. */
export const findRefused = async (sent: BulkDrafts, { action }: CatalogJob, context: JobContext): Promise<number[]> => {
  const existing = await findExisting(sent, context);
  return sent.drafts.flatMap(({ id }, i) => (existing.has(id) === (action === 'create') ? [i + 1] : []));
};

interface Rows {
  readonly job: CatalogJob;
  readonly sent: BulkDrafts;
  readonly rows: readonly number[];
  readonly isRepeat: boolean;
}

/** Applies some rows of a job, and returns what is wrong with those that fail. */
export const applyRows = async ({ job, sent, rows, isRepeat }: Rows, context: JobContext): Promise<RowProblem[]> => {
  const refused = new Set(job.refused);
  const open = rows.filter((row) => !refused.has(row));
  const how = { action: job.action, at: job.startedAt ?? job.createdAt, isRepeat };
  const problems = await withoutFaults({ job, sent, rows: open }, how, context);
  const known = rows.filter((row) => refused.has(row)).map((row) => refusalOf(row, job, sent));
  return [...known, ...problems].toSorted((a, b) => a.row - b.row);
};

const refusalOf = (row: number, { action, object }: CatalogJob, { drafts }: BulkDrafts): RowProblem => {
  const [noun, id = ''] = [`catalog ${object}`, drafts[row - 1]?.id];
  return action === 'create'
    ? { row, code: 'conflict', field: 'id', detail: `The ${nameOf(noun, id)} exists already.` }
    : { row, field: 'id', ...absenceOf(noun, id) };
};

/** A row that we fail at fails by itself, with an id that is in the logs. */
const withoutFaults = async (
  { job, sent, rows }: Omit<Rows, 'isRepeat'>,
  how: How,
  context: JobContext,
): Promise<RowProblem[]> => {
  const [row, ...others] = rows;
  if (row === undefined) return [];
  const drafts = draftsAt(sent, rows);
  try {
    const refused = await applyDrafts(drafts, how, context);
    return drafts.drafts.flatMap(({ id }, i) => {
      const problems = refused.get(id) ?? [];
      return problems.slice(0, MAX_PROBLEMS).map((problem): RowProblem => ({ ...problem, row: rows[i] ?? 0 }));
    });
  } catch (error) {
    if (!isRowFault(error)) throw error;
    if (others.length === 0) {
      const { message } = faultOf(error, { account: job.account, catalogJob: job.id, row }, context);
      return [{ row, code: 'error', detail: message }];
    }
    const problems: RowProblem[] = [];
    for (const one of rows)
      problems.push(...(await withoutFaults({ job, sent, rows: [one] }, { ...how, isRepeat: true }, context)));
    return problems;
  }
};
