import type { Context } from '../../domains/accounts/context.ts';
import type { VerifiedDelivery } from '../../domains/integrations/receive/accept.ts';
import { MAX_HOOK_BYTES } from '../../domains/integrations/receive/message.ts';
import type { Integration } from '../../domains/integrations/records/integration.ts';
import { accountOfIntegration } from '../../domains/integrations/records/integration-id.ts';
import { readSecrets } from '../../domains/integrations/records/secrets.ts';
import { integrations } from '../../domains/integrations/records/store.ts';
import type { HookRequest } from '../../domains/integrations/source/source.ts';
import { sources } from '../../domains/integrations/sources/sources.ts';
import { networkOf } from '../../model/web/network.ts';
import { openCache } from '../../platform/cache.ts';
import { ApiError } from '../../platform/errors.ts';
import type { MatchedRequest, OpenProtocol, Protocol } from '../../platform/http/protocol.ts';
import { readSelection } from '../../platform/http/query/selection.ts';
import { routeFactory } from '../../platform/http/route.ts';
import { viewerIp } from '../../platform/http/viewer.ts';
import type { Services } from '../../platform/resources/services.ts';
import { type AccountPrincipal, contextOf, createPrincipal, openAccounts } from '../accounts.ts';

/** An integration with the secrets that are valid now. */
interface Receiver {
  readonly integration: Integration;
  readonly secrets: readonly string[];
}

interface HookPrincipal extends AccountPrincipal {
  readonly receiver: Receiver;
  readonly now: Date;
}

/**
 * Webhooks of other systems. The integration in the path names the account. Its signature is checked over the raw body,
 * after the rate limits, and before anything else is read.
 */
const webhook: Protocol<Context, HookPrincipal> = {
  name: 'webhook',
  mediaType: 'application/json',
  requestType: 'application/json',
  ignoresUnknownMembers: true,
  fail: ({ code, problems }) => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, message: problems.map(({ detail }) => detail).join(' ') }),
  }),
  open: () => openWebhooks(),
};

export const route = routeFactory(webhook);

/** A changed secret is valid after this time at the latest. Vendors that call often cost one read in it. */
const RECEIVERS_CACHE = { ttlMs: 5_000, maxEntries: 1_000 };

/** For each address: a vendor sends from few of them. */
const NETWORK_LIMITS = { burst: 350, steady: 12_000 };

const openWebhooks = (): OpenProtocol<Context, HookPrincipal> => {
  const findAccount = openAccounts();
  const receivers = openCache<Receiver | undefined>(RECEIVERS_CACHE);

  return {
    async authenticate({ params: { integrationId = '' }, event }, services) {
      const account = await findAccount(accountOfIntegration(integrationId) ?? '', services);
      const receiver =
        account &&
        (await receivers.get(integrationId, services.now(), () =>
          readReceiver(integrationId, { ...services, account: account.id }),
        ));
      if (!account || !receiver?.integration.enabled) throw unknownError();
      return {
        ...createPrincipal(account, { caller: { kind: 'integration', integrationId } }),
        network: { name: networkOf(viewerIp(event, services.settings.edgeSecret)), limits: NETWORK_LIMITS },
        receiver,
        now: services.now(),
      };
    },

    async decode(request, principal) {
      const body = verifyDelivery(request, principal);
      return { query: undefined, body, selection: readSelection(undefined, new URLSearchParams()), headers: {} };
    },

    contextOf,
  };
};

const readReceiver = async (
  id: string,
  context: Services & Pick<Context, 'account'>,
): Promise<Receiver | undefined> => {
  const integration = await context.table.get(integrations, { account: context.account, id });
  return integration && { integration, secrets: await readSecrets(id, context) };
};

/** @throws ApiError `too_large`, `not_authenticated` */
const verifyDelivery = ({ event }: MatchedRequest, { receiver, now }: HookPrincipal): VerifiedDelivery | undefined => {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.byteLength > MAX_HOOK_BYTES)
    throw new ApiError('too_large', { detail: `The body has more than ${MAX_HOOK_BYTES} bytes.` });
  const { integration, secrets } = receiver;
  const { generic } = integration;
  const source = sources[integration.source];
  const request: HookRequest = { headers: event.headers, bytes };
  if (source.isPing?.(request)) return undefined;
  if (secrets.length === 0) throw notAuthenticatedError(NO_SECRET);
  const verification = source.verify(request, { secrets, now, generic });
  if (verification !== 'valid') throw notAuthenticatedError(refusals[verification]);
  const { topic, deliveryId, shop } = source.describe(request, { generic });
  return { integration, topic, deliveryId, shop, bytes };
};

const unknownError = (): ApiError =>
  new ApiError('not_found', { detail: 'There is no such integration, or it is turned off.' });

const NO_SECRET = 'This integration has no secret yet. Set it: npm run admin -- integrations secret.';
const refusals = {
  unsigned: 'The request has no signature.',
  invalid: 'The signature does not fit the body and the secret of the integration.',
  expired: 'The signature is too old, or the clock of the sender is wrong.',
} as const;

const notAuthenticatedError = (detail: string): ApiError => new ApiError('not_authenticated', { detail });
