import type * as v from 'valibot';
import type { Context } from '../../domains/accounts/context.ts';
import { parseForAccount } from '../../model/checks.ts';
import { ApiError } from '../../platform/errors.ts';
import type { MatchedRequest, OpenProtocol, Protocol } from '../../platform/http/protocol.ts';
import { readSelection } from '../../platform/http/query/selection.ts';
import { routeFactory } from '../../platform/http/route.ts';
import { type AccountPrincipal, contextOf, openAccounts } from '../accounts.ts';
import { openKeyCallers } from '../key-callers.ts';
import { createPublicPrincipal } from '../public-callers.ts';
import { problemsBelow } from './calls/problems.ts';
import { contentOf } from './content.ts';
import { findWriteKey, isPrivateKey } from './credentials.ts';

/**
 * Segment's Tracking API. A write key is the public id of an account, or a private key: the first comes from a browser
 * or an app and proves nothing, the second from a shop's server.
 */
const segment: Protocol<Context, AccountPrincipal> = {
  name: 'segment',
  mediaType: 'application/json',
  requestType: 'application/json',
  // Clients send more than the specification has.
  ignoresUnknownMembers: true,
  // Clients repeat a request whose error has no `code` and `message`.
  fail: ({ code, problems }) => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      success: false,
      code,
      message: problems.map(({ detail }) => detail).join(' '),
      errors: problems.map(({ detail, source = {} }) => ({ detail, source })),
    }),
  }),
  open: () => openSegment(),
};

export const route = routeFactory(segment);

const WRITE_SCOPE = 'events:write';

const openSegment = (): OpenProtocol<Context, AccountPrincipal> => {
  const findAccount = openAccounts();
  const findKeyCaller = openKeyCallers(findAccount);

  return {
    async authenticate(request, services) {
      const { route, event } = request;
      const writeKey = findWriteKey(request);
      if (writeKey === undefined || writeKey === '') throw notAuthenticatedError(MISSING);
      if (!isPrivateKey(writeKey)) {
        const account = await findAccount(writeKey, services);
        if (!account) throw notAuthenticatedError(UNKNOWN);
        const principal = createPublicPrincipal(account, event, services);
        // Every visitor reads the settings of the script, and browsers keep them: they count against no limit.
        return route.query || route.body ? principal : { ...principal, account: '' };
      }
      // The address of a page or an image is no place for a secret.
      if (route.scope === 'open') throw notAuthenticatedError(PRIVATE_IN_URL);
      const caller = await findKeyCaller(writeKey, { event, scope: WRITE_SCOPE }, services);
      if (!caller) throw notAuthenticatedError(UNKNOWN);
      return caller;
    },

    decode: async (request, sender) => decode(request, sender),
    contextOf,
  };
};

const decode = (request: MatchedRequest, { settings }: AccountPrincipal) => {
  const { body, query } = request.route;
  const check = (schema: v.GenericSchema | undefined, read: () => unknown): unknown => {
    if (!schema) return undefined;
    const { value, issues } = parseForAccount(settings, schema, read());
    if (!issues) return value;
    throw new ApiError('invalid', problemsBelow([], issues));
  };
  return {
    // The only query is that of a pixel.
    query: check(query, () => ({ data: contentOf(request) })),
    body: check(body, () => contentOf(request)),
    selection: readSelection(undefined, new URLSearchParams()),
    headers: {},
  };
};

const MISSING =
  'Send the write key as the user name of Basic authentication, or as `writeKey` in the body. It is the public id of the account, or a private key pk_….';
const UNKNOWN = 'This write key is unknown or was revoked. It is the public id of an account, or a private key pk_….';
const PRIVATE_IN_URL = 'A private key has no place in a URL. Use the public id of the account.';

const notAuthenticatedError = (detail: string) =>
  new ApiError('not_authenticated', { detail, source: { header: 'authorization' } });
