import { batchGet } from './batch-get.ts';
import { sendWithRetry } from './client/send-with-retry.ts';
import { type Key, keyString } from './definition.ts';
import type { Entity, Item } from './entity.ts';
import type { TableClient } from './table-client.ts';

export type Reads = ReturnType<typeof openReads>;

/** Reads of items whose keys the caller has. */
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

    /** In the order of the ids, `undefined` for those without an item. Any number, a hundred a request. */
    async getMany<Value extends Id, Id>(of: Entity<Value, Id>, ids: readonly Id[]): Promise<(Value | undefined)[]> {
      const items = await reads.getItems(ids.map(of.key));
      return items.map((item) => item && of.fromItem(item));
    },

    /** Items of any type by their keys. */
    async getItems(keys: readonly Key[]): Promise<(Item | undefined)[]> {
      const items = await batchGet(client, keys);
      return keys.map((key) => items.get(keyString(key)));
    },
  };
  return reads;
};
