import type { Context } from '../../accounts/context.ts';
import type { Evidence } from '../records/consent.ts';
import type { JobKind } from './job.ts';
import { suppress, unsuppress } from './suppress.ts';

/**
 * Applies a job to one e-mail address: `create` suppresses it, `delete` lifts the suppression.
 *
 * @returns whether the job changed the address. A redelivered suppression returns the same
 */
export const applyToEmail = async (
  kind: JobKind,
  email: string,
  { at, evidence }: { readonly at: Date; readonly evidence: Evidence },
  context: Pick<Context, 'account' | 'table' | 'now'>,
): Promise<boolean> => {
  const address = { kind: 'email' as const, value: email };
  return kind === 'create'
    ? (await suppress({ address, reason: 'USER_SUPPRESSED', at, evidence }, context)) === 'suppressed'
    : (await unsuppress({ address, at, evidence }, context)) === 'lifted';
};
