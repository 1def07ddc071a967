import { randomUUID } from 'node:crypto';
import type { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { isDynamoError } from './client/dynamo-error.ts';
import type { RetryReason } from './client/retry/retry.ts';
import type { Retry, RetryPolicy } from './client/retry/retry-policy.ts';
import { retryReason } from './client/send-with-retry.ts';
import { unmarshall } from './client/unmarshall.ts';
import type { Send } from './client/wire.ts';
import type { Item } from './entity.ts';
import { type CommonParameters, transactItem, type Write } from './write.ts';

/** The failure of each write, in order. Undefined if the condition of that write held. */
export type TransactionResult =
  | { readonly done: true }
  | { readonly done: false; readonly failures: readonly ({ readonly existing?: Item } | undefined)[] };

interface Transaction {
  /** Creates the writes for each attempt, so that none is kept in memory meanwhile. */
  readonly createWrites: () => readonly Write[];
  /** The most writes that it can create. */
  readonly maxWrites: number;
  readonly commonParameters: CommonParameters;
}

/** DynamoDB charges for preparing and for committing each write. */
const UNITS_PER_WRITE = 2;

/** Applies up to 100 writes, or none of them. */
export const runTransaction = async (
  { send, policy }: { readonly send: Send; readonly policy: RetryPolicy },
  { createWrites, maxWrites, commonParameters }: Transaction,
): Promise<TransactionResult> => {
  // The client's own retries repeat the same transaction.
  const sendOnce = async (): Promise<unknown> => {
    const TransactItems = createWrites().map((write) => transactItem(write, commonParameters));
    if (TransactItems.length === 0) return undefined;
    const request = { ClientRequestToken: randomUUID(), TransactItems };
    return send('TransactWriteItems', request, policy.throttling);
  };

  const units = maxWrites * UNITS_PER_WRITE;
  let retry: Retry | undefined;
  for (;;) {
    await policy.acquire('write', units);
    try {
      await sendOnce();
      policy.recordUsed('write', units);
      return DONE;
    } catch (error) {
      const outcome = isDynamoError(error, 'TransactionCanceledException')
        ? outcomeOf(error)
        : retryReason(error, policy);
      if (outcome === undefined) throw error;
      if (typeof outcome === 'object') return outcome;
      if (outcome === 'throttled') policy.recordThrottle('write');
      retry ??= policy.openRetry();
      await retry(outcome);
    }
  }
};

const DONE = { done: true } as const;

/** The reason to retry; the result if a condition failed; undefined for any other error. */
const outcomeOf = ({
  CancellationReasons: reasons = [],
}: TransactionCanceledException): TransactionResult | RetryReason | undefined => {
  const codes = reasons.map(({ Code = 'None' }) => Code);
  if (codes.includes('ConditionalCheckFailed')) {
    const failures = reasons.map(({ Code, Item }) =>
      Code === 'ConditionalCheckFailed' ? { ...(Item && { existing: unmarshall(Item) }) } : undefined,
    );
    return { done: false, failures };
  }
  if (!codes.every((code) => code === 'None' || code === CONFLICT || THROTTLED.has(code))) return undefined;
  return codes.some((code) => THROTTLED.has(code)) ? 'throttled' : 'conflict';
};

const CONFLICT = 'TransactionConflict';
const THROTTLED = new Set(['ThrottlingError', 'ProvisionedThroughputExceeded']);
