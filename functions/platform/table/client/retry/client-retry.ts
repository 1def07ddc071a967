import { setTimeout as sleep } from 'node:timers/promises';
import { isNetworkError, isThrottlingError, isTimeoutError } from '../../../transient.ts';

/** Four tries of five seconds at most: a caller waits 29. */
export const MAX_ATTEMPTS = 4;

/** What the SDK's standard mode does, by the same figures: its own code for it draws in twelve kilobytes that nobody asks for. */
const CAPACITY = 500;
const MAX_WAIT = 20_000;
const kinds = {
  throttled: { firstWait: 1_000, cost: 5 },
  passing: { firstWait: 50, cost: 14 },
} as const;
type Kind = keyof typeof kinds;
const KINDS = ['throttled', 'passing'] as const;

/** Who retries a throttled request: the client, or its caller. */
export type Throttling = 'client' | 'table';

/**
 * Sends until it is answered or makes no sense any more. Where all fails, tries use up what they share, and stop for all.
 * In the SDK's standard mode throttling uses up what is kept for other failures, so that a reset connection of a throttled
 * client is not tried again. Here each kind has a quota of its own.
 */
export const openClientRetry = () => {
  const left = { throttled: CAPACITY, passing: CAPACITY };
  const give = (kind: Kind, units: number): void => {
    left[kind] = Math.min(CAPACITY, left[kind] + units);
  };

  return async <Answer>(send: () => Promise<Answer>, throttling: Throttling = 'client'): Promise<Answer> => {
    let paid: Kind | undefined;
    for (let retries = 0; ; retries++) {
      try {
        const answer = await send();
        if (paid) give(paid, kinds[paid].cost);
        else for (const kind of KINDS) give(kind, 1);
        return answer;
      } catch (error) {
        const kind = retryKind(error);
        if (!kind || retries + 1 >= MAX_ATTEMPTS || left[kind] < kinds[kind].cost) throw error;
        if (throttling === 'table' && isThrottling(error)) throw error;
        paid = kind;
        left[kind] -= kinds[kind].cost;
        await sleep(Math.random() * maxWaitMs(kind, retries));
      }
    }
  };
};

/** Milliseconds; what is waited is anything up to it. */
export const maxWaitMs = (kind: Kind, retries: number): number =>
  Math.min(kinds[kind].firstWait * 2 ** retries, MAX_WAIT);

/** As which kind an error is tried again. The SDK is asked in the tests whether it agrees. */
export const retryKind = (error: unknown): Kind | undefined => {
  if (!(error instanceof Error)) return undefined;
  const { name, message, $metadata }: Failure = error;
  const status = $metadata?.httpStatusCode ?? 0;
  if (status === 429 || isThrottlingError(error)) return 'throttled';
  if (isTimeoutError(error) || isNetworkError(error) || [500, 502, 503, 504].includes(status)) return 'passing';
  return name === 'InvalidSignatureException' && message.includes('Signature expired') ? 'passing' : undefined;
};

/**
 * Whether there was no capacity for a request, so that it did nothing. A transaction that is in progress is none of these:
 * only as the same transaction is it sent again.
 */
export const isThrottling = (error: unknown): boolean =>
  error instanceof Error && OUT_OF_CAPACITY.test(error.name) && retryKind(error) === 'throttled';

const OUT_OF_CAPACITY = /^(ProvisionedThroughputExceededException|RequestLimitExceeded|Throttling(Exception)?)$/;

/** An answer of DynamoDB's. */
interface Failure extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}
