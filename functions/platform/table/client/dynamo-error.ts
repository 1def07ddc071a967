import type { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';

interface Refusals {
  readonly ConditionalCheckFailedException: ConditionalCheckFailedException;
  readonly TransactionCanceledException: TransactionCanceledException;
}

/** Compares names, as both clients set them: the SDK need not be loaded for its error classes. */
export const isDynamoError = <Name extends keyof Refusals>(error: unknown, name: Name): error is Refusals[Name] =>
  error instanceof Error && error.name === name;
