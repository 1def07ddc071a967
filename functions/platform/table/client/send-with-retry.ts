import { isThrottling } from './retry/client-retry.ts';
import type { RetryReason } from './retry/retry.ts';
import type { Capacity, Retry, RetryPolicy } from './retry/retry-policy.ts';

interface RetryableRequest<Answer> {
  readonly kind: Capacity;
  /** The capacity units that it uses, approximately. */
  readonly units: number;
  readonly send: () => Promise<Answer>;
}

/** Sends a request that succeeds or fails as a whole, and retries transient errors. */
export const sendWithRetry = async <Answer>(
  policy: RetryPolicy,
  { kind, units, send }: RetryableRequest<Answer>,
): Promise<Answer> => {
  let retry: Retry | undefined;
  for (;;) {
    await policy.acquire(kind, units);
    try {
      const answer = await send();
      policy.recordUsed(kind, units);
      return answer;
    } catch (error) {
      const reason = retryReason(error, policy);
      if (!reason) throw error;
      if (reason === 'throttled') policy.recordThrottle(kind);
      retry ??= policy.openRetry();
      await retry(reason);
    }
  }
};

/** The reason to retry a failed request. Undefined if a retry makes no sense. */
export const retryReason = (error: unknown, { throttling }: RetryPolicy): RetryReason | undefined => {
  // A write that conflicts with a transaction has no effect. The SDK's client does not retry it.
  if (error instanceof Error && error.name === 'TransactionConflictException') return 'conflict';
  return throttling === 'table' && isThrottling(error) ? 'throttled' : undefined;
};
