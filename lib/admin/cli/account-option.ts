import { listAccounts } from '../../../functions/domains/accounts/actions.ts';
import { soleAccount } from '../../../functions/model/account.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import { Advice } from './advice.ts';

/** The option of commands that work on one account. */
export const ACCOUNT = ['--account <id>', 'default: the only account'] as const;

/** Returns the named account, or the only one of the deployment. */
export const accountOrOnly = async (requested: string | undefined, services: Services): Promise<string> => {
  const accounts = await listAccounts(services);
  if (requested !== undefined) {
    if (accounts.some(({ id }) => id === requested)) return requested;
    throw new Advice(`There is no account ${requested}. List the accounts: npm run admin -- accounts list`);
  }
  const sole = soleAccount(accounts);
  if (sole) return sole.id;
  const real = accounts.filter(({ isTest }) => isTest !== true);
  if (real.length === 0)
    throw new Advice('There is no account yet. Create one: npm run admin -- accounts create --name "My shop"');
  throw new Advice(`There are several accounts. Choose one with --account ${real.map(({ id }) => id).join(' or ')}.`);
};

/** Services with the account that a command works on. */
export const inAccount = async (requested: string | undefined, services: Services) => ({
  ...services,
  account: await accountOrOnly(requested, services),
});
