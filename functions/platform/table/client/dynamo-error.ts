import type { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';

interface Refusals {
  readonly ConditionalCheckFailedException: ConditionalCheckFailedException;
  readonly TransactionCanceledException: TransactionCanceledException;
}

/** By its name, which errors have whoever made them, and without loading the classes. */
export const isDynamoError = <Name extends keyof Refusals>(error: unknown, name: Name): error is Refusals[Name] =>
  error instanceof Error && error.name === name;
