import type { Context } from '../../accounts/context.ts';
import type { Refusal } from '../texts/texts.ts';
import { checkSolution, markSolutionUsed, releaseSolution } from './challenge.ts';
import { refusedAmong } from './domains.ts';

/** What the public sends with a subscription besides what it says. */
export interface Applicant {
  /** Normalised. */
  readonly email: string | undefined;
  /** A solved challenge. */
  readonly altcha: string;
  /** Hidden from people: who fills it in is a program. */
  readonly website: string;
  readonly by: 'form' | 'api';
}

interface Steps {
  /** Refuses what may not be done, and does nothing that the solution pays for. */
  readonly check: () => Promise<void>;
  readonly act: () => Promise<void>;
}

/**
 * Does what the public asks for, as far as the account lets it: answers every reason against it, or none. A program is
 * told what a person is told, and nothing is done. A solution holds for another try where the check refused; from then
 * on it is used up, whatever becomes of the rest.
 */
export const admit = async (
  { email, altcha, website, by }: Applicant,
  context: Context,
  { check, act }: Steps,
): Promise<readonly Refusal[]> => {
  const { proofOfWork = 'off' } = context.accountSettings;
  const isWorkAsked = proofOfWork === 'everywhere' || (proofOfWork === 'form' && by === 'form');
  const work = isWorkAsked ? await checkSolution(altcha, context) : undefined;
  const domains = email === undefined ? [] : [...(await refusedAmong([email], context)).values()];
  const refusals = [...(work && work.kind !== 'solved' ? [work.kind] : []), ...domains];
  if (refusals.length > 0) return refusals;
  const id = work?.kind === 'solved' ? work.id : undefined;
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
