import type { Context } from '../../context.ts';
import { ApiError, errorCodes } from '../../errors.ts';
import { addMembers, ensureList } from '../../lists/actions.ts';
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

type Reach = Pick<Context, 'account' | 'table' | 'now' | 'newId'> & Partial<Pick<Context, 'accountSettings'>>;

/** Applies some rows of a job. Rows about one person are applied in their order, the others at once. */
export const applyRows = async (rows: readonly Row[], job: BulkJob, context: Reach): Promise<RowOutcome[]> => {
  const people = await byPerson(rows, ({ profile: { id, attributes } }) => ({ id, identifiers: attributes }), context);
  const outcomes = await inParallel(people, PEOPLE_AT_ONCE, async (ofOne) => {
    const done: RowOutcome[] = [];
    for (const row of ofOne) done.push(await applyRow(row, job, context));
    return done;
  });
  const all = outcomes.flat();
  await joinLists(
    all.flatMap((outcome) => (outcome.kind === 'completed' ? [outcome.profileId] : [])),
    job,
    context,
  );
  return all;
};

/** A list that is being deleted meanwhile is left out: whoever deletes it wants nobody on it. */
const joinLists = async (profileIds: readonly string[], job: BulkJob, context: Reach): Promise<void> => {
  const at = new Date(job.createdAt);
  for (const listId of job.lists) {
    try {
      await ensureList(listId, context);
      await addMembers(
        listId,
        profileIds.map((profileId) => ({ profileId, at })),
        context,
      );
    } catch (error) {
      if (!(error instanceof ApiError) || (error.code !== 'not_found' && error.code !== 'conflict')) throw error;
    }
  }
};

const applyRow = async ({ row, profile }: Row, job: BulkJob, context: Reach): Promise<RowOutcome> => {
  const rules = {
    onConflict: 'refuse',
    caller: 'trusted',
    row: { job: job.id, row, settled: job.settled },
  } as const;
  try {
    const { profile: stored } = await upsertProfile(toInput(profile), rules, context);
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
