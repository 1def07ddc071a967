import { createHash, timingSafeEqual } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** The header in which the distribution of a website proves that a request comes through it. */
export const EDGE_HEADER = 'x-tributary-edge';
/** The header in which it passes on the visitor's address. */
export const VIEWER_HEADER = 'true-client-ip';

/**
 * The IP address of the caller. Through CloudFront, API Gateway sees an address of CloudFront. Only a request with the
 * secret of the distribution may name another one: everybody else could claim any address.
 */
export const viewerIp = (
  { headers, requestContext }: Pick<APIGatewayProxyEventV2, 'headers' | 'requestContext'>,
  edgeSecret: string | undefined,
): string => {
  const viewer = headers[VIEWER_HEADER];
  const given = headers[EDGE_HEADER];
  const isThroughEdge = edgeSecret !== undefined && given !== undefined && isEqual(given, edgeSecret);
  return isThroughEdge && viewer ? viewer : requestContext.http.sourceIp;
};

/** Takes as long for a secret that is nearly right. */
const isEqual = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
