/** Why a valid operation is not done yet. */
export type RetryReason = 'throttled' | 'conflict' | 'undone';

/** The most attempts without progress, in addition to those of the client. */
export const MAX_TRIES = 8;

/** A transient error, under the name that AWS services use: the caller should retry. */
export const unavailableError = (message: string, more: { readonly isThrottled?: true } = {}): Error =>
  Object.assign(new Error(message), { name: 'ServiceUnavailable', ...more });

/** Whether work failed because the table was throttled for its whole time. */
export const isThrottledOut = (error: unknown): boolean =>
  error instanceof Error && 'isThrottled' in error && error.isThrottled === true;

/** The wait before an attempt in milliseconds, with full jitter: up to twice the previous limit, at most one second. */
export const backOffMs = (tries: number): number => Math.random() * Math.min(20 * 2 ** tries, 1_000);

export const retryMessages: Readonly<Record<RetryReason, string>> = {
  throttled: 'The table throttled every attempt.',
  conflict: 'A write conflicted with other transactions at every attempt.',
  undone: 'DynamoDB left a part of a batch unprocessed after many attempts.',
};
