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

/** One answer a write, in their order: `failed` where that write's own condition did not hold. */
export type TransactionResult =
  | { readonly done: true }
  | { readonly done: false; readonly failures: readonly ({ readonly existing?: Item } | undefined)[] };

interface Transaction {
  /** Makes the writes for each try: none is kept while it waits. */
  readonly make: () => readonly Write[];
  /** How many they are, at most. */
  readonly count: number;
  readonly more: CommonParameters;
}

/** Each write is prepared and then committed. */
const UNITS = 2;

/** All of up to 100 writes, or none. */
export const runTransaction = async (
  { send, policy }: { readonly send: Send; readonly policy: RetryPolicy },
  { make, count, more }: Transaction,
): Promise<TransactionResult> => {
  // The client's own tries are the same transaction.
  const begin = async (): Promise<unknown> => {
    const TransactItems = make().map((write) => transactItem(write, more));
    if (TransactItems.length === 0) return undefined;
    const request = { ClientRequestToken: randomUUID(), TransactItems };
    return send('TransactWriteItems', request, policy.throttling);
  };

  const units = count * UNITS;
  let retry: Retry | undefined;
  for (;;) {
    await policy.acquire('write', units);
    try {
      await begin();
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

/** Why it is tried again; the answer where a condition did not hold; undefined where something is wrong with it. */
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
