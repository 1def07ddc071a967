import type { Context } from '../accounts/context.ts';
import { suppress } from '../consent/suppressions/suppress.ts';
import { withoutPersons } from './file-name.ts';
import { type Job, nameOf, originOf } from './job.ts';
import type { SaidSuppression } from './rows/suppressions.ts';

/** Whether any address was not suppressed for that reason before. */
export const applySuppressions = async (
  said: readonly SaidSuppression[],
  { job, row }: { readonly job: Job; readonly row: number },
  context: Pick<Context, 'account' | 'table' | 'now'>,
): Promise<boolean> => {
  const evidence = { method: 'manual_import', source: withoutPersons(nameOf(job.key)) };
  let isChanged = false;
  for (const { email, reason, at = new Date(job.createdAt) } of said) {
    const told = { address: { kind: 'email' as const, value: email }, reason, at, evidence, cause: originOf(job, row) };
    if ((await suppress(told, context)) === 'suppressed') isChanged = true;
  }
  return isChanged;
};
