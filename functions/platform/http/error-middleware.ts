import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { ApiError, errorCodes } from '../errors.ts';
import { errorFields, type Log } from '../log.ts';
import { isTransient } from '../transient.ts';
import type { Protocol } from './protocol.ts';

type Event = APIGatewayProxyEventV2;

/** The only place where errors become responses and are logged. */
export const errorMiddleware = (
  log: () => Log,
  protocolOf: (event: Event) => Protocol,
): MiddlewareObj<Event, APIGatewayProxyStructuredResultV2> => ({
  onError(request) {
    const { error, event } = request;
    const apiError = error instanceof ApiError ? error : toApiError(error);
    const { status: statusCode } = errorCodes[apiError.code];
    if (statusCode >= 500) {
      const { requestId, http, routeKey } = event.requestContext;
      log().error('request failed', { requestId, method: http.method, routeKey, ...errorFields(error) });
    }
    const { headers, body } = protocolOf(event).fail(apiError, event);
    request.response = { statusCode, headers: { ...headers, ...apiError.headers }, body };
  },
});

const toApiError = (error: unknown): ApiError =>
  isTransient(error)
    ? new ApiError('unavailable', { detail: 'The storage is busy. Try again in a second.' }, { 'Retry-After': '1' })
    : new ApiError('error', {
        detail:
          'An internal error. Try again. If it persists, look up its cause in the logs by the id in the header Tributary-Request.',
      });
