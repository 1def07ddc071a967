import { isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { SdkError } from '@smithy/types';
import { afterEach, expect, test, vi } from 'vitest';
import {
  maxWaitMs,
  openClientRetry,
  retryKind,
} from '../../../../functions/platform/table/client/retry/client-retry.ts';

const failure = (more: object): Error => Object.assign(new Error('Signature expired: now.'), more);
const reset = failure({ code: 'ECONNRESET' });

const NAMES =
  'AccessDeniedException BandwidthLimitExceeded ConditionalCheckFailedException EC2ThrottledException Error IncompleteSignatureException InternalServerError InvalidSignatureException LimitExceededException PriorRequestNotComplete ProvisionedThroughputExceededException RequestLimitExceeded RequestThrottled RequestThrottledException RequestTimeout RequestTimeoutException ResourceInUseException ResourceNotFoundException SlowDown SyntaxError ThrottledException Throttling ThrottlingException TimeoutError TimeoutErrors TooManyRequestsException TransactionCanceledException TransactionConflictException TransactionInProgressException ValidationException';
const CODES =
  'EACCES EAI_AGAIN EADDRNOTAVAIL ECONNABORTED ECONNREFUSED ECONNRESET EHOSTUNREACH ENETUNREACH ENOTFOUND EPIPE EPROTO ERR_TLS_CERT_ALTNAME_INVALID ETIMEDOUT HPE_INVALID_CONSTANT';

test.each([
  ...NAMES.split(' ').map((name) => ({ name })),
  ...CODES.split(' ').map((code) => ({ code })),
  ...[200, 400, 403, 413, 429, 500, 501, 502, 503, 504, 505].map((httpStatusCode) => ({
    $metadata: { httpStatusCode },
  })),
])('retries the errors that the SDK retries, and the same count as throttling: %j', (more) => {
  // Any error can be passed: the type only lists the fields that are read.
  const error = failure(more) as SdkError;

  const theirs = isThrottlingError(error) ? 'throttled' : isTransientError(error) ? 'passing' : undefined;

  expect(retryKind(error)).toBe(theirs);
});

test.each([
  ['passing', [50, 100, 200], 20_000],
  ['throttled', [1_000, 2_000, 4_000], 20_000],
] as const)('%s errors are retried after up to %j ms, finally %i', (kind, waits, last) => {
  expect(waits.map((_, retries) => maxWaitMs(kind, retries))).toEqual(waits);
  expect(maxWaitMs(kind, 30)).toBe(last);
});

/** The number of attempts, all failing. */
const triesOf = async (error: Error, retry = openClientRetry()): Promise<number> => {
  let tries = 0;
  const all = retry(async () => {
    tries += 1;
    throw error;
  });
  await expect(all).rejects.toBe(error);
  return tries;
};

test('other errors are not retried', async () => {
  expect(await triesOf(failure({ name: 'ValidationException' }))).toBe(1);
  expect(await triesOf(reset)).toBe(4);
});

afterEach(() => void vi.restoreAllMocks());

test('retries end when everything fails, until some requests succeed', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const retry = openClientRetry();
  let tries = 0;
  // 500 are enough for 35 attempts that cost 14 each.
  for (let i = 0; i < 20; i++) tries += await triesOf(reset, retry);
  expect(tries).toBe(20 + 35);
  expect(await triesOf(reset, retry)).toBe(1);

  for (let i = 0; i < 4; i++) await retry(async () => 'answered');

  expect(await triesOf(reset, retry)).toBe(2);
});

test('throttling uses no retry budget of other errors, nor the reverse', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const throttled = failure({ name: 'ThrottlingException' });
  const retry = openClientRetry();
  // 500 are enough for 100 attempts that cost 5 each.
  for (let i = 0; i < 40; i++) await triesOf(throttled, retry);
  expect(await triesOf(throttled, retry)).toBe(1);

  expect(await triesOf(reset, retry)).toBe(4);

  for (let i = 0; i < 40; i++) await triesOf(reset, retry);
  expect(await triesOf(reset, retry)).toBe(1);
  for (let i = 0; i < 20; i++) await retry(async () => 'answered');
  expect(await triesOf(throttled, retry)).toBe(4);
});

test.each(['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException'])(
  'the rate limiter learns of a %s immediately, and all other errors are retried as usual',
  async (name) => {
    const retry = openClientRetry();
    const all = (error: Error) => {
      let tries = 0;
      const send = async () => {
        tries += 1;
        throw error;
      };
      return retry(send, 'table').catch(() => tries);
    };

    expect(await all(failure({ name }))).toBe(1);
    expect(await all(reset)).toBe(4);
  },
);
