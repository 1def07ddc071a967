import { DynamoError, validationError } from '../errors.ts';
import { readOnlyKey, type StoredTable, type Tables } from '../table.ts';
import { type Item, isEqual, MAX_ITEM_BYTES, measureItem, type Value } from '../values.ts';
import { refuseKeys } from '../writes.ts';
import { remember } from './placeholders.ts';

export interface Statement {
  readonly Statement: string;
  readonly Parameters?: readonly Value[];
}

const MAX_STATEMENTS = 25;

/** Runs each statement for itself. */
export const executeBatch = (tables: Tables, statements: readonly Statement[]): object => {
  if (statements.length === 0 || statements.length > MAX_STATEMENTS)
    throw validationError(`Member must have length less than or equal to ${MAX_STATEMENTS}`);
  return { Responses: statements.map((statement) => responseOf(tables, statement)) };
};

const codes: Readonly<Record<string, string>> = {
  ConditionalCheckFailedException: 'ConditionalCheckFailed',
  DuplicateItemException: 'DuplicateItem',
  ResourceNotFoundException: 'ResourceNotFound',
  ValidationException: 'ValidationError',
};

const responseOf = (tables: Tables, statement: Statement): object => {
  try {
    const { tableName, run } = parse(statement.Statement);
    const table = tables.find(tableName);
    run(table, statement.Parameters ?? []);
    return { TableName: tableName };
  } catch (error) {
    const Code = error instanceof DynamoError ? codes[error.name] : undefined;
    if (Code === undefined || !(error instanceof Error)) throw error;
    return { Error: { Code, Message: error.message } };
  }
};

interface Parsed {
  readonly tableName: string;
  run(table: StoredTable, parameters: readonly Value[]): void;
}

const parse = remember((statement: string): Parsed => {
  const [, into, members] = /^INSERT INTO "([^"]+)" VALUE \{(.*)\}$/.exec(statement) ?? [];
  if (into !== undefined && members !== undefined) return insertion(into, members);
  const [, tableName, changes, where] = /^UPDATE "([^"]+)" (.+) WHERE (.+)$/.exec(statement) ?? [];
  if (tableName !== undefined && changes !== undefined && where !== undefined)
    return changing(tableName, changes, where);
  throw validationError(`Statement wasn't well formed, can't be processed: ${statement}`);
});

/** Each `pattern` of a text that has nothing else but `separator` between them: the name in each. */
const namesIn = (text: string, pattern: string, separator: string): readonly string[] => {
  if (!new RegExp(`^${pattern}(?:${separator}${pattern})*$`).test(text))
    throw validationError(`Statement wasn't well formed, can't be processed: ${text}`);
  return [...text.matchAll(new RegExp(pattern, 'g'))].map(([, name = '']) => name);
};

const take = (names: readonly string[], parameters: readonly Value[]): Item => {
  if (names.length !== parameters.length)
    throw validationError("Number of parameters in request and statement don't match.");
  return Object.fromEntries(names.map((name, i) => [name, parameters[i] ?? {}]));
};

const insertion = (tableName: string, members: string): Parsed => {
  const names = namesIn(members, `'([^']+)':\\?`, ',');
  return {
    tableName,
    run: (table, parameters) => {
      const item = take(names, parameters);
      const bytes = measureItem(item);
      const key = table.storableKey(item);
      if (bytes > MAX_ITEM_BYTES) throw validationError('Item size has exceeded the maximum allowed size');
      if (table.find(key)) throw new DynamoError('DuplicateItemException', 'Duplicate primary key exists in table');
      table.put(item);
    },
  };
};

const changing = (tableName: string, changes: string, where: string): Parsed => {
  const clauses = namesIn(changes, '(SET "[^"]+"=\\?|REMOVE "[^"]+")', ' ');
  const named = (verb: string) =>
    clauses.flatMap((clause) => (clause.startsWith(verb) ? (/"([^"]+)"/.exec(clause)?.[1] ?? []) : []));
  const [set, removed, conditions] = [named('SET'), named('REMOVE'), namesIn(where, '"([^"]+)"=\\?', ' AND ')];
  return {
    tableName,
    run: (table, parameters) => {
      const { hash, range } = table.key;
      refuseKeys(table, [...set, ...removed]);
      const next = take(set, parameters.slice(0, set.length));
      const { [hash]: pk, [range]: sk, ...others } = take(conditions, parameters.slice(set.length));
      const key = readOnlyKey({ ...(pk && { [hash]: pk }), ...(sk && { [range]: sk }) }, table.key);
      const old = table.find(key);
      const holds = Object.entries(others).every(([name, value]) => isEqual(value, old?.[name] ?? {}));
      if (!old || !holds) throw new DynamoError('ConditionalCheckFailedException', 'The conditional request failed');
      const item = { ...old, ...next };
      for (const name of removed) delete item[name];
      table.storableKey(item);
      if (measureItem(item) > MAX_ITEM_BYTES)
        throw validationError('Item size to update has exceeded the maximum allowed size');
      table.put(item);
    },
  };
};
