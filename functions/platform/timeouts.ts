/**
 * Timeouts of requests to AWS. Our own caller waits for 30 seconds. Without `throwOnRequestTimeout`, the SDK only logs
 * a slow request.
 */
export const timeouts = { requestTimeout: 5_000, connectionTimeout: 1_000, throwOnRequestTimeout: true } as const;
