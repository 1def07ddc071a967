import type { Context } from '../../accounts/context.ts';
import { suppress } from '../../consent/suppressions/suppress.ts';
import { redactPersons } from '../names/file-name.ts';
import { nameOf } from '../names/keys.ts';
import type { RowSuppression } from '../rows/suppressions.ts';
import type { Import } from './application.ts';
import { originOf } from './origin.ts';

/** Applies the suppressions of a row. Returns whether any is new. */
export const applySuppressions = async (
  suppressions: readonly RowSuppression[],
  { job, row }: { readonly job: Import; readonly row: number },
  context: Pick<Context, 'account' | 'table' | 'now'>,
): Promise<boolean> => {
  const evidence = { method: 'manual_import', source: redactPersons(nameOf(job.key)) };
  let isChanged = false;
  for (const { email, reason, at = new Date(job.createdAt) } of suppressions) {
    const suppression = {
      address: { kind: 'email' as const, value: email },
      reason,
      at,
      evidence,
      cause: originOf(job, row),
    };
    if ((await suppress(suppression, context)) === 'suppressed') isChanged = true;
  }
  return isChanged;
};
