import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { findKey } from '../domains/accounts/keys/actions.ts';
import { openLastUses } from '../domains/accounts/keys/last-use.ts';
import { requireKeyRules } from '../domains/accounts/keys/rules.ts';
import { allowsScope } from '../model/account.ts';
import { memoizeByName } from '../platform/cache.ts';
import { viewerIp } from '../platform/http/viewer.ts';
import type { Services } from '../platform/resources/services.ts';
import { type AccountPrincipal, CREDENTIALS_CACHE, createPrincipal, type openAccounts } from './accounts.ts';
import { missingScopeError } from './caller-scope.ts';

interface Call {
  readonly event: APIGatewayProxyEventV2;
  /** The scope that the route requires. */
  readonly scope: string;
}

/** Creates the cached authentication by private keys. */
export const openKeyCallers = (findAccount: ReturnType<typeof openAccounts>) => {
  const findCachedKey = memoizeByName(findKey, CREDENTIALS_CACHE);
  const recordUse = openLastUses();

  /**
   * The principal of a caller with a private key. Undefined if the key is unknown or was revoked.
   *
   * @throws ApiError if the key has ended, lacks the scope, or is restricted to others
   */
  return async (
    credential: string,
    { event, scope }: Call,
    services: Services,
  ): Promise<AccountPrincipal | undefined> => {
    const key = await findCachedKey(credential, services);
    const account = key && (await findAccount(key.account, services));
    if (!key || !account) return undefined;
    requireKeyRules(key, {
      ip: viewerIp(event, services.settings.edgeSecret),
      origin: event.headers.origin,
      now: services.now(),
    });
    if (!allowsScope(key.scopes, scope)) throw missingScopeError(scope);
    await recordUse(key, services);
    const { id: keyId, lastFour, scopes, limits } = key;
    return createPrincipal(account, { caller: { kind: 'key', keyId, lastFour, scopes }, limits });
  };
};
