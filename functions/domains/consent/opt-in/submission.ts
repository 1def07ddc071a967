import type { Context } from '../../accounts/context.ts';
import type { Refusal } from '../texts/texts.ts';
import { checkSolution, markSolutionUsed, releaseSolution } from './challenge.ts';
import { findRefusedEmails } from './domains.ts';

/** What a public form or call sends besides the subscription itself. */
export interface Submission {
  /** Normalized. */
  readonly email: string | undefined;
  /** A solved challenge. */
  readonly altcha: string;
  /** A honeypot field, hidden from people: only bots fill it in. */
  readonly website: string;
  readonly by: 'form' | 'api';
}

interface Steps {
  /** Throws if the submission is not allowed. Has no side effect. */
  readonly check: () => Promise<void>;
  readonly act: () => Promise<void>;
}

/**
 * Runs a public submission if the account admits it. Returns the reasons against it, or none. A bot gets the same
 * answer as a person, but nothing is done. A solution stays usable if `check` throws; afterwards it is spent, even if
 * the rest fails.
 */
export const admitSubmission = async (
  { email, altcha, website, by }: Submission,
  context: Context,
  { check, act }: Steps,
): Promise<readonly Refusal[]> => {
  const { proofOfWork = 'off' } = context.accountSettings;
  const needsProofOfWork = proofOfWork === 'everywhere' || (proofOfWork === 'form' && by === 'form');
  const solution = needsProofOfWork ? await checkSolution(altcha, context) : undefined;
  const domains = email === undefined ? [] : [...(await findRefusedEmails([email], context)).values()];
  const refusals = [...(solution && solution.kind !== 'solved' ? [solution.kind] : []), ...domains];
  if (refusals.length > 0) return refusals;
  const id = solution?.kind === 'solved' ? solution.id : undefined;
  if (id !== undefined && !(await markSolutionUsed(id, context))) return ['challenge_used'];
  if (website !== '') return [];
  try {
    await check();
  } catch (error) {
    if (id !== undefined) await releaseSolution(id, context);
    throw error;
  }
  await act();
  return [];
};
