import { findAccount } from '../domains/accounts/actions.ts';
import type { Context } from '../domains/accounts/context.ts';
import type { Account } from '../model/account.ts';
import { parseForAccount } from '../model/checks.ts';
import { memoizeByName } from '../platform/cache.ts';
import type { RequestContext } from '../platform/http/context.ts';
import type { ParseOptions } from '../platform/http/parse.ts';
import type { Principal } from '../platform/http/protocol.ts';
import type { RateLimits } from '../platform/http/throttle.ts';
import type { Services } from '../platform/resources/services.ts';

/** Changes of accounts and revocations of keys take effect after this time at the latest. */
export const CREDENTIALS_CACHE = { ttlMs: 60_000, maxEntries: 1_000 } as const;

const ACCOUNT_ID = /^[A-Za-z0-9]{6}$/;

/** Creates a cached lookup of accounts by their public id. */
export const openAccounts = () => {
  const findCachedAccount = memoizeByName(findAccount, CREDENTIALS_CACHE);
  return async (id: string, services: Services): Promise<Account | undefined> =>
    ACCOUNT_ID.test(id) ? findCachedAccount(id, services) : undefined;
};

/** A principal with the settings of its account. */
export interface AccountPrincipal extends Principal {
  readonly settings: Account;
}

export const createPrincipal = (
  settings: Account,
  { caller, limits }: Pick<AccountPrincipal, 'caller'> & { readonly limits?: RateLimits | undefined },
): AccountPrincipal => ({
  account: settings.id,
  settings,
  caller,
  ...(limits && { limits }),
});

/** The principal of requests that belong to no account. */
export const anonymousPrincipal: AccountPrincipal = {
  account: '',
  settings: { id: '', name: '', timezone: 'UTC', createdAt: '' },
  caller: { kind: 'nobody' },
};

export const contextOf = (request: RequestContext, { settings }: AccountPrincipal): Context => ({
  ...request,
  accountSettings: settings,
});

/** The options for parsing requests of an account. */
export const parseOptionsOf = ({ account, settings }: AccountPrincipal): ParseOptions => ({
  account,
  ignoresUnknownMembers: settings.unknownMembers === 'ignore',
  run: (schema, input) => parseForAccount(settings, schema, input),
});
