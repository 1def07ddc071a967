import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as v from 'valibot';
import { ApiError } from '../../platform/errors.ts';
import { readText } from '../../platform/http/body/read.ts';
import type { RequestContext } from '../../platform/http/context.ts';
import { pathOf } from '../../platform/http/path.ts';

/** The name of the replay handler of whole requests. */
export const REQUEST = 'request';

/** What a replay needs of a request. It comes with the rights of its item, so that it needs no credentials. */
export const StoredRequest = v.object({
  method: v.string(),
  path: v.string(),
  query: v.string(),
  headers: v.record(v.string(), v.string()),
  body: v.string(),
  ip: v.string(),
  /** The origin of links in mails. */
  origin: v.string(),
});
export type StoredRequest = v.InferOutput<typeof StoredRequest>;

/** Headers that change what a request means. */
const keptHeaders = ['accept-language', 'content-type', 'idempotency-key', 'origin', 'sec-gpc', 'user-agent'] as const;
const MAX_HEADER = 512;
/** API Gateway accepts no larger requests. */
const MAX_BYTES = 6 * 1024 * 1024;

export const toStoredRequest = (
  event: APIGatewayProxyEventV2,
  { ip, origin }: Pick<RequestContext, 'ip' | 'origin'>,
): StoredRequest => ({
  method: event.requestContext.http.method,
  path: pathOf(event),
  query: event.rawQueryString,
  headers: Object.fromEntries(
    keptHeaders.flatMap((name) => {
      const value = event.headers[name];
      return value === undefined ? [] : [[name, value.slice(0, MAX_HEADER)]];
    }),
  ),
  body: bodyText(event),
  ip,
  origin,
});

/** The body as text, unpacked. What cannot be read is kept as it came. */
const bodyText = (event: APIGatewayProxyEventV2): string => {
  try {
    return readText(event, { plain: MAX_BYTES, unpacked: MAX_BYTES });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return event.body ?? '';
  }
};
