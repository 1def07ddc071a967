/** What Node calls a connection that broke, or never came to be. */
const NETWORK = /^(ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** The SDK's and Node's names for an answer that took too long. */
const TIMEOUT = /^(TimeoutError|RequestTimeout(Exception)?)$/;

/** What AWS services call too many requests. */
const THROTTLED =
  /^(BandwidthLimitExceeded|EC2ThrottledException|LimitExceededException|PriorRequestNotComplete|ProvisionedThroughputExceededException|RequestLimitExceeded|RequestThrottled(Exception)?|SlowDown|ThrottledException|Throttling(Exception)?|TooManyRequestsException|TransactionInProgressException)$/;

/** What they call a fault of their own, and a transaction that met another one. */
const SERVICE_FAULT = /^(InternalServerError|InternalError|ServiceUnavailable|TransactionConflictException)$/;

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '');

export const isNetworkError = (error: unknown): boolean => error instanceof Error && NETWORK.test(codeOf(error));

export const isTimeoutError = (error: unknown): boolean => error instanceof Error && TIMEOUT.test(error.name);

export const isThrottlingError = (error: unknown): boolean => error instanceof Error && THROTTLED.test(error.name);

/** Whether an error passes by itself: the same request can succeed a moment later. */
export const isTransient = (error: unknown): boolean =>
  isNetworkError(error) ||
  isTimeoutError(error) ||
  isThrottlingError(error) ||
  (error instanceof Error && (SERVICE_FAULT.test(error.name) || ('$fault' in error && error.$fault === 'server')));
