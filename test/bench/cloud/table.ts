import { DatabaseSync } from 'node:sqlite';
import { type Attributes, holds, type Placeholders, updated } from './expressions.ts';

interface Write extends Placeholders {
  readonly Item?: Attributes;
  readonly Key?: Attributes;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
}

interface Asked extends Write {
  readonly IndexName?: string;
  readonly KeyConditionExpression?: string;
  readonly ScanIndexForward?: boolean;
  readonly Limit?: number;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly Attributes[] }>>;
  readonly TransactItems?: readonly Readonly<Record<string, Write>>[];
  readonly Statements?: readonly { readonly Statement: string; readonly Parameters: readonly Attributes[string][] }[];
}

export interface Answer {
  readonly status: number;
  readonly body: object;
}

const ACCOUNTS = 'ACCOUNTS';
const COMMIT_EVERY = 2_000;

/**
 * A table that keeps what it is given, with DynamoDB's conditions, on disk: as many items as a soak has in the memory of
 * one page cache. One process, so that every request is an atom.
 */
export const openTable = (file: string) => {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-400000; PRAGMA locking_mode=EXCLUSIVE');
  db.exec('CREATE TABLE items (pk TEXT, sk TEXT, item TEXT, PRIMARY KEY (pk, sk)) WITHOUT ROWID; BEGIN');
  const select = db.prepare('SELECT item FROM items WHERE pk = ? AND sk = ?');
  const replace = db.prepare('INSERT OR REPLACE INTO items VALUES (?, ?, ?)');
  const insert = db.prepare('INSERT OR IGNORE INTO items VALUES (?, ?, ?)');
  const erase = db.prepare('DELETE FROM items WHERE pk = ? AND sk = ?');
  const range = (order: string) =>
    db.prepare(`SELECT item FROM items WHERE pk = ? AND sk BETWEEN ? AND ? ORDER BY sk ${order} LIMIT ?`);
  const [ascending, descending] = [range('ASC'), range('DESC')];
  let writes = 0;
  /** Of indexes only this is asked for. */
  const accounts: Attributes[] = [];

  const keyOf = ({ pk, sk }: Attributes): [string, string] => [String(pk?.S), String(sk?.S)];
  const read = (key: Attributes): Attributes | undefined => {
    const row = select.get(...keyOf(key));
    return row && JSON.parse(String(row.item));
  };
  const wrote = (): void => {
    writes += 1;
    if (writes % COMMIT_EVERY === 0) db.exec('COMMIT; BEGIN');
  };
  const apply = (write: Write, current: Attributes | undefined): void => {
    wrote();
    const { Item, Key, UpdateExpression } = write;
    if (Item?.gsi1pk?.S === ACCOUNTS) accounts.push(Item);
    if (Item) replace.run(...keyOf(Item), JSON.stringify(Item));
    else if (Key && UpdateExpression)
      replace.run(...keyOf(Key), JSON.stringify(updated(UpdateExpression, current ?? Key, write)));
    else if (Key) erase.run(...keyOf(Key));
  };
  const currentOf = ({ Item, Key }: Write): Attributes | undefined => read(Item ?? Key ?? {});

  const one = (write: Write): Answer => {
    const current = currentOf(write);
    if (!holds(write.ConditionExpression, current, write)) {
      return failure('ConditionalCheckFailedException', { ...(current && { Item: current }) });
    }
    apply(write, current);
    return { status: 200, body: {} };
  };

  const transact = (items: NonNullable<Asked['TransactItems']>): Answer => {
    const all = items.map((item) => {
      const [[kind = '', write = {}] = []] = Object.entries(item);
      return { kind, write, current: currentOf(write) };
    });
    const bad = all.map(({ write, current }) => !holds(write.ConditionExpression, current, write));
    if (bad.includes(true)) {
      const CancellationReasons = all.map(({ current }, i) =>
        bad[i] ? { Code: 'ConditionalCheckFailed', ...(current && { Item: current }) } : { Code: 'None' },
      );
      return failure('TransactionCanceledException', { CancellationReasons });
    }
    for (const { kind, write, current } of all) if (kind !== 'ConditionCheck') apply(write, current);
    return { status: 200, body: {} };
  };

  /** An UPDATE of some attributes, by the key and one attribute more at most. */
  const changed = ({ Statement, Parameters }: NonNullable<Asked['Statements']>[number]): object => {
    const [changes = '', where = ''] = Statement.split(' WHERE ');
    const set = namesIn(changes);
    const given = new Map(namesIn(where).map((name, i) => [name, Parameters[set.length + i]]));
    const current = read(Object.fromEntries(given) as Attributes);
    const holds = [...given].every(([name, value]) => JSON.stringify(current?.[name]) === JSON.stringify(value));
    if (!current || !holds)
      return { Error: { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' } };
    const next: Record<string, Attributes[string]> = { ...current };
    for (const [i, name] of set.entries()) next[name] = Parameters[i] ?? {};
    for (const [, name = ''] of changes.matchAll(/REMOVE "([^"]+)"/g)) delete next[name];
    wrote();
    replace.run(...keyOf(next), JSON.stringify(next));
    return {};
  };

  const inserted = ({ Statement, Parameters }: NonNullable<Asked['Statements']>[number]): object => {
    const names = [...Statement.matchAll(/'([^']+)':\?/g)].map(([, name = '']) => name);
    const item = Object.fromEntries(names.map((name, i) => [name, Parameters[i] ?? {}]));
    wrote();
    const { changes } = insert.run(...keyOf(item), JSON.stringify(item));
    return changes === 0 ? { Error: { Code: 'DuplicateItem', Message: 'Duplicate' } } : {};
  };

  const executed = (one: NonNullable<Asked['Statements']>[number]): object =>
    one.Statement.startsWith('INSERT') ? inserted(one) : changed(one);

  const query = (asked: Asked): Answer => {
    const {
      KeyConditionExpression = '',
      ExpressionAttributeValues = {},
      IndexName,
      Limit = 1_000,
      ScanIndexForward = true,
    } = asked;
    const [pk = '', low = '', high = ''] = [...KeyConditionExpression.matchAll(/:v\d+/g)].map(([name]) =>
      String(ExpressionAttributeValues[name]?.S),
    );
    if (IndexName !== undefined) return { status: 200, body: { Items: pk === ACCOUNTS ? accounts : [] } };
    const rows = (ScanIndexForward ? ascending : descending).all(pk, low, high, Limit);
    return { status: 200, body: { Items: rows.map(({ item }) => JSON.parse(String(item))) } };
  };

  return (operation: string, asked: Asked): Answer => {
    switch (operation) {
      case 'GetItem': {
        const Item = read(asked.Key ?? {});
        return { status: 200, body: Item ? { Item } : {} };
      }
      case 'BatchGetItem': {
        const found = Object.entries(asked.RequestItems ?? {}).map(([name, { Keys = [] }]) => [
          name,
          Keys.flatMap((key) => read(key) ?? []),
        ]);
        return { status: 200, body: { Responses: Object.fromEntries(found), UnprocessedKeys: {} } };
      }
      case 'Query':
        return query(asked);
      case 'TransactWriteItems':
        return transact(asked.TransactItems ?? []);
      case 'BatchExecuteStatement':
        return { status: 200, body: { Responses: (asked.Statements ?? []).map(executed) } };
      default:
        return one(asked);
    }
  };
};

const namesIn = (clause: string): string[] => [...clause.matchAll(/"([^"]+)"=\?/g)].map(([, name = '']) => name);

const failure = (name: string, more: object): Answer => ({
  status: 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: name, ...more },
});
