import { setTimeout as sleep } from 'node:timers/promises';
import { isNetworkError, isThrottlingError, isTimeoutError } from '../../../transient.ts';

/** Four attempts of at most five seconds each. A caller waits up to 29 seconds. */
export const MAX_ATTEMPTS = 4;

/** The figures of the SDK's standard retry mode. Its own code for it adds twelve kilobytes of unused features. */
const CAPACITY = 500;
const MAX_WAIT = 20_000;
const kinds = {
  throttled: { firstWait: 1_000, cost: 5 },
  passing: { firstWait: 50, cost: 14 },
} as const;
type Kind = keyof typeof kinds;
const KINDS = ['throttled', 'passing'] as const;

/** Who retries a throttled request: this client, or the table code that calls it. */
export type Throttling = 'client' | 'table';

/**
 * Retries until the request succeeds or a retry makes no sense. All requests share a retry quota: if everything fails,
 * retries stop. In the SDK's standard mode, throttling uses up the quota for other failures, so that a throttled client
 * does not retry a reset connection. Here each kind of failure has its own quota.
 */
export const openClientRetry = () => {
  const quota = { throttled: CAPACITY, passing: CAPACITY };
  const refund = (kind: Kind, units: number): void => {
    quota[kind] = Math.min(CAPACITY, quota[kind] + units);
  };

  return async <Answer>(send: () => Promise<Answer>, throttling: Throttling = 'client'): Promise<Answer> => {
    let charged: Kind | undefined;
    for (let retries = 0; ; retries++) {
      try {
        const answer = await send();
        if (charged) refund(charged, kinds[charged].cost);
        else for (const kind of KINDS) refund(kind, 1);
        return answer;
      } catch (error) {
        const kind = retryKind(error);
        if (!kind || retries + 1 >= MAX_ATTEMPTS || quota[kind] < kinds[kind].cost) throw error;
        if (throttling === 'table' && isThrottling(error)) throw error;
        charged = kind;
        quota[kind] -= kinds[kind].cost;
        await sleep(Math.random() * maxWaitMs(kind, retries));
      }
    }
  };
};

/** The upper bound for the jittered wait, in milliseconds. */
export const maxWaitMs = (kind: Kind, retries: number): number =>
  Math.min(kinds[kind].firstWait * 2 ** retries, MAX_WAIT);

/** The kind of a retryable error. A test compares this with the SDK. */
export const retryKind = (error: unknown): Kind | undefined => {
  if (!(error instanceof Error)) return undefined;
  const { name, message, $metadata }: Failure = error;
  const status = $metadata?.httpStatusCode ?? 0;
  if (status === 429 || isThrottlingError(error)) return 'throttled';
  if (isTimeoutError(error) || isNetworkError(error) || [500, 502, 503, 504].includes(status)) return 'passing';
  return name === 'InvalidSignatureException' && message.includes('Signature expired') ? 'passing' : undefined;
};

/**
 * Whether a request was rejected for lack of capacity, so that it had no effect. `TransactionInProgressException` does
 * not count: only the same transaction may be repeated then.
 */
export const isThrottling = (error: unknown): boolean =>
  error instanceof Error && OUT_OF_CAPACITY.test(error.name) && retryKind(error) === 'throttled';

const OUT_OF_CAPACITY = /^(ProvisionedThroughputExceededException|RequestLimitExceeded|Throttling(Exception)?)$/;

/** An error response of DynamoDB. */
interface Failure extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}
