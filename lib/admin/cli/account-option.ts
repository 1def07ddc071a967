import { listAccounts } from '../../../functions/domains/accounts/actions.ts';
import { soleAccount } from '../../../functions/model/account.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import { Advice } from './advice.ts';

/** The account that was named, or the only one that there is. */
export const accountOrOnly = async (named: string | undefined, services: Services): Promise<string> => {
  const found = await listAccounts(services);
  if (named !== undefined) {
    if (found.some(({ id }) => id === named)) return named;
    throw new Advice(`There is no account ${named}. Those there are: npm run admin -- accounts list`);
  }
  const sole = soleAccount(found);
  if (sole) return sole.id;
  const real = found.filter(({ isTest }) => isTest !== true);
  if (real.length === 0)
    throw new Advice('There is no account yet. Make one: npm run admin -- accounts create --name "My shop"');
  throw new Advice(`There are several accounts: name one by --account ${real.map(({ id }) => id).join(' or ')}.`);
};
