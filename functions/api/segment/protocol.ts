import type * as v from 'valibot';
import { findKey } from '../../domains/accounts/actions.ts';
import type { Context } from '../../domains/accounts/context.ts';
import { requireKeyRules } from '../../domains/accounts/key-rules.ts';
import { allowsScope } from '../../model/account.ts';
import { parseForAccount } from '../../model/checks.ts';
import { memoizeByName } from '../../platform/cache.ts';
import { ApiError, pointer } from '../../platform/errors.ts';
import type { MatchedRequest, OpenProtocol, Protocol } from '../../platform/http/protocol.ts';
import { readSelection } from '../../platform/http/query/selection.ts';
import { routeFactory } from '../../platform/http/route.ts';
import { viewerIp } from '../../platform/http/viewer.ts';
import { problemText } from '../../platform/validation/problem-text.ts';
import { type AccountPrincipal, CREDENTIALS_CACHE, contextOf, createPrincipal, openAccounts } from '../accounts.ts';
import { createPublicPrincipal } from '../public-callers.ts';
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
  const findCachedKey = memoizeByName(findKey, CREDENTIALS_CACHE);
  const findAccount = openAccounts();

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
      const key = await findCachedKey(writeKey, services);
      const account = key && (await findAccount(key.account, services));
      if (!key || !account) throw notAuthenticatedError(UNKNOWN);
      requireKeyRules(key, {
        ip: viewerIp(event, services.settings.edgeSecret),
        origin: event.headers.origin,
        now: services.now(),
      });
      if (!allowsScope(key.scopes, WRITE_SCOPE)) throw missingScopeError();
      const { id: keyId, lastFour, scopes, limits } = key;
      return createPrincipal(account, { caller: { kind: 'key', keyId, lastFour, scopes }, limits });
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
    throw new ApiError(
      'invalid',
      issues.map((issue) => ({
        detail: problemText(issue),
        source: { pointer: pointer((issue.path ?? []).map(({ key }) => String(key))) },
      })),
    );
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

const missingScopeError = () =>
  new ApiError('permission_denied', {
    detail: `This key lacks the scope ${WRITE_SCOPE}. Create a key that has it: npm run admin -- keys create --scope ${WRITE_SCOPE}.`,
  });
