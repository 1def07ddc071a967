import type { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';

interface ConditionErrors {
  readonly ConditionalCheckFailedException: ConditionalCheckFailedException;
  readonly TransactionCanceledException: TransactionCanceledException;
}

/** Compares names, which both clients set, so that the SDK's error classes need not be loaded. */
export const isDynamoError = <Name extends keyof ConditionErrors>(
  error: unknown,
  name: Name,
): error is ConditionErrors[Name] => error instanceof Error && error.name === name;
