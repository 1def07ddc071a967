import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ApiError, type ErrorCode } from '../errors.ts';
import { errorFields } from '../log.ts';
import type { RequestContext } from './context.ts';
import type { Route } from './route.ts';

/** A request of a known caller that is refused for what it contains. */
export interface RejectedRequest {
  readonly error: ApiError;
  readonly event: APIGatewayProxyEventV2;
  /** `decode`: its content is invalid. `handle`: the handler refused it. */
  readonly stage: 'decode' | 'handle';
}

/** Errors of what a request contains. Others concern the caller, or are temporary, or must leave no trace. */
const codes: ReadonlySet<ErrorCode> = new Set([
  'invalid',
  'not_found',
  'conflict',
  'duplicate_profile',
  'too_large',
  'unsupported_media_type',
]);

/**
 * Tells the route about the error of a request, and returns the error with the headers of the route. A failure to do so
 * changes no response.
 */
export const reportRejection = async (
  error: unknown,
  { event, stage }: Omit<RejectedRequest, 'error'>,
  { onRejected }: Pick<Route, 'onRejected'>,
  context: RequestContext,
): Promise<unknown> => {
  if (!onRejected || !(error instanceof ApiError) || !codes.has(error.code)) return error;
  try {
    const headers = await onRejected({ error, event, stage }, context);
    return new ApiError(error.code, error.problems, { ...error.headers, ...headers });
  } catch (failure) {
    context.log.warn('rejected request not kept', { requestId: context.requestId, ...errorFields(failure) });
  }
  return error;
};
