import { DynamoError, validationError } from './errors.ts';
import { openSorted, type Sorted } from './sorted.ts';
import { byteLength, type Item, sortable, type Value } from './values.ts';

interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

/** The names of the two attributes that make a key. */
export interface KeyNames {
  readonly hash: string;
  readonly range: string;
}

export interface Index extends KeyNames {
  readonly name: string;
  /** The attributes of its entries; undefined where all of an item are there. */
  readonly projected: ReadonlySet<string> | undefined;
  readonly partitions: Map<string, Sorted>;
}

export interface CreateTable {
  readonly TableName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
  readonly GlobalSecondaryIndexes?: readonly {
    readonly IndexName: string;
    readonly KeySchema: readonly KeyElement[];
    readonly Projection: { readonly ProjectionType: string; readonly NonKeyAttributes?: readonly string[] };
  }[];
}

const MAX_HASH_BYTES = 2_048;
const MAX_RANGE_BYTES = 1_024;

/** Items by their keys, and the entries that they have in indexes. All keys are texts. */
export const openTable = (created: CreateTable) => {
  const { TableName, KeySchema, GlobalSecondaryIndexes = [] } = created;
  const key = keyNames(KeySchema);
  const partitions = new Map<string, Sorted>();
  const indexes: readonly Index[] = GlobalSecondaryIndexes.map(({ IndexName, KeySchema: own, Projection }) => {
    const names = keyNames(own);
    const { ProjectionType, NonKeyAttributes = [] } = Projection;
    const projected =
      ProjectionType === 'ALL'
        ? undefined
        : new Set([key.hash, key.range, names.hash, names.range, ...NonKeyAttributes]);
    return { name: IndexName, ...names, projected, partitions: new Map() };
  });
  let count = 0;

  const enter = (item: Item, isThere: boolean): void => {
    for (const { hash, range, partitions: own } of indexes) {
      const [at, entryRange] = [item[hash]?.S, item[range]?.S];
      if (at === undefined || entryRange === undefined) continue;
      const partition = partitionOf(own, at);
      const entry = { range: sortable(entryRange), order: orderIn(entryRange, item, key), item };
      if (isThere) partition.put(entry);
      else partition.remove(entry.order);
    }
  };

  return {
    created,
    key,
    indexes,
    partitions,
    count: () => count,
    find: ({ hash, range }: KeyNames): Item | undefined => partitions.get(hash)?.find(sortable(range)),
    put: (item: Item): void => {
      const { hash, range } = readKey(item, key);
      const partition = partitionOf(partitions, hash);
      const order = sortable(range);
      const old = partition.find(order);
      if (old) enter(old, false);
      else count += 1;
      partition.put({ range: order, order, item });
      enter(item, true);
    },
    remove: ({ hash, range }: KeyNames): void => {
      const old = partitions.get(hash)?.find(sortable(range));
      if (!old) return;
      partitions.get(hash)?.remove(sortable(range));
      enter(old, false);
      count -= 1;
    },
    /** The key of an item that is to be stored, when it and those of its indexes may be. */
    storableKey: (item: Item): KeyNames => {
      for (const { name, ...names } of indexes) checkIndexKey(name, names, item);
      return readKey(item, key);
    },
    describe: () => ({
      TableName,
      TableStatus: 'ACTIVE',
      TableArn: `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`,
      KeySchema,
      AttributeDefinitions: created.AttributeDefinitions,
      GlobalSecondaryIndexes: GlobalSecondaryIndexes.map((index) => ({ ...index, IndexStatus: 'ACTIVE' })),
      ItemCount: count,
      TableSizeBytes: 0,
    }),
  };
};
export type StoredTable = ReturnType<typeof openTable>;

/** Where an entry of an index stands. No key of ours holds the character that separates its parts. */
export const orderIn = (range: string, item: Item, key: KeyNames): string =>
  [range, item[key.hash]?.S ?? '', item[key.range]?.S ?? ''].map(sortable).join('\0');

const partitionOf = (partitions: Map<string, Sorted>, hash: string): Sorted => {
  const known = partitions.get(hash);
  if (known) return known;
  const partition = openSorted();
  partitions.set(hash, partition);
  return partition;
};

const keyNames = (schema: readonly KeyElement[]): KeyNames => {
  const nameOf = (type: string): string => schema.find(({ KeyType }) => KeyType === type)?.AttributeName ?? '';
  return { hash: nameOf('HASH'), range: nameOf('RANGE') };
};

/** The key's two texts. */
export const readKey = (item: Item, { hash, range }: KeyNames): KeyNames => ({
  hash: readKeyPart(item[hash], hash, MAX_HASH_BYTES, 'hashkey'),
  range: readKeyPart(item[range], range, MAX_RANGE_BYTES, 'rangekey'),
});

/** As `readKey`, of an object that may have no other members. */
export const readOnlyKey = (key: Item | undefined, names: KeyNames): KeyNames => {
  if (key === undefined || Object.keys(key).length !== 2)
    throw validationError('The provided key element does not match the schema');
  return readKey(key, names);
};

const readKeyPart = (value: Value | undefined, name: string, maxBytes: number, what: string): string => {
  if (value === undefined)
    throw validationError(`One or more parameter values were invalid: Missing the key ${name} in the item`);
  const { S: text } = value;
  if (text === undefined)
    throw validationError(`One or more parameter values were invalid: Type mismatch for key ${name} expected: S`);
  if (text === '')
    throw validationError(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
    );
  if (byteLength(text) > maxBytes)
    throw validationError(
      `One or more parameter values were invalid: Size of ${what} has exceeded the maximum size limit of${maxBytes} bytes`,
    );
  return text;
};

const checkIndexKey = (index: string, { hash, range }: KeyNames, item: Item): void => {
  const parts = [
    { name: hash, maxBytes: MAX_HASH_BYTES },
    { name: range, maxBytes: MAX_RANGE_BYTES },
  ];
  for (const { name, maxBytes } of parts) {
    const value = item[name];
    if (value === undefined) continue;
    if (value.S === undefined)
      throw validationError(
        `One or more parameter values were invalid: Type mismatch for Index Key ${name} Expected: S IndexName: ${index}`,
      );
    if (value.S === '')
      throw validationError(
        `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: ${index}, IndexKey: ${name}`,
      );
    if (byteLength(value.S) > maxBytes)
      throw validationError(
        `One or more parameter values were invalid: Size of the key ${name} of ${index} has exceeded the maximum size limit of ${maxBytes} bytes`,
      );
  }
};

/** All tables, by their names. */
export const openTables = () => {
  const tables = new Map<string, StoredTable>();
  return {
    names: () => [...tables.keys()].sort(),
    find: (name: string): StoredTable => {
      const table = tables.get(name);
      if (!table)
        throw new DynamoError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
      return table;
    },
    create: (created: CreateTable): StoredTable => {
      if (tables.has(created.TableName))
        throw new DynamoError('ResourceInUseException', `Table already exists: ${created.TableName}`);
      const table = openTable(created);
      tables.set(created.TableName, table);
      return table;
    },
    remove: (name: string): void => {
      tables.delete(name);
    },
  };
};
export type Tables = ReturnType<typeof openTables>;
