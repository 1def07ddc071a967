/** Node's codes for a connection that broke or was never established. */
const NETWORK = /^(ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** The SDK's and Node's names for a response that took too long. */
const TIMEOUT = /^(TimeoutError|RequestTimeout(Exception)?)$/;

/** The names under which AWS services report too many requests. */
const THROTTLED =
  /^(BandwidthLimitExceeded|EC2ThrottledException|LimitExceededException|PriorRequestNotComplete|ProvisionedThroughputExceededException|RequestLimitExceeded|RequestThrottled(Exception)?|SlowDown|ThrottledException|Throttling(Exception)?|TooManyRequestsException|TransactionInProgressException)$/;

/** The names under which AWS services report a fault of their own, or a conflict with another transaction. */
const SERVICE_FAULT = /^(InternalServerError|InternalError|ServiceUnavailable|TransactionConflictException)$/;

const errorCode = (error: Error): string => ('code' in error ? String(error.code) : '');

export const isNetworkError = (error: unknown): boolean => error instanceof Error && NETWORK.test(errorCode(error));

export const isTimeoutError = (error: unknown): boolean => error instanceof Error && TIMEOUT.test(error.name);

export const isThrottlingError = (error: unknown): boolean => error instanceof Error && THROTTLED.test(error.name);

/** Whether an error is transient: the same request may succeed a moment later. */
export const isTransient = (error: unknown): boolean =>
  isNetworkError(error) ||
  isTimeoutError(error) ||
  isThrottlingError(error) ||
  (error instanceof Error && (SERVICE_FAULT.test(error.name) || ('$fault' in error && error.$fault === 'server')));
