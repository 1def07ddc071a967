import type { Retry, RetryPolicy } from './client/retry/retry-policy.ts';
import { reasonOf } from './client/send-whole.ts';
import type { Send } from './client/wire.ts';
import { definition, type Key, labelOf } from './definition.ts';
import type { Item } from './entity.ts';

/** What DynamoDB reads in one request. */
const BATCH = 100;

/** Items by their keys, strongly consistent, a hundred a request. */
export const getAll = async (
  send: Send,
  policy: RetryPolicy,
  TableName: string,
  keys: readonly Key[],
): Promise<ReadonlyMap<string, Item>> => {
  const found = new Map<string, Item>();

  /** The keys that are left. */
  const read = async (Keys: Attributes[]): Promise<Attributes[]> => {
    await policy.acquire('read', Keys.length);
    const RequestItems = { [TableName]: { Keys, ConsistentRead: true } };
    const answer = await send('BatchGetItem', { RequestItems }, policy.throttling);
    for (const item of answer.Responses?.[TableName] ?? []) found.set(labelOf(keyOf(item)), item);
    const left = answer.UnprocessedKeys?.[TableName]?.Keys ?? [];
    policy.used('read', Keys.length - left.length);
    return left;
  };

  const wanted = new Map(keys.map((key) => [labelOf(key), key]));
  const all = [...wanted.values()].map(({ pk, sk }) => ({ [definition.pk]: pk, [definition.sk]: sk }));
  for (let start = 0; start < all.length; start += BATCH) {
    let left: Attributes[] = all.slice(start, start + BATCH);
    let retry: Retry | undefined;
    while (left.length > 0) {
      const before = left.length;
      try {
        left = await read(left);
      } catch (error) {
        if (reasonOf(error, policy) !== 'throttled') throw error;
      }
      if (left.length === 0) break;
      // Or the answer was full, which few keys of large items do: to slow down for these does no harm.
      policy.throttled('read');
      retry ??= policy.openRetry();
      await retry('throttled', left.length < before);
    }
  }
  return found;
};

type Attributes = Record<string, unknown>;

const keyOf = (item: Item): Key => ({ pk: String(item[definition.pk]), sk: String(item[definition.sk]) });
