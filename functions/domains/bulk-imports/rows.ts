import type { IdentifierKind } from '../../model/identity.ts';
import { ApiError, errorCodes } from '../../platform/errors.ts';
import { faultOf, isRowFault } from '../../platform/jobs/row-fault.ts';
import { inParallel } from '../../platform/parallel.ts';
import { put } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { joinUnlessOptedOut } from '../consent/list-join.ts';
import { findList } from '../lists/actions.ts';
import { upsertProfile } from '../profiles/actions.ts';
import { groupByPerson } from '../profiles/group-by-person.ts';
import { leftOutMessage } from '../profiles/left-out.ts';
import { type ProfileResource, toInput } from '../profiles/records/profile.ts';
import type { BulkJob, RowError } from './job.ts';
import { rowErrors } from './store.ts';

/** The number of people, not of rows: rows of one person are applied in sequence. */
const PEOPLE_AT_ONCE = 20;

export interface Row {
  /** Counted from 1. */
  readonly row: number;
  readonly profile: ProfileResource;
}

export type RowOutcome =
  | { readonly kind: 'completed'; readonly profileId: string; readonly isInPart?: boolean }
  | { readonly kind: 'failed'; readonly error: RowError };

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId' | 'log'> & Partial<Pick<Context, 'accountSettings'>>;

/**
 * Applies some rows of a job. Rows about one person are applied in order, others in parallel. Rows that are `known` to
 * have failed fail again, even if their identifiers would be accepted now.
 */
export const applyRows = async (
  rows: readonly Row[],
  known: readonly RowError[],
  job: BulkJob,
  context: Deps,
): Promise<RowOutcome[]> => {
  const failed = new Set(known.map(({ row }) => row));
  const open = rows.filter(({ row }) => !failed.has(row));
  const people = await groupByPerson(
    open,
    ({ profile: { id, attributes } }) => ({ id, identifiers: attributes }),
    context,
  );
  const outcomes = await inParallel(people, PEOPLE_AT_ONCE, async (ofOne) => {
    const done: RowOutcome[] = [];
    for (const row of ofOne) done.push(await applyRow(row, job, context));
    return done;
  });
  const all = [...known.map((error) => ({ kind: 'failed', error }) as const), ...outcomes.flat()];
  await joinLists(
    all.flatMap((outcome) => (outcome.kind === 'completed' ? [outcome.profileId] : [])),
    job,
    context,
  );
  return all;
};

/** A list that was deleted meanwhile is left out: nobody joins it. */
const joinLists = async (profileIds: readonly string[], job: BulkJob, context: Deps): Promise<void> => {
  const at = new Date(job.createdAt);
  for (const listId of job.lists) {
    try {
      if (!(await findList(listId, context))) continue;
      await joinUnlessOptedOut(
        listId,
        profileIds.map((profileId) => ({ profileId, at })),
        context,
      );
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'not_found') throw error;
    }
  }
};

const applyRow = async ({ row, profile }: Row, job: BulkJob, context: Deps): Promise<RowOutcome> => {
  const rules = {
    onConflict: 'refuse',
    caller: 'trusted',
    row: { job: job.id, row, processedRows: job.settled },
  } as const;
  try {
    const { profile: stored, leftOut = [] } = await upsertProfile(toInput(profile), rules, context);
    const done = { kind: 'completed', profileId: stored.id } as const;
    if (leftOut.length === 0) return done;
    await context.table.write(put(rowErrors, noteOf(leftOut, row, job)));
    return { ...done, isInPart: true };
  } catch (error) {
    const refusal = isRowFault(error) ? mistake(error, { job, row }, context) : error;
    if (!(refusal instanceof ApiError) || (refusal === error && errorCodes[refusal.code].status >= 500)) throw error;
    const failed = rowError(refusal, row, job);
    // Before the next row about the same person, which may undo what this one failed for, or make it look applied.
    await context.table.write(put(rowErrors, failed));
    return { kind: 'failed', error: failed };
  }
};

/** A row that we fail at fails by itself, with an id that is in the logs. */
const mistake = (
  error: unknown,
  { job, row }: { readonly job: BulkJob; readonly row: number },
  { newId, log }: Deps,
): ApiError => {
  const { message } = faultOf(error, { account: job.account, bulkJob: job.id, row }, { newId, log });
  return new ApiError('error', { detail: message });
};

const noteOf = (leftOut: readonly IdentifierKind[], row: number, job: BulkJob): RowError => ({
  account: job.account,
  job: job.id,
  row,
  code: 'left_out',
  title: 'Imported without an identifier.',
  detail: leftOut.map(leftOutMessage).join(' '),
  pointer: `${placeOf(row)}/attributes/${leftOut[0]}`,
  isNote: true,
  expiresAt: job.expiresAt,
});

const placeOf = (row: number): string => `/data/attributes/profiles/data/${row - 1}`;

const rowError = ({ code, problems: [problem] }: ApiError, row: number, job: BulkJob): RowError => ({
  account: job.account,
  job: job.id,
  row,
  code,
  title: errorCodes[code].title,
  detail: problem?.detail ?? '',
  pointer: `${placeOf(row)}${(problem?.source?.pointer ?? '').replace(/^\/data(?=\/|$)/, '')}`,
  expiresAt: job.expiresAt,
});
