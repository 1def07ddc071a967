import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type Context, fromEnvironment, type Services } from '../context.ts';
import { ApiError } from '../errors.ts';
import type { Domain } from '../service.ts';
import { type Authenticated, authenticator } from './auth.ts';
import { doubtHeaders } from './doubts.ts';
import { bodyText } from './fitting.ts';
import { matcher } from './match.ts';
import { ignoredHeader } from './members/check.ts';
import { parse, readForm } from './parse.ts';
import { isMisspelled, pathOf, urlOf } from './path.ts';
import { problems } from './problems.ts';
import { mediaTypeOf, Reply, type Route } from './route.ts';
import { securityHeaders } from './security-headers.ts';
import { throttle } from './throttle.ts';

type Response = APIGatewayProxyStructuredResultV2;
type Headers = Readonly<Record<string, string>>;

/** Turns a domain's declared routes into the function that API Gateway and the tests call. */
export const serveHttp = (domain: Domain, services: () => Services = fromEnvironment) => {
  const { find, onPath } = matcher(Object.values(domain.routes));
  const authenticate = authenticator();
  const limit = throttle();
  const told = new WeakMap<APIGatewayProxyEventV2, Headers>();

  return middy<APIGatewayProxyEventV2, Response>()
    .use(everyAnswer(told))
    .use(problems(() => services().log, domain.failurePage))
    .handler(async (event) => {
      const { method } = event.requestContext.http;
      const moved = isMisspelled(event) && onPath(pathOf(event)).length === 0;
      if (moved) return { statusCode: 308, headers: { location: urlOf(event) } };
      const { route, params } = find(method === 'HEAD' ? 'GET' : method, pathOf(event));
      checkRevision(event);
      const given = services();
      const authenticated = await authenticate(route, event, given, params);
      told.set(event, await limit(authenticated, given));
      const form = await readForm(route, event);
      const { ignored, ...parsed } = parse(route, event, authenticated.account, form);
      told.set(event, { ...told.get(event), ...ignoredHeader(ignored) });
      const result = await route.handle({ params, ...parsed }, context(event, authenticated, given));
      return withHeaders(respond(route, result), doubtHeaders(parsed.body));
    });
};

/** What errors need too: rules for browsers, what is left of the limit, what was ignored, and the id to look for in the logs. */
const everyAnswer = (
  told: WeakMap<APIGatewayProxyEventV2, Headers>,
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
      'X-Klaviyo-Req-Id': requestId,
      ...told.get(event),
      ...response.headers,
    };
    if (http.method === 'HEAD') delete response.body;
  };
  return { after: finish, onError: finish };
};

const context = (event: APIGatewayProxyEventV2, { account, caller }: Authenticated, services: Services): Context => {
  const { requestContext, headers } = event;
  const idempotencyKey = headers['idempotency-key']?.slice(0, 255);
  return {
    ...services,
    account: account.id,
    accountSettings: account,
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

/** Answers do not differ by revision; what isn't one is a mistake worth hearing of. */
const checkRevision = ({ headers }: APIGatewayProxyEventV2): void => {
  const { revision } = headers;
  if (revision === undefined || /^\d{4}-\d\d-\d\d(\.\w+)?$/.test(revision)) return;
  throw new ApiError('invalid', {
    detail: `The revision header is a date such as 2026-07-15, not '${revision.slice(0, 40)}'. It may be left out.`,
    source: { header: 'revision' },
  });
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
