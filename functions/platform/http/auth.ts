import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { findAccount, findKey } from '../../domains/accounts/actions.ts';
import { type Account, allows, type RateLimits } from '../../model/account.ts';
import type { Caller, Services } from '../context.ts';
import { ApiError } from '../errors.ts';
import type { Route } from './route.ts';

export interface Authenticated {
  readonly account: Account;
  readonly caller: Caller;
  readonly limits?: RateLimits;
}

const CACHE_MS = 60_000;
/** Requests with made-up keys must not fill the memory. */
const CACHE_SIZE = 1_000;

const ACCOUNT_ID = /^[A-Za-z0-9]{6}$/;

const nobody: Authenticated = {
  account: { id: '', name: '', timezone: 'UTC', createdAt: '' },
  caller: { kind: 'nobody' },
};

/** Who is calling, by key or by company id. Answers are kept for a minute: as long as a revoked key may still work. */
export const authenticator = () => {
  const recent = <T>(find: (name: string, services: Services) => Promise<T>) => {
    const known = new Map<string, { readonly found: T; readonly until: number }>();
    return async (name: string, services: Services): Promise<T> => {
      const time = services.now().getTime();
      const cached = known.get(name);
      if (cached && cached.until > time) return cached.found;
      const found = await find(name, services);
      known.delete(name);
      const [oldest] = known.keys();
      if (known.size >= CACHE_SIZE && oldest !== undefined) known.delete(oldest);
      known.set(name, { found, until: time + CACHE_MS });
      return found;
    };
  };
  const keyOf = recent(findKey);
  const accountOf = recent(findAccount);

  /** An open page that takes a form is of an account: without one no body is read, and its limit holds for the page. */
  const pageOf = async (id: string, services: Services): Promise<Authenticated> => {
    const account = ACCOUNT_ID.test(id) ? await accountOf(id, services) : undefined;
    if (!account) throw new ApiError('not_found', { detail: 'There is no such page.' });
    return { account, caller: nobody.caller, ...(account.publicLimits && { limits: account.publicLimits }) };
  };

  return async (
    route: Route,
    event: APIGatewayProxyEventV2,
    services: Services,
    { account: page }: Readonly<Record<string, string>> = {},
  ): Promise<Authenticated> => {
    if (route.scope === 'open') return route.body && page !== undefined ? pageOf(page, services) : nobody;
    if (route.scope === 'public') {
      const id = new URLSearchParams(event.rawQueryString).get('company_id') ?? '';
      const account = ACCOUNT_ID.test(id) ? await accountOf(id, services) : undefined;
      if (!account) throw unknownCompany(id);
      return { account, caller: { kind: 'public' }, ...(account.publicLimits && { limits: account.publicLimits }) };
    }
    const given = credentials(event.headers.authorization);
    const key = given === undefined ? undefined : await keyOf(given, services);
    const account = key && (await accountOf(key.account, services));
    if (!key || !account) throw notAuthenticated(given);
    if (!allows(key.scopes, route.scope)) {
      throw new ApiError('permission_denied', {
        detail: `This key lacks the scope ${route.scope}. Make one that has it: npm run admin -- keys create --scope ${route.scope}.`,
      });
    }
    const { id: keyId, lastFour, scopes, limits } = key;
    return { account, caller: { kind: 'key', keyId, lastFour, scopes }, ...(limits && { limits }) };
  };
};

const credentials = (header = ''): string | undefined =>
  /^(?:Klaviyo-API-Key|Bearer)\s+(\S+)$/i.exec(header.trim())?.[1];

const notAuthenticated = (given: string | undefined) =>
  new ApiError('not_authenticated', {
    detail:
      given === undefined
        ? 'Send your private key as `Authorization: Klaviyo-API-Key pk_…` or `Authorization: Bearer pk_…`.'
        : 'This key is not known here, or was revoked.',
    source: { header: 'authorization' },
  });

const unknownCompany = (id: string) =>
  new ApiError(id === '' ? 'invalid' : 'not_found', {
    detail:
      id === ''
        ? 'Name the account by ?company_id=, six letters and digits.'
        : 'There is no account with this company_id.',
    source: { parameter: 'company_id' },
  });
