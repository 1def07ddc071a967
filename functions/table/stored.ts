import type {
  AttributeValue,
  ConditionalCheckFailedException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Item } from './entity.ts';

/** In DynamoDB's own types. */
export const stored = (item: Item): Record<string, AttributeValue> => marshall(item, { removeUndefinedValues: true });

interface Refusals {
  readonly ConditionalCheckFailedException: ConditionalCheckFailedException;
  readonly TransactionCanceledException: TransactionCanceledException;
}

/** By its name, which errors have whoever made them, and without loading the classes. */
export const isNamed = <Name extends keyof Refusals>(error: unknown, name: Name): error is Refusals[Name] =>
  error instanceof Error && error.name === name;
