import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from './item.ts';

/** Converts DynamoDB's types to plain values. Sets and binary values are not supported, since no item has any. */
export const unmarshall = (attributes: Readonly<Record<string, AttributeValue>>): Item => {
  const item: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(attributes)) item[name] = plain(value);
  return item;
};

const plain = ({ S, N, BOOL, NULL, L, M }: AttributeValue): unknown => {
  if (S !== undefined) return S;
  if (N !== undefined) return Number(N);
  if (M !== undefined) return unmarshall(M);
  if (L !== undefined) return L.map(plain);
  if (BOOL !== undefined) return BOOL;
  if (NULL !== undefined) return null;
  throw new Error('The table has a value of an unsupported type.');
};
