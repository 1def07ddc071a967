import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type Services, servicesFromEnvironment } from '../resources/services.ts';
import type { RequestContext } from './context.ts';
import { errorMiddleware } from './error-middleware.ts';
import { createMatcher } from './match.ts';
import { InvalidRequestError } from './parse.ts';
import { hasExtraSlashes, pathOf, urlOf } from './path.ts';
import { serializeBody } from './payload-limit.ts';
import type { Headers, Principal, Protocol } from './protocol.ts';
import { reportRejection } from './rejected-request.ts';
import { mediaTypeOf, Reply, type Route } from './route.ts';
import { securityHeaders } from './security-headers.ts';
import { createThrottle } from './throttle.ts';
import { viewerIp } from './viewer.ts';

type Response = APIGatewayProxyStructuredResultV2;

/** Turns a service's routes into the handler that API Gateway and the tests call. */
export const serveHttp = (
  service: { readonly routes: Readonly<Record<string, Route>> },
  openServices: () => Services = servicesFromEnvironment,
) => {
  const routes = Object.values(service.routes);
  const { find, matchPath, findClosest } = createMatcher(routes);
  const openProtocols = new Map(routes.map(({ protocol }) => [protocol, protocol.open()]));
  const throttleRequest = createThrottle();
  const headersByEvent = new WeakMap<APIGatewayProxyEventV2, Headers>();
  const addHeaders = (event: APIGatewayProxyEventV2, headers: Headers) =>
    headersByEvent.set(event, { ...headersByEvent.get(event), ...headers });
  const protocolByEvent = new WeakMap<APIGatewayProxyEventV2, Protocol>();
  /** If no route matches: the protocol of the route with the most similar path. */
  const protocolOf = (event: APIGatewayProxyEventV2): Protocol =>
    protocolByEvent.get(event) ?? findClosest(pathOf(event)).protocol;

  return middy<APIGatewayProxyEventV2, Response>()
    .use(addCommonHeaders(headersByEvent, protocolOf))
    .use(errorMiddleware(() => openServices().log, protocolOf))
    .handler(async (event) => {
      const { method } = event.requestContext.http;
      const needsRedirect = hasExtraSlashes(event) && matchPath(pathOf(event)).length === 0;
      if (needsRedirect) return { statusCode: 308, headers: { location: urlOf(event) } };
      const { route, params } = find(method === 'HEAD' ? 'GET' : method, pathOf(event));
      protocolByEvent.set(event, route.protocol);
      const protocol = openProtocols.get(route.protocol) ?? route.protocol.open();
      const services = openServices();
      const matchedRequest = { route, event, params };
      const principal = await protocol.authenticate(matchedRequest, services);
      addHeaders(event, await throttleRequest(principal, services));
      const context = protocol.contextOf(createContext(event, principal, services), principal);
      const {
        headers,
        successHeaders = {},
        ...content
      } = await protocol.decode(matchedRequest, principal).catch(async (error) => {
        const whole = await withFurtherProblems(error, route, context);
        throw await reportRejection(whole, { event, stage: 'decode' }, route, context);
      });
      addHeaders(event, headers);
      // The route's own schemas produced the content, but `Route` without its type parameters does not know their
      // types.
      const request = { params, ...content } as Parameters<Route['handle']>[0];
      const result = await route.handle(request, context).catch(async (error) => {
        throw await reportRejection(error, { event, stage: 'handle' }, route, context);
      });
      return withHeaders(toResponse(route, result), successHeaders);
    });
};

const withFurtherProblems = async (
  error: unknown,
  { findProblems }: Pick<Route, 'findProblems'>,
  context: RequestContext,
): Promise<unknown> => {
  if (!findProblems || !(error instanceof InvalidRequestError)) return error;
  const { allProblems, headers, document } = error;
  return new InvalidRequestError([...allProblems, ...(await findProblems(document, context))], headers, document);
};

/**
 * Adds the headers of every response, including errors: security headers, rate limits, ignored input, and the request
 * id for the logs.
 */
const addCommonHeaders = (
  headersByEvent: WeakMap<APIGatewayProxyEventV2, Headers>,
  protocolOf: (event: APIGatewayProxyEventV2) => Protocol,
): Required<Pick<MiddlewareObj<APIGatewayProxyEventV2, Response>, 'after' | 'onError'>> => {
  const addTo = ({
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
      ...headersByEvent.get(event),
      ...response.headers,
    };
    if (http.method === 'HEAD') delete response.body;
  };
  return { after: addTo, onError: addTo };
};

const createContext = (
  event: APIGatewayProxyEventV2,
  { account, caller }: Principal,
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
    ip: viewerIp(event, services.settings.edgeSecret),
    userAgent: (headers['user-agent'] ?? '').slice(0, 512),
    languages: headers['accept-language'] ?? '',
    acceptEncoding: headers['accept-encoding'] ?? '',
    ifNoneMatch: headers['if-none-match'] ?? '',
    ...(headers.origin !== undefined && { callerOrigin: headers.origin }),
    hasGpc: headers['sec-gpc'] === '1',
    url: urlOf(event),
    ...(idempotencyKey && { idempotencyKey }),
  };
};

const withHeaders = (response: Response, headers: Headers): Response => ({
  ...response,
  headers: { ...response.headers, ...headers },
});

const toResponse = (route: Route, result: object | undefined): Response => {
  const { body, status, headers } = result instanceof Reply ? result : { body: result, status: undefined, headers: {} };
  const statusCode = status ?? (body === undefined ? route.emptyStatus : undefined) ?? route.status;
  if (body === undefined) return { statusCode, headers };
  if (Buffer.isBuffer(body)) return { statusCode, headers, body: body.toString('base64'), isBase64Encoded: true };
  return {
    statusCode,
    headers: { 'content-type': mediaTypeOf(route), ...headers },
    body: typeof body === 'string' ? body : serializeBody(body),
  };
};
