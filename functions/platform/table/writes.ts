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

/** The result of a write. If its condition failed: the existing item, if any. */
export type WriteResult = { readonly done: true } | { readonly done: false; readonly existing?: Item };

/** Like `WriteResult`, with the existing value. Absent if the item was deleted meanwhile. */
export type CreateResult<Value> = { readonly done: true } | { readonly done: false; readonly existing?: Value };

export const openWrites = (client: TableClient, { getItems }: Pick<Reads, 'getItems'>) => {
  const singleWrites = openSingleWrites(client);
  return { ...singleWrites, ...openBatchWrites(client, { getItems, write: singleWrites.write }) };
};

/** Writes of single items, and transactions. */
const openSingleWrites = (client: TableClient) => {
  const { tableName: TableName, send, policy } = client;
  return {
    /** Runs one write. If its condition fails, it writes nothing and returns the existing item. */
    async write(write: Write): Promise<WriteResult> {
      try {
        await sendWithRetry(policy, { kind: 'write', units: 1, send: () => sendWrite(client, write) });
        return DONE;
      } catch (error) {
        if (!isDynamoError(error, 'ConditionalCheckFailedException')) throw error;
        return { done: false, ...(error.Item && { existing: unmarshall(error.Item) }) };
      }
    },

    /** Runs an update whose condition always holds. Returns the new value of `attribute`. */
    async increment({ key, parameters }: Write, attribute: string): Promise<number> {
      const input = { TableName, ...parameters, Key: { ...key }, ReturnValues: 'UPDATED_NEW' } as const;
      const increment = () => send('UpdateItem', input, policy.throttling);
      const { Attributes = {} } = await sendWithRetry(policy, { kind: 'write', units: 1, send: increment });
      return Number(Attributes[attribute]);
    },

    /**
     * Applies up to 100 writes, or none of them. Retries conflicts with other transactions. A function creates the
     * writes anew for each attempt, so that none is kept in memory meanwhile; `count` is then their maximum number.
     * `returnExisting` requests the existing items where conditions fail.
     */
    async transact(
      writes: readonly Write[] | (() => readonly Write[]),
      {
        returnExisting = true,
        count = MAX_WRITES,
      }: { readonly returnExisting?: boolean; readonly count?: number } = {},
    ): Promise<TransactionResult> {
      const commonParameters = { TableName, ...(returnExisting && { ReturnValuesOnConditionCheckFailure: ALL_OLD }) };
      const transaction =
        typeof writes === 'function'
          ? { createWrites: writes, maxWrites: count }
          : { createWrites: () => writes, maxWrites: writes.length };
      return runTransaction(client, { ...transaction, commonParameters });
    },
  };
};

const sendWrite = (
  { tableName: TableName, send, policy }: TableClient,
  { kind, key, parameters }: Write,
): Promise<unknown> => {
  const common = { TableName, ...parameters, ReturnValuesOnConditionCheckFailure: ALL_OLD };
  switch (kind) {
    case 'put':
      return send('PutItem', { Item: {}, ...common }, policy.throttling);
    case 'update':
      return send('UpdateItem', { ...common, Key: { ...key } }, policy.throttling);
    case 'remove':
      return send('DeleteItem', { ...common, Key: { ...key } }, policy.throttling);
    case 'check':
      throw new Error('A check alone writes nothing: use it in a transaction.');
  }
};

interface OwnMethods extends Pick<Reads, 'getItems'> {
  readonly write: (write: Write) => Promise<WriteResult>;
}

/** Independent writes of many items. */
const openBatchWrites = (client: TableClient, { getItems, write }: OwnMethods) => {
  const { tableName } = client;
  const toInsertStatement = openInsertBuilder(tableName);
  return {
    /**
     * Creates each value whose key does not exist, independently, 25 per request. Returns one result per value, in
     * order. Of several values with one key it creates the first.
     */
    async createMany<Value extends Id, Id>(
      of: Entity<Value, Id>,
      values: readonly Value[],
    ): Promise<CreateResult<Value>[]> {
      const toFailure = (existing: Item | undefined): CreateResult<Value> => ({
        done: false,
        ...(existing && { existing: of.fromItem(existing) }),
      });
      const [onlyValue] = values;
      if (onlyValue && values.length === 1) {
        const result = await write(create(of, onlyValue));
        return [result.done ? result : toFailure(result.existing)];
      }
      const keyedValues = values.map((value) => ({ value, key: of.key(value) }));
      const created = await executeStatements(client, uniqueByKey(keyedValues), ({ value, key }) =>
        toInsertStatement(of.toItem(value, key)),
      );
      const notCreated = keyedValues.filter((one) => !created.has(one));
      const items = await getItems(notCreated.map(({ key }) => key));
      const existing = new Map(notCreated.map((one, i) => [one, items[i]]));
      return keyedValues.map((one) => (created.has(one) ? DONE : toFailure(existing.get(one))));
    },

    /**
     * Updates many items independently, 25 per request. Returns for each whether its condition held. If a response was
     * lost, the repeated update meets its own result, like `write`.
     */
    async updateMany(writes: readonly Write[]): Promise<boolean[]> {
      const statements = new Map<Write, Statement>();
      for (const one of writes.length > 1 ? uniqueByKey(writes) : []) {
        const statement = toUpdateStatement(tableName, one);
        if (statement) statements.set(one, statement);
      }
      const updated = await executeStatements(client, [...statements], ([, statement]) => statement);
      const updatedWrites = new Set([...updated].map(([one]) => one));
      return inParallel(writes, CONCURRENCY, async (one) =>
        statements.has(one) ? updatedWrites.has(one) : (await write(one)).done,
      );
    },
  };
};

const DONE = { done: true } as const;

/** The concurrency of updates that PartiQL cannot express. */
const CONCURRENCY = 24;

/** DynamoDB's limit for one transaction. */
const MAX_WRITES = 100;
