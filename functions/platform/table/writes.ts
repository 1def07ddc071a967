import { inParallel } from '../parallel.ts';
import { executeStatements, openInsertBuilder, type Statement, toUpdateStatement } from './batch-statements.ts';
import { isDynamoError } from './client/dynamo-error.ts';
import { sendWithRetry } from './client/send-with-retry.ts';
import { unmarshall } from './client/unmarshall.ts';
import { uniqueByKey } from './definition.ts';
import type { Entity, Item } from './entity.ts';
import type { Reads } from './reads.ts';
import type { TableClient } from './table-client.ts';
import { runTransaction, type TransactionResult } from './transaction.ts';
import { ALL_OLD, create, type Write } from './write.ts';

/** Where the condition of a write failed, with the item that is there instead, if any. */
export type WriteResult = { readonly done: true } | { readonly done: false; readonly existing?: Item };

/** As `WriteResult`, with the value that is there; absent where it was deleted meanwhile. */
export type CreateResult<Value> = { readonly done: true } | { readonly done: false; readonly existing?: Value };

export const openWrites = (client: TableClient, { getItems }: Pick<Reads, 'getItems'>) => {
  const single = openSingleWrites(client);
  return { ...single, ...openBatchWrites(client, { getItems, write: single.write }) };
};

/** Writes of one item, and transactions. */
const openSingleWrites = (client: TableClient) => {
  const { tableName: TableName, documents, policy } = client;
  return {
    /** One write. Where its condition fails it writes nothing, and returns the item that is there. */
    async write(write: Write): Promise<WriteResult> {
      try {
        await sendWithRetry(policy, { kind: 'write', units: 1, send: () => sendWrite(client, write) });
        return DONE;
      } catch (error) {
        if (!isDynamoError(error, 'ConditionalCheckFailedException')) throw error;
        return { done: false, ...(error.Item && { existing: unmarshall(error.Item) }) };
      }
    },

    /** An update whose condition always holds. Returns the number that it leaves in `attribute`. */
    async increment({ key, parameters }: Write, attribute: string): Promise<number> {
      const { update } = await documents();
      const input = { TableName, ...parameters, Key: { ...key }, ReturnValues: 'UPDATED_NEW' } as const;
      const { Attributes = {} } = await sendWithRetry(policy, { kind: 'write', units: 1, send: () => update(input) });
      return Number(Attributes[attribute]);
    },

    /**
     * All of up to 100 writes, or none. Retries conflicts with other transactions. Given a function, it makes the writes
     * anew for each try, and keeps none of them while it waits: then `count` is their number at most. `returnExisting`
     * asks for the items that are there where a condition fails.
     */
    async transact(
      writes: readonly Write[] | (() => readonly Write[]),
      {
        returnExisting = true,
        count = MAX_WRITES,
      }: { readonly returnExisting?: boolean; readonly count?: number } = {},
    ): Promise<TransactionResult> {
      const more = { TableName, ...(returnExisting && { ReturnValuesOnConditionCheckFailure: ALL_OLD }) };
      const transaction =
        typeof writes === 'function' ? { make: writes, count } : { make: () => writes, count: writes.length };
      return runTransaction(client, { ...transaction, more });
    },
  };
};

const sendWrite = (
  { tableName: TableName, send, documents, policy }: TableClient,
  { kind, key, parameters }: Write,
): Promise<unknown> => {
  const common = { TableName, ...parameters, ReturnValuesOnConditionCheckFailure: ALL_OLD };
  switch (kind) {
    case 'put':
      return send('PutItem', { Item: {}, ...common }, policy.throttling);
    case 'update':
      return documents().then(({ update }) => update({ ...common, Key: { ...key } }));
    case 'remove':
      return documents().then(({ remove }) => remove({ ...common, Key: { ...key } }));
    case 'check':
      throw new Error('A check alone writes nothing: use it in a transaction.');
  }
};

interface OwnMethods extends Pick<Reads, 'getItems'> {
  readonly write: (write: Write) => Promise<WriteResult>;
}

/** Writes of many items, each independent of the others. */
const openBatchWrites = (client: TableClient, { getItems, write }: OwnMethods) => {
  const { tableName } = client;
  const toInsertStatement = openInsertBuilder(tableName);
  return {
    /**
     * Creates each value whose key is free, each for itself, 25 a request. Returns one result a value, in their order. Of
     * several with one key it creates the first.
     */
    async createMany<Value extends Id, Id>(
      of: Entity<Value, Id>,
      values: readonly Value[],
    ): Promise<CreateResult<Value>[]> {
      const failed = (existing: Item | undefined): CreateResult<Value> => ({
        done: false,
        ...(existing && { existing: of.fromItem(existing) }),
      });
      const [only] = values;
      if (only && values.length === 1) {
        const result = await write(create(of, only));
        return [result.done ? result : failed(result.existing)];
      }
      const keyed = values.map((value) => ({ value, key: of.key(value) }));
      const done = await executeStatements(client, uniqueByKey(keyed), ({ value, key }) =>
        toInsertStatement(of.toItem(value, key)),
      );
      const rest = keyed.filter((one) => !done.has(one));
      const items = await getItems(rest.map(({ key }) => key));
      const existing = new Map(rest.map((one, i) => [one, items[i]]));
      return keyed.map((one) => (done.has(one) ? DONE : failed(existing.get(one))));
    },

    /**
     * Updates as many items, each for itself, 25 a request. Returns whether the condition of each held. An update that is
     * sent again, since its response was lost, finds its own work, as `write` does.
     */
    async updateMany(writes: readonly Write[]): Promise<boolean[]> {
      const statements = new Map<Write, Statement>();
      for (const one of writes.length > 1 ? uniqueByKey(writes) : []) {
        const statement = toUpdateStatement(tableName, one);
        if (statement) statements.set(one, statement);
      }
      const done = await executeStatements(client, [...statements], ([, statement]) => statement);
      const isDone = new Set([...done].map(([one]) => one));
      return inParallel(writes, PARALLEL, async (one) =>
        statements.has(one) ? isDone.has(one) : (await write(one)).done,
      );
    },
  };
};

const DONE = { done: true } as const;

/** Updates that PartiQL can't express, sent one by one. */
const PARALLEL = 24;

/** What DynamoDB takes in one transaction. */
const MAX_WRITES = 100;
