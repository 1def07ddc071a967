import { listAccounts } from '../../functions/accounts/actions.ts';
import type { Services } from '../../functions/context.ts';
import { Advice } from './advice.ts';

/** The account that was named, or the only one that there is. */
export const accountOrOnly = async (named: string | undefined, services: Services): Promise<string> => {
  const found = await listAccounts(services);
  if (named !== undefined) {
    if (found.some(({ id }) => id === named)) return named;
    throw new Advice(`There is no account ${named}. Those there are: npm run admin -- accounts list`);
  }
  const [only, another] = found;
  if (!only) throw new Advice('There is no account yet. Make one: npm run admin -- accounts create --name "My shop"');
  if (another)
    throw new Advice(`There are several accounts: name one by --account ${found.map(({ id }) => id).join(' or ')}.`);
  return only.id;
};
