/**
 * How long a request to AWS is waited for: its caller has half a minute too. Without the last, a request
 * that takes too long is only logged.
 */
export const timeouts = { requestTimeout: 5_000, connectionTimeout: 1_000, throwOnRequestTimeout: true } as const;
