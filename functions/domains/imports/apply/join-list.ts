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
  /** When the person subscribed, by what the row says. */
  readonly consentedAt?: Date | undefined;
}

/**
 * Puts the people of rows on the list that the mapping names, which is made where there is none. Who opted out of the list
 * stays off it, unless the row says that they subscribed later. A row about somebody who is new on the list has changed
 * something, also where it is applied again after a kill.
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
