import type { Context } from '../../context.ts';
import { ApiError, errorCodes } from '../../errors.ts';
import { addMember } from '../../lists/actions.ts';
import { inParallel } from '../../parallel.ts';
import { upsertProfile } from '../actions.ts';
import { identifierKinds } from '../identity.ts';
import { type ProfileResource, toInput } from '../profile.ts';
import { ownersOf } from '../resolve.ts';
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
  const people = await groupByPerson(rows, context);
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

/** Rows that share an identifier or name identifiers of one profile, directly or by way of other rows, are one person's. */
const groupByPerson = async (rows: readonly Row[], context: Reach): Promise<readonly (readonly Row[])[]> => {
  const owners = await ownersOf(
    rows.map(({ profile }) => profile.attributes),
    context,
  );
  const groups = new Map<string, readonly Row[]>();
  for (const [i, row] of rows.entries()) {
    const { id, attributes } = row.profile;
    const names = [
      ...[id, ...(owners[i] ?? [])].map((owner) => `id ${owner}`),
      ...identifierKinds.map((kind) => `${kind} ${attributes[kind]}`),
    ].filter((name) => !/ (undefined|null)$/.test(name));
    const touched = new Set(names.flatMap((name) => [groups.get(name) ?? []]));
    const merged = [...[...touched].flat(), row].sort((a, b) => a.row - b.row);
    for (const [name, group] of groups) if (touched.has(group)) groups.set(name, merged);
    for (const name of names) groups.set(name, merged);
  }
  return [...new Set(groups.values())];
};
