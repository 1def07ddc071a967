import { inParallel } from '../parallel.ts';
import { getAll } from './batch-get.ts';
import { type Dynamo, openDynamo } from './client/dynamo.ts';
import { isNamed } from './client/refusal.ts';
import { type RetryPolicy, requestPolicy } from './client/retry/retry-policy.ts';
import { sendWhole } from './client/send-whole.ts';
import { untyped } from './client/unmarshall.ts';
import { definition, firstsOf, type IndexName, type Key, labelOf } from './definition.ts';
import type { Entity, Item } from './entity.ts';
import { expressions } from './expression.ts';
import { executeAll, inserting, type Statement, updating } from './statements.ts';
import { runTransaction, type Transacted } from './transaction.ts';
import { ALL_OLD, create, type Write } from './write.ts';

export type Table = ReturnType<typeof openTable>;

/** Where a write's condition failed, with the item that is there instead, if any. */
export type Written = { readonly done: true } | { readonly done: false; readonly existing?: Item };

/** As `Written`, with the value that is there; absent where it was deleted meanwhile. */
export type Created<Value> = { readonly done: true } | { readonly done: false; readonly existing?: Value };

export interface Range {
  readonly index?: IndexName;
  readonly pk: string;
  readonly prefix?: string;
  /** Exclusive. */
  readonly after?: string;
  /** Exclusive. */
  readonly before?: string;
  readonly descending?: boolean;
  readonly limit: number;
  /** Strongly consistent unless an index is read, where DynamoDB has no such read. */
  readonly eventual?: boolean;
}

/**
 * The only place that speaks to DynamoDB. Reads are strongly consistent. The policy says how long what passes by itself
 * is tried again.
 */
