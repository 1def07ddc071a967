import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Context } from '../../domains/accounts/context.ts';
import { ApiError } from '../../platform/errors.ts';
import type { OpenProtocol, Protocol } from '../../platform/http/protocol.ts';
import { errorDocument } from '../../platform/http/response/error-document.ts';
import { routeFactory } from '../../platform/http/route.ts';
import { type AccountPrincipal, anonymousPrincipal, contextOf, openAccounts } from '../accounts.ts';
import { openKeyCallers } from '../key-callers.ts';
import { createPublicPrincipal } from '../public-callers.ts';
import { decodeDocument } from './decode.ts';

/**
 * Klaviyo's API, revision 2026-07-15. Authenticates by a private key in `Authorization`, or by the public `company_id`
 * for browsers. Encodes JSON:API documents.
 */
export const klaviyo: Protocol<Context, AccountPrincipal> = {
  name: 'klaviyo',
  mediaType: 'application/vnd.api+json',
  requestType: 'application/vnd.api+json',
  headers: (requestId) => ({ 'X-Klaviyo-Req-Id': requestId }),
  fail: errorDocument,
  open: () => openKlaviyo(),
};

/** The same authentication and errors, for plain JSON responses in formats that others specify. */
const plainJson: Protocol<Context, AccountPrincipal> = { ...klaviyo, name: 'plain', mediaType: 'application/json' };

export const route = routeFactory(klaviyo);
export const plainRoute = routeFactory(plainJson);

const openKlaviyo = (): OpenProtocol<Context, AccountPrincipal> => {
  const findAccount = openAccounts();
  const findKeyCaller = openKeyCallers(findAccount);

  return {
    async authenticate({ route: { scope }, event }, services) {
      checkRevision(event);
      if (scope === 'open') return anonymousPrincipal;
      if (scope === 'public') {
        const id = new URLSearchParams(event.rawQueryString).get('company_id') ?? '';
        const account = await findAccount(id, services);
        if (!account) throw unknownCompanyError(id);
        return createPublicPrincipal(account, event, services);
      }
      const credential = parseCredential(event.headers.authorization);
      const caller = credential === undefined ? undefined : await findKeyCaller(credential, { event, scope }, services);
      if (!caller) throw notAuthenticatedError(credential);
      return caller;
    },

    decode: async (request, sender) => decodeDocument(request, sender),
    contextOf,
  };
};

/** Responses do not depend on the revision. An invalid revision is still reported as a mistake. */
const checkRevision = ({ headers }: APIGatewayProxyEventV2): void => {
  const { revision } = headers;
  if (revision === undefined || /^\d{4}-\d\d-\d\d(\.\w+)?$/.test(revision)) return;
  throw new ApiError('invalid', {
    detail: `The revision header must be a date such as 2026-07-15, not '${revision.slice(0, 40)}'. It may be absent.`,
    source: { header: 'revision' },
  });
};

const parseCredential = (header = ''): string | undefined =>
  /^(?:Klaviyo-API-Key|Bearer)\s+(\S+)$/i.exec(header.trim())?.[1];

const notAuthenticatedError = (credential: string | undefined) =>
  new ApiError('not_authenticated', {
    detail:
      credential === undefined
        ? 'Send your private key as `Authorization: Klaviyo-API-Key pk_…` or `Authorization: Bearer pk_…`.'
        : 'This key is unknown or was revoked.',
    source: { header: 'authorization' },
  });

const unknownCompanyError = (id: string) =>
  new ApiError(id === '' ? 'invalid' : 'not_found', {
    detail:
      id === '' ? 'Send ?company_id=, the six letters and digits of the account.' : 'No account has this company_id.',
    source: { parameter: 'company_id' },
  });
