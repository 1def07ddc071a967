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

interface Steps<Result> {
  /** Throws if the submission is not allowed. Has no side effect. */
  readonly check: () => Promise<void>;
  readonly act: () => Promise<Result>;
}

interface Admission<Result> {
  /** The reasons against the submission. */
  readonly refusals: readonly Refusal[];
  /** What `act` returned. Absent if nothing was done. */
  readonly result?: Result;
}

/**
 * Runs a public submission if the account admits it. A bot gets the same answer as a person, but nothing is done. A
 * solution stays usable if `check` throws; afterwards it is spent, even if the rest fails.
 */
export const admitSubmission = async <Result>(
  { email, altcha, website, by }: Submission,
  context: Context,
  { check, act }: Steps<Result>,
): Promise<Admission<Result>> => {
  const { proofOfWork = 'off' } = context.accountSettings;
  const needsProofOfWork = proofOfWork === 'everywhere' || (proofOfWork === 'form' && by === 'form');
  const solution = needsProofOfWork ? await checkSolution(altcha, context) : undefined;
  const domains = email === undefined ? [] : [...(await findRefusedEmails([email], context)).values()];
  const refusals = [...(solution && solution.kind !== 'solved' ? [solution.kind] : []), ...domains];
  if (refusals.length > 0) return { refusals };
  const id = solution?.kind === 'solved' ? solution.id : undefined;
  if (id !== undefined && !(await markSolutionUsed(id, context))) return { refusals: ['challenge_used'] };
  if (website !== '') return { refusals };
  try {
    await check();
  } catch (error) {
    if (id !== undefined) await releaseSolution(id, context);
    throw error;
  }
  return { refusals, result: await act() };
};