export const openTable = (
  TableName: string,
  { send, documents }: Dynamo = openDynamo(),
  policy: RetryPolicy = requestPolicy,
) => {
  const insert = inserting(TableName);
  const { throttling } = policy;

  const writeOne = ({ kind, key, parameters }: Write): Promise<unknown> => {
    const common = { TableName, ...parameters, ReturnValuesOnConditionCheckFailure: ALL_OLD };
    switch (kind) {
      case 'put':
        return send('PutItem', { Item: {}, ...common }, throttling);
      case 'update':
        return documents().then(({ update }) => update({ ...common, Key: { ...key } }));
      case 'remove':
        return documents().then(({ remove }) => remove({ ...common, Key: { ...key } }));
      case 'check':
        throw new Error('A check alone writes nothing: use it in a transaction.');
    }
  };

  const table = {
    async get<Value extends Id, Id>(
      of: Entity<Value, Id>,
      id: Id,
      { eventual = false }: { readonly eventual?: boolean } = {},
    ): Promise<Value | undefined> {
      const asked = { TableName, Key: { ...of.key(id) }, ConsistentRead: !eventual };
      const read = () => send('GetItem', asked, throttling);
      const { Item } = await sendWhole(policy, { kind: 'read', units: 1, send: read });
      return Item && of.fromItem(Item);
    },

    /** In the order of the ids, `undefined` for those that aren't there. Any number, a hundred a request. */
    async getMany<Value extends Id, Id>(of: Entity<Value, Id>, ids: readonly Id[]): Promise<(Value | undefined)[]> {
      const items = await table.getItems(ids.map(of.key));
      return items.map((item) => item && of.fromItem(item));
    },

    /** Items of any type by their keys. */
    async getItems(keys: readonly Key[]): Promise<(Item | undefined)[]> {
      const found = await getAll(send, policy, TableName, keys);
      return keys.map((key) => found.get(labelOf(key)));
    },

    /** One write. Where its condition fails nothing is written, and the item that is there is returned. */
    async write(write: Write): Promise<Written> {
      try {
        await sendWhole(policy, { kind: 'write', units: 1, send: () => writeOne(write) });
        return DONE;
      } catch (error) {
        if (!isNamed(error, 'ConditionalCheckFailedException')) throw error;
        return { done: false, ...(error.Item && { existing: untyped(error.Item) }) };
      }
    },

    /**
     * Creates each value where there is none with its key, each for itself, 25 a request: one answer a value, in their
     * order. Of several with one key the first is created.
     */
    async createMany<Value extends Id, Id>(of: Entity<Value, Id>, values: readonly Value[]): Promise<Created<Value>[]> {
      const refused = (existing: Item | undefined): Created<Value> => ({
        done: false,
        ...(existing && { existing: of.fromItem(existing) }),
      });
      const [only] = values;
      if (only && values.length === 1) {
        const written = await table.write(create(of, only));
        return [written.done ? written : refused(written.existing)];
      }
      const keyed = values.map((value) => ({ value, key: of.key(value) }));
      const done = await executeAll({ send, policy }, firstsOf(keyed), ({ value, key }) =>
        insert(of.toItem(value, key)),
      );
      const there = keyed.filter((one) => !done.has(one));
      const items = await table.getItems(there.map(({ key }) => key));
      const found = new Map(there.map((one, i) => [one, items[i]]));
      return keyed.map((one) => (done.has(one) ? DONE : refused(found.get(one))));
    },

    /**
     * Updates of as many items, each for itself, 25 a request: whether the condition of each held. One that is sent again
     * since its answer was lost finds its own work, as `write` does.
     */
    async updateMany(writes: readonly Write[]): Promise<boolean[]> {
      const statements = new Map<Write, Statement>();
      for (const write of writes.length > 1 ? firstsOf(writes) : []) {
        const statement = updating(TableName, write);
        if (statement) statements.set(write, statement);
      }
      const done = await executeAll({ send, policy }, [...statements], ([, statement]) => statement);
      const isDone = new Set([...done].map(([write]) => write));
      return inParallel(writes, PARALLEL, async (write) =>
        statements.has(write) ? isDone.has(write) : (await table.write(write)).done,
      );
    },

    /** An update whose condition always holds, and the number that it leaves in `attribute`. */
    async increment({ key, parameters }: Write, attribute: string): Promise<number> {
      const { update } = await documents();
      const asked = { TableName, ...parameters, Key: { ...key }, ReturnValues: 'UPDATED_NEW' } as const;
      const { Attributes = {} } = await sendWhole(policy, { kind: 'write', units: 1, send: () => update(asked) });
      return Number(Attributes[attribute]);
    },

    /**
     * All of up to 100 writes, or none. Conflicts with other transactions are tried again. Given how the writes are made,
     * it makes them for each try, and keeps none of them while it waits: then `count` is how many they are at most.
     * `tells` what is there where a condition fails.
     */
    async transact(
      writes: readonly Write[] | (() => readonly Write[]),
      { tells = true, count = MAX_WRITES }: { readonly tells?: boolean; readonly count?: number } = {},
    ): Promise<Transacted> {
      const more = { TableName, ...(tells && { ReturnValuesOnConditionCheckFailure: ALL_OLD }) };
      const transaction =
        typeof writes === 'function' ? { make: writes, count } : { make: () => writes, count: writes.length };
      return runTransaction({ send, policy }, { ...transaction, more });
    },

    /** The raw items of one partition in the order of their sort keys, at most `limit`. */
    async query({ index, pk, prefix, after, before, descending = false, limit, eventual }: Range): Promise<Item[]> {
      if (Buffer.byteLength(pk) > MAX_PK_BYTES) return [];
      const keys = index ? definition.indexes[index] : definition;
      const build = expressions();
      const low = after !== undefined && after > (prefix ?? '') ? after : prefix || ' ';
      const end = (prefix ?? '') + LAST;
      const high = before !== undefined && before < end ? before : end;
      if (low > high) return [];
      // BETWEEN takes both ends in, so the exclusive ones are asked for and dropped.
      const extra = Number(after !== undefined) + Number(before !== undefined);
      const sk = build.name(keys.sk);
      const where = `${build.name(keys.pk)} = ${build.value(pk)} AND ${sk} BETWEEN ${build.value(low)} AND ${build.value(high)}`;
      const items: Item[] = [];
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const asked = {
          TableName,
          ...(index ? { IndexName: index } : { ConsistentRead: !eventual }),
          KeyConditionExpression: where,
          ...build.attributes(),
          ScanIndexForward: !descending,
          Limit: limit + extra - items.length,
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        };
        const { query } = await documents();
        const page = await sendWhole(policy, { kind: 'read', units: 1, send: () => query(asked) });
        items.push(...(page.Items ?? []).filter((item) => item[keys.sk] !== after && item[keys.sk] !== before));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey && items.length < limit);
      return items.slice(0, limit);
    },

    /** As `query`, for a partition or prefix that holds one type of item in full (not an index, which holds keys). */
    async queryOf<Value extends Id, Id>(of: Entity<Value, Id>, range: Omit<Range, 'index'>): Promise<Value[]> {
      return (await table.query(range)).map(of.fromItem);
    },
  };
  return table;
};

const DONE = { done: true } as const;

/** Of updates that can't go by batches. */
const PARALLEL = 24;

/** What DynamoDB takes in one transaction. */
const MAX_WRITES = 100;

/** Sort keys are ASCII, but for what callers name; nothing sorts after this. */
const LAST = '\u{10FFFF}';

/** DynamoDB refuses to be asked for a longer one; nothing can be stored under it. */
const MAX_PK_BYTES = 2_048;
