/** Why an operation is not done yet, though nothing is wrong with it. */
export type RetryReason = 'throttled' | 'conflict' | 'undone';

/** Tries without progress, besides those of a request's client. */
export const MAX_TRIES = 8;

/** Error names that services use for a state that passes by itself: the caller should try again. */
export const unavailableError = (message: string, more: { readonly isThrottled?: true } = {}): Error =>
  Object.assign(new Error(message), { name: 'ServiceUnavailable', ...more });

/** Whether work ended since the table was throttled all the time that it had. */
export const isThrottledOut = (error: unknown): boolean =>
  error instanceof Error && 'isThrottled' in error && error.isThrottled === true;

/** Milliseconds before a try: any time up to twice the last, a second at most. */
export const backOffMs = (tries: number): number => Math.random() * Math.min(20 * 2 ** tries, 1_000);

export const retryMessages: Readonly<Record<RetryReason, string>> = {
  throttled: 'The table was throttled at every try.',
  conflict: 'A write met transactions of others at every try.',
  undone: 'DynamoDB left a part of a batch undone after many tries.',
};
