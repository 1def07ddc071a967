import { unsupported, validationError } from './errors.ts';
import { parseCondition } from './expressions/conditions.ts';
import { rangeOf } from './expressions/key-conditions.ts';
import { type Expressions, openPlaceholders } from './expressions/placeholders.ts';
import type { Entry } from './sorted.ts';
import { type Index, orderIn, readOnlyKey, type StoredTable, type Tables } from './table.ts';
import { type Item, measureItem, sortable, storedBytes } from './values.ts';

export interface ReadInput extends Expressions {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly ConsistentRead?: boolean;
  readonly KeyConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly ScanIndexForward?: boolean;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: Item;
  readonly Select?: string;
  readonly TotalSegments?: number;
}

const PAGE_BYTES = 1_024 * 1_024;

export const getItem = (tables: Tables, input: ReadInput & { readonly Key?: Item }): { readonly Item?: Item } => {
  const table = tables.find(input.TableName);
  const item = table.find(readOnlyKey(input.Key, table.key));
  return item ? { Item: projection(input)(item) } : {};
};

/** A page of the items of one partition, of the table or an index. */
export const query = (tables: Tables, input: ReadInput): object => {
  const table = tables.find(input.TableName);
  const source = sourceOf(table, input);
  const given = openPlaceholders(input);
  if (input.KeyConditionExpression === undefined)
    throw validationError('Either the KeyConditions or KeyConditionExpression parameter must be specified');
  const { hash, low, high } = rangeOf(input.KeyConditionExpression, source, given);
  const partition = source.partitions.get(hash);
  const isForward = input.ScanIndexForward ?? true;
  const start = input.ExclusiveStartKey;
  const within = ({ range }: Entry): boolean => range >= low && range <= high;
  const entries = function* (): Generator<Entry> {
    if (!partition) return;
    const all = partition.entries;
    const from = start && placeOfKey(source, table, start);
    if (isForward) {
      let at = from === undefined ? partition.placeOf(low) : partition.placeOf(from, true);
      for (let entry = all[at]; entry && entry.range <= high; entry = all[++at]) if (within(entry)) yield entry;
      return;
    }
    let at = from === undefined ? all.length - 1 : partition.placeOf(from) - 1;
    for (let entry = all[at]; entry && entry.range >= low; entry = all[--at]) if (within(entry)) yield entry;
  };
  return page(entries(), { table, source, input, given });
};

/** A page of all items. Partitions come in the order in which they were made. */
export const scan = (tables: Tables, input: ReadInput): object => {
  const table = tables.find(input.TableName);
  if (input.TotalSegments !== undefined) throw unsupported('scan by segments');
  const source = sourceOf(table, input);
  const start = input.ExclusiveStartKey;
  const startHash = start?.[source.hash]?.S;
  const entries = function* (): Generator<Entry> {
    let isStarted = startHash === undefined;
    for (const [hash, partition] of source.partitions) {
      if (isStarted) yield* partition.entries;
      else if (hash === startHash && start) {
        isStarted = true;
        yield* partition.entries.slice(partition.placeOf(placeOfKey(source, table, start), true));
      }
    }
  };
  return page(entries(), { table, source, input, given: openPlaceholders(input) });
};

type Source = Omit<Index, 'name'>;

const sourceOf = (table: StoredTable, { IndexName, ConsistentRead }: ReadInput): Source => {
  if (IndexName === undefined) return { ...table.key, projected: undefined, partitions: table.partitions };
  const index = table.indexes.find(({ name }) => name === IndexName);
  if (!index) throw validationError(`The table does not have the specified index: ${IndexName}`);
  if (ConsistentRead) throw validationError('Consistent reads are not supported on global secondary indexes');
  return index;
};

const placeOfKey = (source: Source, table: StoredTable, key: Item): string => {
  const range = key[source.range]?.S;
  if (range === undefined) throw validationError('The provided starting key is invalid');
  return source.partitions === table.partitions ? sortable(range) : orderIn(range, key, table.key);
};

interface Page {
  readonly table: StoredTable;
  readonly source: Source;
  readonly input: ReadInput;
  readonly given: ReturnType<typeof openPlaceholders>;
}

const page = (entries: Iterable<Entry>, { table, source, input, given }: Page): object => {
  const { Limit = Number.POSITIVE_INFINITY, FilterExpression, Select } = input;
  const holds = FilterExpression === undefined ? undefined : parseCondition(FilterExpression);
  const project = projection(input);
  const Items: Item[] = [];
  let [scanned, count, bytes] = [0, 0, 0];
  let last: Item | undefined;
  for (const { item } of entries) {
    const visible = source.projected ? only(item, source.projected) : item;
    scanned += 1;
    bytes += source.projected ? measureItem(visible) : storedBytes(item);
    if (!holds || holds(visible, given)) {
      count += 1;
      if (Select !== 'COUNT') Items.push(project(visible));
    }
    if (scanned < Limit && bytes < PAGE_BYTES) continue;
    last = item;
    break;
  }
  return {
    ...(Select !== 'COUNT' && { Items }),
    Count: count,
    ScannedCount: scanned,
    ...(last && {
      LastEvaluatedKey: only(last, new Set([table.key.hash, table.key.range, source.hash, source.range])),
    }),
  };
};

const only = (item: Item, names: ReadonlySet<string>): Item => {
  const some: Record<string, Item[string]> = {};
  for (const name in item) {
    const value = item[name];
    if (value && names.has(name)) some[name] = value;
  }
  return some;
};

const projection = (input: ReadInput): ((item: Item) => Item) => {
  if (input.ProjectionExpression === undefined) return (item) => item;
  const given = openPlaceholders(input);
  const names = input.ProjectionExpression.split(',').map((name) => given.name(name.trim()));
  if (names.some((name) => /[.[]/.test(name))) throw unsupported('projection of nested attributes');
  return (item) => only(item, new Set(names));
};
