import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { findKey } from '../../domains/accounts/actions.ts';
import type { Context } from '../../domains/accounts/context.ts';
import { allowsScope } from '../../model/account.ts';
import { memoizeByName } from '../../platform/cache.ts';
import { ApiError } from '../../platform/errors.ts';
import type { OpenProtocol, Protocol } from '../../platform/http/protocol.ts';
import { errorDocument } from '../../platform/http/response/error-document.ts';
import { routeFactory } from '../../platform/http/route.ts';
import { anonymous, CACHE, contextOf, openAccounts, type Sender, senderOf } from '../accounts.ts';
import { decodeDocument } from './decode.ts';

/**
 * Klaviyo's API, revision 2026-07-15: a private key in `Authorization`, or the public `company_id` where browsers call;
 * documents of JSON:API.
 */
export const klaviyo: Protocol<Context, Sender> = {
  name: 'klaviyo',
  mediaType: 'application/vnd.api+json',
  requestType: 'application/vnd.api+json',
  headers: (requestId) => ({ 'X-Klaviyo-Req-Id': requestId }),
  fail: errorDocument,
  open: () => openKlaviyo(),
};

/** The same callers and errors, with answers whose shape others have specified. */
const plain: Protocol<Context, Sender> = { ...klaviyo, name: 'plain', mediaType: 'application/json' };

export const route = routeFactory(klaviyo);
export const plainRoute = routeFactory(plain);

const openKlaviyo = (): OpenProtocol<Context, Sender> => {
  const keyOf = memoizeByName(findKey, CACHE);
  const accountOf = openAccounts();

  return {
    async authenticate({ route: { scope }, event }, services) {
      checkRevision(event);
      if (scope === 'open') return anonymous;
      if (scope === 'public') {
        const id = new URLSearchParams(event.rawQueryString).get('company_id') ?? '';
        const account = await accountOf(id, services);
        if (!account) throw unknownCompany(id);
        return senderOf(account, { caller: { kind: 'public' }, limits: account.publicLimits });
      }
      const given = credentials(event.headers.authorization);
      const key = given === undefined ? undefined : await keyOf(given, services);
      const account = key && (await accountOf(key.account, services));
      if (!key || !account) throw notAuthenticated(given);
      if (!allowsScope(key.scopes, scope)) throw lacksScope(scope);
      const { id: keyId, lastFour, scopes, limits } = key;
      return senderOf(account, { caller: { kind: 'key', keyId, lastFour, scopes }, limits });
    },

    decode: async (request, sender) => decodeDocument(request, sender),
    contextOf,
  };
};

/** Answers do not differ by revision; what isn't one is a mistake worth hearing of. */
const checkRevision = ({ headers }: APIGatewayProxyEventV2): void => {
  const { revision } = headers;
  if (revision === undefined || /^\d{4}-\d\d-\d\d(\.\w+)?$/.test(revision)) return;
  throw new ApiError('invalid', {
    detail: `The revision header is a date such as 2026-07-15, not '${revision.slice(0, 40)}'. It may be left out.`,
    source: { header: 'revision' },
  });
};

const credentials = (header = ''): string | undefined =>
  /^(?:Klaviyo-API-Key|Bearer)\s+(\S+)$/i.exec(header.trim())?.[1];

const lacksScope = (scope: string) =>
  new ApiError('permission_denied', {
    detail: `This key lacks the scope ${scope}. Make one that has it: npm run admin -- keys create --scope ${scope}.`,
  });

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
