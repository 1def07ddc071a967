import { DynamoError, unsupported, validationError } from './errors.ts';
import { parseCondition } from './expressions/conditions.ts';
import { type Expressions, openPlaceholders, type Placeholders } from './expressions/placeholders.ts';
import { parseUpdate } from './expressions/updates.ts';
import { type KeyNames, readOnlyKey, type StoredTable, type Tables } from './table.ts';
import { type Item, MAX_ITEM_BYTES, measureItem } from './values.ts';

export interface WriteInput extends Expressions {
  readonly TableName: string;
  readonly Item?: Item;
  readonly Key?: Item;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ReturnValues?: string;
  readonly ReturnValuesOnConditionCheckFailure?: string;
}
export type WriteKind = 'put' | 'update' | 'remove' | 'check';

/** A write that may be done: what it leaves, and what was there. */
export interface Prepared {
  readonly table: StoredTable;
  readonly key: KeyNames;
  readonly old: Item | undefined;
  /** Whether its condition holds. */
  readonly holds: boolean;
  /** The item afterward; undefined where there is none. */
  readonly next: Item | undefined;
  /** The attributes that an update names. */
  readonly changed: readonly string[];
}

/** Checks a write, and finds out what it would do. */
export const prepare = (tables: Tables, kind: WriteKind, input: WriteInput): Prepared => {
  refuseLegacy(input);
  const table = tables.find(input.TableName);
  const { Item: item, Key } = input;
  if (kind === 'put' && item === undefined) throw validationError('A put has an item');
  const measured = item ? measureItem(item) : 0;
  const key = kind === 'put' && item ? table.storableKey(item) : readOnlyKey(Key, table.key);
  if (measured > MAX_ITEM_BYTES) throw validationError('Item size has exceeded the maximum allowed size');
  const old = table.find(key);
  const given = openPlaceholders(input);
  const holds = input.ConditionExpression === undefined || parseCondition(input.ConditionExpression)(old ?? {}, given);
  const changes = kind === 'update' ? changesOf(input, { table, old, given }) : [];
  given.refuseUnused();
  const next = kind === 'put' ? item : kind === 'update' ? changed({ ...Key, ...old }, changes) : undefined;
  if (holds && kind === 'update' && next) {
    table.storableKey(next);
    if (measureItem(next) > MAX_ITEM_BYTES)
      throw validationError('Item size to update has exceeded the maximum allowed size');
  }
  return { table, key, old, holds, next: kind === 'check' ? old : next, changed: changes.map(({ name }) => name) };
};

/** An older way of saying what expressions do. */
const refuseLegacy = (input: object): void => {
  for (const member of ['Expected', 'AttributeUpdates', 'ConditionalOperator', 'ReturnConsumedCapacity'])
    if (member in input) throw unsupported(member);
};

type Changes = ReturnType<ReturnType<typeof parseUpdate>>;

const changesOf = (
  { UpdateExpression }: WriteInput,
  { table, old, given }: { readonly table: StoredTable; readonly old: Item | undefined; readonly given: Placeholders },
): Changes => {
  if (UpdateExpression === undefined) return [];
  const changes = parseUpdate(UpdateExpression)(old ?? {}, given);
  refuseKeys(
    table,
    changes.map(({ name }) => name),
  );
  return changes;
};

export const refuseKeys = ({ key }: StoredTable, names: readonly string[]): void => {
  const part = names.find((name) => name === key.hash || name === key.range);
  if (part !== undefined)
    throw validationError(
      `One or more parameter values were invalid: Cannot update attribute ${part}. This attribute is part of the key`,
    );
};

const changed = (item: Item, changes: Changes): Item => {
  const next = { ...item };
  for (const { name, to } of changes) {
    if (to === undefined) delete next[name];
    else next[name] = to;
  }
  return next;
};

export const commit = ({ table, key, next }: Prepared): void => {
  if (next) table.put(next);
  else table.remove(key);
};

/** One write, and what its answer shows. */
export const writeOne = (tables: Tables, kind: WriteKind, input: WriteInput): object => {
  const prepared = prepare(tables, kind, input);
  const { old, holds } = prepared;
  if (!holds) {
    const isShown = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && old;
    throw new DynamoError('ConditionalCheckFailedException', 'The conditional request failed', {
      ...(isShown && { Item: old }),
    });
  }
  commit(prepared);
  const Attributes = shown(prepared, input.ReturnValues);
  return Attributes && Object.keys(Attributes).length > 0 ? { Attributes } : {};
};

const shown = ({ old, next, changed: names }: Prepared, what = 'NONE'): Item | undefined => {
  const only = (item: Item = {}): Item => Object.fromEntries(names.flatMap((name) => entryOf(item, name)));
  switch (what) {
    case 'NONE':
      return undefined;
    case 'ALL_OLD':
      return old;
    case 'ALL_NEW':
      return next;
    case 'UPDATED_OLD':
      return only(old);
    case 'UPDATED_NEW':
      return only(next);
    default:
      throw validationError(`Return values set to invalid value: ${what}`);
  }
};

const entryOf = (item: Item, name: string) => {
  const value = item[name];
  return value === undefined ? [] : [[name, value] as const];
};
