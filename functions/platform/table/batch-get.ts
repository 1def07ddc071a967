import type { Retry } from './client/retry/retry-policy.ts';
import { retryReason } from './client/send-with-retry.ts';
import { definition, type Key, keyString } from './definition.ts';
import type { Item } from './entity.ts';
import type { TableClient } from './table-client.ts';

/** The most keys in one request. */
const MAX_KEYS = 100;

type Attributes = Record<string, unknown>;

/** Reads items by their keys with strong consistency, a hundred per request. */
export const batchGet = async (
  client: Pick<TableClient, 'tableName' | 'send' | 'policy'>,
  keys: readonly Key[],
): Promise<ReadonlyMap<string, Item>> => {
  const { policy } = client;
  const items = new Map<string, Item>();
  const unique = new Map(keys.map((key) => [keyString(key), key]));
  const tableKeys = [...unique.values()].map(({ pk, sk }) => ({ [definition.pk]: pk, [definition.sk]: sk }));
  for (let start = 0; start < tableKeys.length; start += MAX_KEYS) {
    let remainingKeys: Attributes[] = tableKeys.slice(start, start + MAX_KEYS);
    let retry: Retry | undefined;
    while (remainingKeys.length > 0) {
      const countBefore = remainingKeys.length;
      try {
        const page = await readPage(client, remainingKeys);
        for (const item of page.items) items.set(keyString(keyOf(item)), item);
        remainingKeys = page.remainingKeys;
      } catch (error) {
        if (retryReason(error, policy) !== 'throttled') throw error;
      }
      if (remainingKeys.length === 0) break;
      // The response may instead have been full, which happens with few keys of large items. Slowing down does no harm
      // then.
      policy.recordThrottle('read');
      retry ??= policy.openRetry();
      await retry('throttled', remainingKeys.length < countBefore);
    }
  }
  return items;
};

/** Sends one request. Returns the items, and the keys that DynamoDB left unprocessed. */
const readPage = async (
  { tableName, send, policy }: Pick<TableClient, 'tableName' | 'send' | 'policy'>,
  Keys: Attributes[],
): Promise<{ readonly items: readonly Item[]; readonly remainingKeys: Attributes[] }> => {
  await policy.acquire('read', Keys.length);
  const RequestItems = { [tableName]: { Keys, ConsistentRead: true } };
  const { Responses, UnprocessedKeys } = await send('BatchGetItem', { RequestItems }, policy.throttling);
  const remainingKeys = UnprocessedKeys?.[tableName]?.Keys ?? [];
  policy.recordUsed('read', Keys.length - remainingKeys.length);
  return { items: Responses?.[tableName] ?? [], remainingKeys };
};

const keyOf = (item: Item): Key => ({ pk: String(item[definition.pk]), sk: String(item[definition.sk]) });
