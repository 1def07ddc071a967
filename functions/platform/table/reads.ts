import { batchGet } from './batch-get.ts';
import { sendWithRetry } from './client/send-with-retry.ts';
import { type Key, keyString } from './definition.ts';
import type { Entity, Item } from './entity.ts';
import type { TableClient } from './table-client.ts';

export type Reads = ReturnType<typeof openReads>;

/** Reads items by their keys. */
export const openReads = (client: TableClient) => {
  const { tableName: TableName, send, policy } = client;

  const reads = {
    async get<Value extends Id, Id>(
      of: Entity<Value, Id>,
      id: Id,
      { eventual = false }: { readonly eventual?: boolean } = {},
    ): Promise<Value | undefined> {
      const input = { TableName, Key: { ...of.key(id) }, ConsistentRead: !eventual };
      const read = () => send('GetItem', input, policy.throttling);
      const { Item } = await sendWithRetry(policy, { kind: 'read', units: 1, send: read });
      return Item && of.fromItem(Item);
    },

    /**
     * Returns values in the order of the ids, `undefined` for missing items. Accepts any number of ids, and reads a
     * hundred per request.
     */
    async getMany<Value extends Id, Id>(of: Entity<Value, Id>, ids: readonly Id[]): Promise<(Value | undefined)[]> {
      const items = await reads.getItems(ids.map(of.key));
      return items.map((item) => item && of.fromItem(item));
    },

    /** Reads items of any type by their keys. */
    async getItems(keys: readonly Key[]): Promise<(Item | undefined)[]> {
      const items = await batchGet(client, keys);
      return keys.map((key) => items.get(keyString(key)));
    },
  };
  return reads;
};
