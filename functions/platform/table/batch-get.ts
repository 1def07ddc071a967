import type { Retry } from './client/retry/retry-policy.ts';
import { retryReason } from './client/send-with-retry.ts';
import { definition, type Key, keyString } from './definition.ts';
import type { Item } from './entity.ts';
import type { TableClient } from './table-client.ts';

/** What DynamoDB reads in one request. */
const BATCH = 100;

type Attributes = Record<string, unknown>;

/** Items by their keys, strongly consistent, a hundred a request. */
export const batchGet = async (
  client: Pick<TableClient, 'tableName' | 'send' | 'policy'>,
  keys: readonly Key[],
): Promise<ReadonlyMap<string, Item>> => {
  const { policy } = client;
  const items = new Map<string, Item>();
  const unique = new Map(keys.map((key) => [keyString(key), key]));
  const all = [...unique.values()].map(({ pk, sk }) => ({ [definition.pk]: pk, [definition.sk]: sk }));
  for (let start = 0; start < all.length; start += BATCH) {
    let left: Attributes[] = all.slice(start, start + BATCH);
    let retry: Retry | undefined;
    while (left.length > 0) {
      const before = left.length;
      try {
        const page = await readPage(client, left);
        for (const item of page.items) items.set(keyString(keyOf(item)), item);
        left = page.left;
      } catch (error) {
        if (retryReason(error, policy) !== 'throttled') throw error;
      }
      if (left.length === 0) break;
      // Or the response was full, which happens for few keys of large items: to slow down for these does no harm.
      policy.recordThrottle('read');
      retry ??= policy.openRetry();
      await retry('throttled', left.length < before);
    }
  }
  return items;
};

/** One request, and the keys that it left. */
const readPage = async (
  { tableName, send, policy }: Pick<TableClient, 'tableName' | 'send' | 'policy'>,
  Keys: Attributes[],
): Promise<{ readonly items: readonly Item[]; readonly left: Attributes[] }> => {
  await policy.acquire('read', Keys.length);
  const RequestItems = { [tableName]: { Keys, ConsistentRead: true } };
  const { Responses, UnprocessedKeys } = await send('BatchGetItem', { RequestItems }, policy.throttling);
  const left = UnprocessedKeys?.[tableName]?.Keys ?? [];
  policy.recordUsed('read', Keys.length - left.length);
  return { items: Responses?.[tableName] ?? [], left };
};

const keyOf = (item: Item): Key => ({ pk: String(item[definition.pk]), sk: String(item[definition.sk]) });
