import { ApiError } from '../../../platform/errors.ts';
import type { Context } from '../../accounts/context.ts';
import { joinUnlessOptedOut } from '../../consent/list-join.ts';
import { optOutOfList } from '../../consent/list-opt-out.ts';
import { ensureList } from '../../lists/actions.ts';
import { redactPersons } from '../names/file-name.ts';
import { nameOf } from '../names/keys.ts';
import type { RowList } from '../rows/list-columns.ts';
import type { Import } from './application.ts';
import { originOf } from './origin.ts';
import { type ApplyResult, failedResult } from './outcome.ts';

export interface AppliedRow {
  readonly applied: ApplyResult;
  /** Undefined if the row failed. */
  readonly profileId: string | undefined;
  /** All ids of the person, the current one first, if they have just been read. */
  readonly ids?: readonly string[];
  /** The row has just created the profile. */
  readonly isNew?: boolean;
  readonly number: number;
  /** When the person subscribed, according to the row. */
  readonly consentedAt?: Date | undefined;
  /** The list of the row, which counts instead of the one of the mapping. */
  readonly list?: RowList | undefined;
}

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'>;

/**
 * Adds the people of rows to the list of the row or of the mapping, and creates the list if needed. People who opted
 * out of the list are left out, unless the row has a later subscription. A row that adds a member counts as a change,
 * also when it is applied again after a kill.
 */
export const joinList = async (rows: readonly AppliedRow[], job: Import, context: Deps): Promise<ApplyResult[]> => {
  const sound = rows.flatMap((row) =>
    row.profileId !== undefined && row.applied.outcome !== 'failed' ? [{ ...row, profileId: row.profileId, row }] : [],
  );
  const results = new Map<AppliedRow, ApplyResult>();
  for (const [list, some] of Map.groupBy(sound, (row) => row.list?.id ?? job.layout?.list)) {
    if (list === undefined) continue;
    for (const [row, result] of await changeList(list, some, job, context)) results.set(row, result);
  }
  return rows.map((row) => results.get(row) ?? row.applied);
};

interface SoundRow extends AppliedRow {
  readonly row: AppliedRow;
  readonly profileId: string;
}

const changeList = async (
  list: string,
  rows: readonly SoundRow[],
  job: Import,
  context: Deps,
): Promise<(readonly [AppliedRow, ApplyResult])[]> => {
  try {
    await ensureList(list, context, rows.find((row) => row.list?.name !== undefined)?.list?.name);
    const at = context.now();
    const joins = rows
      .filter((row) => row.list?.optedOutAt === undefined)
      .map(({ profileId, ids, isNew, number, consentedAt, list: own }) => ({
        profileId,
        ...(ids && { ids }),
        isNew,
        at: own?.joinedAt ?? at,
        by: originOf(job, number),
        ...(consentedAt && { consentedAt }),
      }));
    const changed = new Set(await joinUnlessOptedOut(list, joins, context));
    for (const row of rows) if (await optOut(list, row, job, context)) changed.add(row.profileId);
    return rows.map(({ row, applied, profileId }) => {
      const isChange = applied.outcome === 'unchanged' && changed.has(profileId);
      return [row, isChange ? { ...applied, outcome: 'updated' } : applied];
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const why = failedResult(error);
    return rows.map(({ row }) => [row, why]);
  }
};

/** Stores that the person does not want the e-mails of the list. */
const optOut = async (
  listId: string,
  { profileId, number, list }: SoundRow,
  job: Import,
  context: Deps,
): Promise<boolean> => {
  if (!list?.optedOutAt) return false;
  const evidence = { method: 'manual_import', source: redactPersons(nameOf(job.key)) };
  const change = {
    profileId,
    channel: 'email',
    type: 'marketing',
    to: 'UNSUBSCRIBED',
    at: list.optedOutAt,
    evidence,
    entryId: `${originOf(job, number)}:list`,
  } as const;
  return (await optOutOfList([change], { listId, profileId }, context)) === 'applied';
};
