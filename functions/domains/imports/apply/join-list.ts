import { ApiError } from '../../../platform/errors.ts';
import type { Context } from '../../accounts/context.ts';
import { joinUnlessOptedOut } from '../../consent/list-join.ts';
import { ensureList } from '../../lists/actions.ts';
import type { Import } from './application.ts';
import { originOf } from './origin.ts';
import { type ApplyResult, failedResult } from './outcome.ts';

export interface AppliedRow {
  readonly applied: ApplyResult;
  readonly profileId: string;
  readonly number: number;
  /** When the person subscribed, according to the row. */
  readonly consentedAt?: Date | undefined;
}

/**
 * Adds the people of rows to the list of the mapping, and creates the list if needed. People who opted out of the list
 * are left out, unless the row has a later subscription. A row that adds a member counts as a change, also when it is
 * applied again after a kill.
 */
export const joinList = async (
  rows: readonly AppliedRow[],
  job: Import,
  context: Pick<Context, 'account' | 'table' | 'now'>,
): Promise<ApplyResult[]> => {
  const list = job.layout?.list;
  const sound = rows.filter(({ applied }) => applied.outcome !== 'failed');
  if (list === undefined || sound.length === 0) return rows.map(({ applied }) => applied);
  try {
    await ensureList(list, context);
    const at = context.now();
    const joins = sound.map(({ profileId, number, consentedAt }) => ({
      profileId,
      at,
      by: originOf(job, number),
      ...(consentedAt && { consentedAt }),
    }));
    const joined = await joinUnlessOptedOut(list, joins, context);
    return rows.map(({ applied, profileId }) =>
      applied.outcome === 'unchanged' && joined.has(profileId) ? { ...applied, outcome: 'updated' } : applied,
    );
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const why = failedResult(error);
    return rows.map(({ applied }) => (applied.outcome === 'failed' ? applied : why));
  }
};
