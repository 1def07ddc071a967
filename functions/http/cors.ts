import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Route } from './route.ts';

/**
 * Public endpoints may be called from any site: they carry no cookie, so a foreign page can do no more than anybody
 * with the public company id can.
 */
const origin = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Tributary-Event, Tributary-Request, Retry-After',
};

export const corsHeaders = (route: Pick<Route, 'scope'>): Readonly<Record<string, string>> =>
  route.scope === 'public' ? origin : {};

/** The answer to a browser's preflight, where a public route is on the path. */
export const preflight = (
  routes: readonly Pick<Route, 'scope' | 'method'>[],
  { headers }: APIGatewayProxyEventV2,
): APIGatewayProxyStructuredResultV2 | undefined => {
  const open = routes.filter(({ scope }) => scope === 'public');
  if (open.length === 0) return undefined;
  return {
    statusCode: 204,
    headers: {
      ...origin,
      'Access-Control-Allow-Methods': [...open.map(({ method }) => method), 'OPTIONS'].join(', '),
      // Clients send headers of their own (`X-Klaviyo-Onsite` and others): none of them gives any right here.
      'Access-Control-Allow-Headers': headers['access-control-request-headers'] ?? 'content-type, revision',
      'Access-Control-Max-Age': '86400',
    },
  };
};
