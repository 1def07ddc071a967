/**
 * How long a request to AWS is waited for: whoever waits for it has half a minute themselves. Without the last, a request
 * that takes too long is only logged.
 */
export const timeouts = { requestTimeout: 5_000, connectionTimeout: 1_000, throwOnRequestTimeout: true } as const;
