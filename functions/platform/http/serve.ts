import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type Services, servicesFromEnvironment } from '../resources/services.ts';
import type { RequestContext } from './context.ts';
import { matcher } from './match.ts';
import { isMisspelled, pathOf, urlOf } from './path.ts';
import { bodyText } from './payload-limit.ts';
import { problems } from './problems.ts';
import type { Authenticated, Headers, Protocol } from './protocol.ts';
import { mediaTypeOf, Reply, type Route } from './route.ts';
import { securityHeaders } from './security-headers.ts';
import { throttle } from './throttle.ts';

type Response = APIGatewayProxyStructuredResultV2;

/** Turns a service's declared routes into the function that API Gateway and the tests call. */
export const serveHttp = (
  service: { readonly routes: Readonly<Record<string, Route>> },
  services: () => Services = servicesFromEnvironment,
) => {
  const routes = Object.values(service.routes);
  const { find, onPath, nearest } = matcher(routes);
  const open = new Map(routes.map(({ protocol }) => [protocol, protocol.open()]));
  const limit = throttle();
  const collected = new WeakMap<APIGatewayProxyEventV2, Headers>();
  const collect = (event: APIGatewayProxyEventV2, headers: Headers) =>
    collected.set(event, { ...collected.get(event), ...headers });
  const protocols = new WeakMap<APIGatewayProxyEventV2, Protocol>();
  /** Where no route matches, that of the route which is like the path for longest. */
  const protocolOf = (event: APIGatewayProxyEventV2): Protocol =>
    protocols.get(event) ?? nearest(pathOf(event)).protocol;

  return middy<APIGatewayProxyEventV2, Response>()
    .use(everyAnswer(collected, protocolOf))
    .use(problems(() => services().log, protocolOf))
    .handler(async (event) => {
      const { method } = event.requestContext.http;
      const moved = isMisspelled(event) && onPath(pathOf(event)).length === 0;
      if (moved) return { statusCode: 308, headers: { location: urlOf(event) } };
      const { route, params } = find(method === 'HEAD' ? 'GET' : method, pathOf(event));
      protocols.set(event, route.protocol);
      const protocol = open.get(route.protocol) ?? route.protocol.open();
      const given = services();
      const received = { route, event, params };
      const authenticated = await protocol.authenticate(received, given);
      collect(event, await limit(authenticated, given));
      const { headers, successHeaders = {}, ...content } = await protocol.decode(received, authenticated);
      collect(event, headers);
      // The schemas of the route have made the content, which a route of any kind doesn't know.
      const request = { params, ...content } as Parameters<Route['handle']>[0];
      const result = await route.handle(
        request,
        protocol.contextOf(context(event, authenticated, given), authenticated),
      );
      return withHeaders(respond(route, result), successHeaders);
    });
};

/** What errors need too: rules for browsers, what is left of the limit, what was ignored, and the id to look for in the logs. */
const everyAnswer = (
  collected: WeakMap<APIGatewayProxyEventV2, Headers>,
  protocolOf: (event: APIGatewayProxyEventV2) => Protocol,
): Required<Pick<MiddlewareObj<APIGatewayProxyEventV2, Response>, 'after' | 'onError'>> => {
  const finish = ({
    event,
    response,
  }: {
    readonly event: APIGatewayProxyEventV2;
    response?: Response | null | undefined;
  }): void => {
    if (!response) return;
    const { requestId, http } = event.requestContext;
    response.headers = {
      ...securityHeaders,
      'Tributary-Request': requestId,
      ...protocolOf(event).headers?.(requestId),
      ...collected.get(event),
      ...response.headers,
    };
    if (http.method === 'HEAD') delete response.body;
  };
  return { after: finish, onError: finish };
};

const context = (
  event: APIGatewayProxyEventV2,
  { account, caller }: Authenticated,
  services: Services,
): RequestContext => {
  const { requestContext, headers } = event;
  const idempotencyKey = headers['idempotency-key']?.slice(0, 255);
  return {
    ...services,
    account,
    caller,
    origin: services.settings.publicUrl ?? `https://${requestContext.domainName}`,
    requestId: requestContext.requestId,
    ip: requestContext.http.sourceIp,
    userAgent: (headers['user-agent'] ?? '').slice(0, 512),
    languages: headers['accept-language'] ?? '',
    hasGpc: headers['sec-gpc'] === '1',
    url: urlOf(event),
    ...(idempotencyKey && { idempotencyKey }),
  };
};

const withHeaders = (response: Response, headers: Headers): Response => ({
  ...response,
  headers: { ...response.headers, ...headers },
});

const respond = (route: Route, result: object | undefined): Response => {
  const { body, status, headers } = result instanceof Reply ? result : { body: result, status: undefined, headers: {} };
  const statusCode = status ?? route.status;
  if (body === undefined) return { statusCode, headers };
  return {
    statusCode,
    headers: { 'content-type': mediaTypeOf(route), ...headers },
    body: typeof body === 'string' ? body : bodyText(body),
  };
};
