import type { Context } from '../context.ts';
import type { ConsentChange, Outcome } from './consent.ts';

export type Reach = Pick<Context, 'account' | 'table' | 'now' | 'newId'>;

/** Records a change of consent, and lets it hold unless something newer is known. */
export const changeConsent = async (_change: ConsentChange, _context: Reach): Promise<Outcome> => {
  throw new Error('Not there yet.');
};
