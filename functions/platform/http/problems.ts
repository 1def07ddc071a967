import { randomUUID } from 'node:crypto';
import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { ApiError, type ErrorCode, errorCodes } from '../errors.ts';
import { describe, type Log } from '../log.ts';
import { pathOf } from './path.ts';

/** How an error looks to people: the rest of the answer, in the language that their browser asks for. */
export type FailurePage = (
  code: ErrorCode,
  acceptLanguage: string,
) => { readonly headers: Readonly<Record<string, string>>; readonly body: string };

/** The only place where an error becomes a response, and where it is logged. */
export const problems = (
  log: () => Log,
  failurePage?: FailurePage,
): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> => ({
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
      ...(failurePage && /^\/pages(\/|$)/.test(pathOf(event))
        ? page(known, failurePage(known.code, event.headers['accept-language'] ?? ''))
        : document(known, { status, title })),
    };
  },
});

const page = ({ headers }: ApiError, shown: ReturnType<FailurePage>) => ({
  ...shown,
  headers: { ...shown.headers, ...headers },
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
