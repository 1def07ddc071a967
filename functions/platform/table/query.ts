import { sendWithRetry } from './client/send-with-retry.ts';
import { definition, type IndexName } from './definition.ts';
import type { Entity, Item } from './entity.ts';
import { createExpressions } from './expression.ts';
import type { TableClient } from './table-client.ts';

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
  /** Whether to read with eventual consistency. Indexes always do. @default false */
  readonly eventual?: boolean;
}

/** Queries of one partition. */
export const openQueries = ({ tableName: TableName, send, policy }: TableClient) => {
  /** Reads the raw items of one partition in the order of their sort keys, at most `limit`. */
  const query = async (range: Range): Promise<Item[]> => {
    const { index, pk, after, before, descending = false, limit, eventual } = range;
    if (Buffer.byteLength(pk) > MAX_PK_BYTES) return [];
    const condition = keyCondition(range);
    if (!condition) return [];
    // `BETWEEN` includes both bounds: read them too, and drop them.
    const extra = Number(after !== undefined) + Number(before !== undefined);
    const { sk } = keysOf(index);
    const items: Item[] = [];
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const input = {
        TableName,
        ...(index ? { IndexName: index } : { ConsistentRead: !eventual }),
        ...condition,
        ScanIndexForward: !descending,
        Limit: limit + extra - items.length,
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      };
      const read = () => send('Query', input, policy.throttling);
      const page = await sendWithRetry(policy, { kind: 'read', units: 1, send: read });
      items.push(...(page.Items ?? []).filter((item) => item[sk] !== after && item[sk] !== before));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey && items.length < limit);
    return items.slice(0, limit);
  };

  return {
    query,

    /** Like `query`, for a partition or prefix with complete items of one type. Indexes have only keys. */
    async queryOf<Value extends Id, Id>(of: Entity<Value, Id>, range: Omit<Range, 'index'>): Promise<Value[]> {
      return (await query(range)).map(of.fromItem);
    },
  };
};

/** Undefined if the range is empty. */
const keyCondition = ({ index, pk, prefix = '', after, before }: Range) => {
  const keys = keysOf(index);
  const build = createExpressions();
  const lowest = after !== undefined && after > prefix ? after : prefix || ' ';
  const end = prefix + LAST_SORT_KEY;
  const highest = before !== undefined && before < end ? before : end;
  if (lowest > highest) return undefined;
  const sk = build.name(keys.sk);
  const KeyConditionExpression = `${build.name(keys.pk)} = ${build.value(pk)} AND ${sk} BETWEEN ${build.value(lowest)} AND ${build.value(highest)}`;
  return { KeyConditionExpression, ...build.attributes() };
};

const keysOf = (index: IndexName | undefined) => (index ? definition.indexes[index] : definition);

/** Sorts after every sort key. Sort keys are ASCII, except for names that callers choose. */
const LAST_SORT_KEY = '\u{10FFFF}';

/** DynamoDB rejects queries with a longer partition key. Nothing can be stored under it. */
const MAX_PK_BYTES = 2_048;
