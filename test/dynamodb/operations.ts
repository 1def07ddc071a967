import { unsupported, validationError } from './errors.ts';
import { executeBatch, type Statement } from './expressions/statements.ts';
import { getItem, query, type ReadInput, scan } from './reads.ts';
import { type CreateTable, openTables, readOnlyKey } from './table.ts';
import { openTransactions, type TransactWriteItems } from './transactions.ts';
import type { Item } from './values.ts';
import { type WriteInput, writeOne } from './writes.ts';

const MAX_KEYS = 100;
const MAX_BATCH_WRITES = 25;

interface Named {
  readonly TableName: string;
}
type BatchGet = Readonly<Record<string, { readonly Keys: readonly Item[] }>>;
type BatchWrite = Readonly<
  Record<string, readonly { readonly PutRequest?: { Item: Item }; readonly DeleteRequest?: { Key: Item } }[]>
>;

/** DynamoDB in the memory of one process, where every request is atomic: the operations that the product and its tests use. */
export const openOperations = () => {
  const tables = openTables();
  const transact = openTransactions(tables);
  const expiry = new Map<string, object>();

  const batchGet = ({ RequestItems }: { readonly RequestItems: BatchGet }): object => {
    const all = Object.entries(RequestItems);
    if (all.reduce((sum, [, { Keys }]) => sum + Keys.length, 0) > MAX_KEYS)
      throw validationError('Too many items requested for the BatchGetItem call');
    const found = all.map(([TableName, { Keys, ...how }]) => {
      const { key } = tables.find(TableName);
      const places = new Set(Keys.map((one) => Object.values(readOnlyKey(one, key)).join('\0')));
      if (places.size < Keys.length) throw validationError('Provided list of item keys contains duplicates');
      return [TableName, Keys.flatMap((Key) => getItem(tables, { ...how, TableName, Key }).Item ?? [])] as const;
    });
    return { Responses: Object.fromEntries(found), UnprocessedKeys: {} };
  };

  const batchWrite = ({ RequestItems }: { readonly RequestItems: BatchWrite }): object => {
    const all = Object.entries(RequestItems).flatMap(([TableName, writes]) =>
      writes.map((write) => ({ TableName, ...write })),
    );
    if (all.length > MAX_BATCH_WRITES) throw validationError('Too many items requested for the BatchWriteItem call');
    for (const { TableName, PutRequest, DeleteRequest } of all) {
      if (PutRequest) writeOne(tables, 'put', { TableName, ...PutRequest });
      if (DeleteRequest) writeOne(tables, 'remove', { TableName, ...DeleteRequest });
    }
    return { UnprocessedItems: {} };
  };

  const operations = {
    CreateTable: (input: CreateTable) => ({ TableDescription: tables.create(input).describe() }),
    DescribeTable: ({ TableName }: Named) => ({ Table: tables.find(TableName).describe() }),
    DeleteTable: ({ TableName }: Named) => {
      const TableDescription = tables.find(TableName).describe();
      tables.remove(TableName);
      return { TableDescription };
    },
    ListTables: () => ({ TableNames: tables.names() }),
    UpdateTimeToLive: ({
      TableName,
      TimeToLiveSpecification,
    }: Named & { readonly TimeToLiveSpecification: { readonly AttributeName: string } }) => {
      tables.find(TableName);
      const { AttributeName } = TimeToLiveSpecification;
      expiry.set(TableName, { TimeToLiveStatus: 'ENABLED', AttributeName });
      return { TimeToLiveSpecification };
    },
    DescribeTimeToLive: ({ TableName }: Named) => {
      tables.find(TableName);
      return { TimeToLiveDescription: expiry.get(TableName) ?? { TimeToLiveStatus: 'DISABLED' } };
    },
    GetItem: (input: ReadInput & { readonly Key: Item }) => getItem(tables, input),
    PutItem: (input: WriteInput) => writeOne(tables, 'put', input),
    UpdateItem: (input: WriteInput) => writeOne(tables, 'update', input),
    DeleteItem: (input: WriteInput) => writeOne(tables, 'remove', input),
    Query: (input: ReadInput) => query(tables, input),
    Scan: (input: ReadInput) => scan(tables, input),
    BatchGetItem: batchGet,
    BatchWriteItem: batchWrite,
    TransactWriteItems: (input: TransactWriteItems) => transact(input),
    BatchExecuteStatement: ({ Statements }: { readonly Statements: readonly Statement[] }) =>
      executeBatch(tables, Statements),
  } as const;

  return (operation: string, input: never): object => {
    if (!Object.hasOwn(operations, operation)) throw unsupported(operation);
    return operations[operation as keyof typeof operations](input);
  };
};
