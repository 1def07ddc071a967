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
])('the SDK tries again where we do, and takes as throttled what we do: %j', (more) => {
  // Any error can be asked about: the type only lists what may be looked at.
  const error = failure(more) as SdkError;

  const theirs = isThrottlingError(error) ? 'throttled' : isTransientError(error) ? 'passing' : undefined;

  expect(retryKind(error)).toBe(theirs);
});

test.each([
  ['passing', [50, 100, 200], 20_000],
  ['throttled', [1_000, 2_000, 4_000], 20_000],
] as const)('what is %s is tried again after up to %j ms, at last %i', (kind, waits, last) => {
  expect(waits.map((_, retries) => maxWaitMs(kind, retries))).toEqual(waits);
  expect(maxWaitMs(kind, 30)).toBe(last);
});

/** How many tries it took, all failing. */
const triesOf = async (error: Error, retry = openClientRetry()): Promise<number> => {
  let tries = 0;
  const all = retry(async () => {
    tries += 1;
    throw error;
  });
  await expect(all).rejects.toBe(error);
  return tries;
};

test('an error that is none of these is not tried again', async () => {
  expect(await triesOf(failure({ name: 'ValidationException' }))).toBe(1);
  expect(await triesOf(reset)).toBe(4);
});

afterEach(() => void vi.restoreAllMocks());

test('where everything fails, requests are no longer tried again, until some are answered', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const retry = openClientRetry();
  let tries = 0;
  // 500 are enough for 35 tries that cost 14 each.
  for (let i = 0; i < 20; i++) tries += await triesOf(reset, retry);
  expect(tries).toBe(20 + 35);
  expect(await triesOf(reset, retry)).toBe(1);

  for (let i = 0; i < 4; i++) await retry(async () => 'answered');

  expect(await triesOf(reset, retry)).toBe(2);
});

test('throttling uses up no tries of what else fails, nor the other way round', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const throttled = failure({ name: 'ThrottlingException' });
  const retry = openClientRetry();
  // 500 are enough for 100 tries that cost 5 each.
  for (let i = 0; i < 40; i++) await triesOf(throttled, retry);
  expect(await triesOf(throttled, retry)).toBe(1);

  expect(await triesOf(reset, retry)).toBe(4);

  for (let i = 0; i < 40; i++) await triesOf(reset, retry);
  expect(await triesOf(reset, retry)).toBe(1);
  for (let i = 0; i < 20; i++) await retry(async () => 'answered');
  expect(await triesOf(throttled, retry)).toBe(4);
});

test.each(['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException'])(
  'whoever slows down is told of a %s at once, and all else is tried as ever',
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
