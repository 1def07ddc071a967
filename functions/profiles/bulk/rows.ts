import type { Context } from '../../context.ts';
import { ApiError, errorCodes } from '../../errors.ts';
import { addMember } from '../../lists/actions.ts';
import { inParallel } from '../../parallel.ts';
import { upsertProfile } from '../actions.ts';
import { byPerson } from '../people.ts';
import { type ProfileResource, toInput } from '../profile.ts';
import type { BulkJob, RowError } from './job.ts';

/** Of people, not of rows: those of one person wait for each other. */
const PEOPLE_AT_ONCE = 20;

export interface Row {
  /** Counted from 1. */
  readonly row: number;
  readonly profile: ProfileResource;
}

export type RowOutcome =
  | { readonly kind: 'completed'; readonly profileId: string }
  | { readonly kind: 'failed'; readonly error: RowError };

type Reach = Pick<Context, 'account' | 'table' | 'now' | 'newId'>;

/** Applies some rows of a job. Rows about one person are applied in their order, the others at once. */
export const applyRows = async (rows: readonly Row[], job: BulkJob, context: Reach): Promise<RowOutcome[]> => {
  const people = await byPerson(rows, ({ profile: { id, attributes } }) => ({ id, identifiers: attributes }), context);
  const outcomes = await inParallel(people, PEOPLE_AT_ONCE, async (ofOne) => {
    const done: RowOutcome[] = [];
    for (const row of ofOne) done.push(await applyRow(row, job, context));
    return done;
  });
  return outcomes.flat();
};

const applyRow = async ({ row, profile }: Row, job: BulkJob, context: Reach): Promise<RowOutcome> => {
  const rules = {
    onConflict: 'refuse',
    caller: 'trusted',
    row: { job: job.id, row, settled: job.settled },
  } as const;
  try {
    const { profile: stored } = await upsertProfile(toInput(profile), rules, context);
    const at = new Date(job.createdAt);
    for (const listId of job.lists) await addMember({ listId, profileId: stored.id, at }, context);
    return { kind: 'completed', profileId: stored.id };
  } catch (error) {
    if (!(error instanceof ApiError) || errorCodes[error.code].status >= 500) throw error;
    return { kind: 'failed', error: rowError(error, row, job) };
  }
};

const rowError = ({ code, problems: [problem] }: ApiError, row: number, job: BulkJob): RowError => ({
  account: job.account,
  job: job.id,
  row,
  code,
  title: errorCodes[code].title,
  detail: problem?.detail ?? '',
  pointer: `/data/attributes/profiles/data/${row - 1}${(problem?.source?.pointer ?? '').replace(/^\/data(?=\/|$)/, '')}`,
  expiresAt: job.expiresAt,
});
