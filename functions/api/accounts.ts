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

/** As long as a changed account or a revoked key may still work as before. */
export const CACHE = { ttlMs: 60_000, maxEntries: 1_000 } as const;

const ACCOUNT_ID = /^[A-Za-z0-9]{6}$/;

/** Finds accounts by their public id, with a cache. */
export const openAccounts = () => {
  const accountOf = memoizeByName(findAccount, CACHE);
  return async (id: string, services: Services): Promise<Account | undefined> =>
    ACCOUNT_ID.test(id) ? accountOf(id, services) : undefined;
};

/** A caller, with the settings of the account that the request belongs to. */
export interface Sender extends Principal {
  readonly settings: Account;
}

export const senderOf = (
  settings: Account,
  { caller, limits }: Pick<Sender, 'caller'> & { readonly limits?: RateLimits | undefined },
): Sender => ({
  account: settings.id,
  settings,
  caller,
  ...(limits && { limits }),
});

/** The caller of a route that belongs to no account. */
export const anonymous: Sender = {
  account: '',
  settings: { id: '', name: '', timezone: 'UTC', createdAt: '' },
  caller: { kind: 'nobody' },
};

export const contextOf = (request: RequestContext, { settings }: Sender): Context => ({
  ...request,
  accountSettings: settings,
});

/** How the content of a request is checked for an account. */
export const rulesOf = ({ account, settings }: Sender): ParseOptions => ({
  account,
  ignoresUnknownMembers: settings.unknownMembers === 'ignore',
  run: (schema, input) => parseForAccount(settings, schema, input),
});
