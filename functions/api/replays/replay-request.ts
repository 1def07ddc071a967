import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as v from 'valibot';
import type { Context } from '../../domains/accounts/context.ts';
import type { Replayable, ReplayContext, ReplayHandler } from '../../domains/receipts/rejected/replay/handler.ts';
import { createMatcher } from '../../platform/http/match.ts';
import type { OpenProtocol, Protocol } from '../../platform/http/protocol.ts';
import type { Route } from '../../platform/http/route.ts';
import { createPrincipal } from '../accounts.ts';
import { StoredRequest } from '../rejected/stored-request.ts';

/**
 * Replays whole requests through the decoding and the handler of their route. The rights are those of the item, so
 * nothing authenticates again, and a refusal is not kept a second time.
 */
export const openRequestReplay = (routes: readonly Route[]): ReplayHandler => {
  const { find } = createMatcher(routes);
  const opened = new Map<Protocol, OpenProtocol>();
  const open = (protocol: Protocol): OpenProtocol => {
    const existing = opened.get(protocol) ?? protocol.open();
    opened.set(protocol, existing);
    return existing;
  };

  return async (item, services) => {
    const stored = v.parse(StoredRequest, JSON.parse(item.payload));
    const { route, params } = find(stored.method, stored.path);
    const context = replayContext(item, stored, services);
    const principal = createPrincipal(services.accountSettings, { caller: services.caller });
    const { headers: _, ...content } = await open(route.protocol).decode(
      { route, params, event: eventOf(stored) },
      principal,
    );
    // As in `serveHttp`: the route's own schemas produced the content.
    await route.handle({ params, ...content } as Parameters<Route['handle']>[0], context);
    return { kind: 'accepted' };
  };
};

/** The request as API Gateway would send it. */
const eventOf = ({ method, path, query, headers, body, ip }: StoredRequest): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: path,
  rawQueryString: query,
  headers,
  requestContext: {
    accountId: '',
    apiId: '',
    domainName: '',
    domainPrefix: '',
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: ip, userAgent: headers['user-agent'] ?? '' },
    requestId: 'replay',
    routeKey: '$default',
    stage: '$default',
    time: '',
    timeEpoch: 0,
  },
  body,
  isBase64Encoded: false,
});

const replayContext = (
  { id, receivedAt }: Replayable,
  { path, query, headers, ip, origin }: StoredRequest,
  services: ReplayContext,
): Context => {
  const idempotencyKey = headers['idempotency-key']?.slice(0, 255);
  return {
    ...services,
    origin: services.settings.publicUrl ?? origin,
    requestId: `replay-${id}`,
    ip,
    userAgent: headers['user-agent'] ?? '',
    languages: headers['accept-language'] ?? '',
    acceptEncoding: '',
    ifNoneMatch: '',
    ...(headers.origin !== undefined && { callerOrigin: headers.origin }),
    hasGpc: headers['sec-gpc'] === '1',
    url: query === '' ? path : `${path}?${query}`,
    receivedAt: new Date(receivedAt),
    ...(idempotencyKey && { idempotencyKey }),
  };
};
