import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as v from 'valibot';
import { MAX_TEXT } from '../../domains/receipts/rejected/payload.ts';
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
/** Of what is larger nothing is kept, so that it is not unpacked once more. */
const MAX_BYTES = MAX_TEXT;

/** Undefined if it is too large to be kept. */
export const toStoredRequest = (
  event: APIGatewayProxyEventV2,
  { ip, origin }: Pick<RequestContext, 'ip' | 'origin'>,
): StoredRequest | undefined => {
  const body = bodyText(event);
  if (body === undefined) return undefined;
  const headers = Object.fromEntries(
    keptHeaders.flatMap((name) => {
      const value = event.headers[name];
      return value === undefined ? [] : [[name, value.slice(0, MAX_HEADER)]];
    }),
  );
  const { method } = event.requestContext.http;
  return { method, path: pathOf(event), query: event.rawQueryString, headers, body, ip, origin };
};

/** The body as text, unpacked. What cannot be read is kept as it came. */
const bodyText = (event: APIGatewayProxyEventV2): string | undefined => {
  try {
    return readText(event, { plain: MAX_BYTES, unpacked: MAX_BYTES });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error.code === 'too_large' ? undefined : (event.body ?? '');
  }
};
