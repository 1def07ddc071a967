import { randomUUID } from 'node:crypto';
import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { ApiError, errorCodes } from '../errors.ts';
import { html, textOf } from '../html.ts';
import { describe, type Log } from '../log.ts';
import { pathOf } from './path.ts';

/** The only place where an error becomes a response, and where it is logged. */
export const problems = (log: () => Log): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> => ({
  onError(request) {
    const { error, event } = request;
    const known = error instanceof ApiError ? error : unexpected(error);
    const { status, title } = errorCodes[known.code];
    if (status >= 500) {
      const { requestId, http, routeKey } = event.requestContext;
      log().error('request failed', { requestId, method: http.method, routeKey, ...describe(error) });
    }
    request.response = {
      statusCode: status,
      ...(pathOf(event).startsWith('/pages/') ? page(known, title) : document(known, { status, title })),
    };
  },
});

const page = ({ problems: found, headers }: ApiError, title: string) => ({
  headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
  body: textOf(html`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<h1>${title}</h1>
${found.map(({ detail }) => html`<p>${detail}</p>`)}
</html>`),
});

const document = (
  { code, problems: found, headers }: ApiError,
  { status, title }: { readonly status: number; readonly title: string },
) => ({
  headers: { 'content-type': 'application/vnd.api+json', ...headers },
  body: JSON.stringify({
    errors: found.map(({ detail, source = {}, meta = {} }) => ({
      id: randomUUID(),
      status,
      code,
      title,
      detail,
      source,
      links: {},
      meta,
    })),
  }),
});

const unexpected = (error: unknown): ApiError =>
  isPassing(error)
    ? new ApiError('unavailable', { detail: 'The storage is busy. Try again in a second.' }, { 'Retry-After': '1' })
    : new ApiError('error', {
        detail:
          'This is not your fault. Try again; if it stays, its cause is in the logs under the id in the header Tributary-Request.',
      });

/** Faults of the services' own, of the network on the way to them, and what they call a state that passes by itself. */
const isPassing = (error: unknown): boolean =>
  error instanceof Error &&
  (PASSING.has(error.name) ||
    ('$fault' in error && error.$fault === 'server') ||
    ('code' in error && typeof error.code === 'string' && NETWORK.has(error.code)));

const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);

const PASSING = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TransactionConflictException',
  'TransactionInProgressException',
  'InternalServerError',
  'ServiceUnavailable',
  'SlowDown',
  'InternalError',
  'RequestThrottled',
  'TimeoutError',
]);
