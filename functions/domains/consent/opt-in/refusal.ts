import type { Problem } from '../../../platform/errors.ts';
import type { Context } from '../../accounts/context.ts';
import type { Refusal } from '../texts/texts.ts';

/** The problem to return for a refused subscription of the public API. */
export const refusalProblem = (refusal: Refusal, { account, origin }: Context): Problem => {
  const problem = { detail: refusalDetails[refusal], meta: { reason: refusal } };
  switch (refusal) {
    case 'disposable':
    case 'takes_no_mail':
      return { ...problem, source: { pointer: '/data/attributes/profile/data/attributes/email' } };
    case 'challenge_missing':
    case 'challenge_wrong':
    case 'challenge_expired':
    case 'challenge_used': {
      const challenge = `${origin}/client/challenge?company_id=${account}`;
      return { ...problem, source: { pointer: '/data/attributes/altcha' }, meta: { ...problem.meta, challenge } };
    }
  }
};

export const refusalDetails: Readonly<Record<Refusal, string>> = {
  disposable: 'The domain of this address offers disposable mailboxes, which the account does not accept.',
  takes_no_mail: 'The domain of this address accepts no mail.',
  challenge_missing: 'The account requires a proof of work. Solve a challenge, and send the solution as `altcha`.',
  challenge_wrong: 'This is not a solution of a challenge of this account. Get a new challenge.',
  challenge_expired: 'The challenge has expired. Get a new challenge.',
  challenge_used: 'This solution has already been used. Get a new challenge.',
};
