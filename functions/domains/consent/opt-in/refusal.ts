import type { Problem } from '../../../platform/errors.ts';
import type { Context } from '../../accounts/context.ts';
import type { Refusal } from '../texts/texts.ts';

/** A reason against a subscription of the public API, for its caller. */
export const problemOf = (refusal: Refusal, { account, origin }: Context): Problem => {
  const problem = { detail: details[refusal], meta: { reason: refusal } };
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

export const details: Readonly<Record<Refusal, string>> = {
  disposable: 'This address is of a domain for throw-away mailboxes, which the account does not take.',
  takes_no_mail: 'The domain of this address takes no mail.',
  challenge_missing: 'The account asks for a proof of work. Solve a challenge, and send the solution as `altcha`.',
  challenge_wrong: 'This solves no challenge of this account. Get a new one.',
  challenge_expired: 'The challenge has expired. Get a new one.',
  challenge_used: 'This solution was used already. Get a new challenge.',
};
