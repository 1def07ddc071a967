import type { ReturnValuesOnConditionCheckFailure } from '@aws-sdk/client-dynamodb';
import type { Operations } from './client/wire.ts';
import { definition, type Key, uniqueByKey } from './definition.ts';
import type { Entity, Item } from './entity.ts';
import { type Changes, type Condition, expressions } from './expression.ts';

/** One write, ready for `table.write` alone or `table.transact` with others. */
export interface Write {
  readonly kind: 'put' | 'update' | 'remove' | 'check';
  readonly key: Key;
  readonly parameters: Item & { readonly Item?: Item; readonly ExpressionAttributeValues?: Item };
  /** What the expressions among the parameters mean, for an overlay, which evaluates them itself. */
  readonly condition?: Condition | undefined;
  readonly changes?: Changes;
}

export const put = <Value extends Id, Id>(of: Entity<Value, Id>, value: Value, condition?: Condition): Write => {
  if (condition !== 'absent') refuseAppendOnly(of);
  const key = of.key(value);
  const parameters = { Item: of.toItem(value, key), ...conditional(condition) };
  return { kind: 'put', key, parameters, condition };
};

/** A put that fails where the key is taken. */
export const create = <Value extends Id, Id>(of: Entity<Value, Id>, value: Value): Write => put(of, value, 'absent');

/**
 * Changes the named attributes of one item that is there; `upsert` also makes it. Give the whole new `value` where an index depends on what changes: its
 * index keys are then set from it.
 */
export const update = <Value extends Id, Id>(
  of: Entity<Value, Id>,
  id: Id,
  {
    value,
    upsert = false,
    condition = upsert ? undefined : 'present',
    ...changes
  }: Changes & { readonly value?: Value; readonly condition?: Condition | undefined; readonly upsert?: boolean },
): Write => {
  refuseAppendOnly(of);
  const build = expressions();
  const set = {
    ...of.encode(defined(changes.set ?? {})),
    ...(value && of.indexAttributes(value)),
    // As every item has that is put.
    ...(upsert && { type: of.type }),
  };
  return {
    kind: 'update',
    key: of.key(id),
    parameters: {
      UpdateExpression: build.update({ ...changes, set }),
      ...(condition !== undefined && { ConditionExpression: build.condition(condition) }),
      ...build.attributes(),
    },
    condition,
    changes: { ...changes, set },
  };
};

export const remove = <Value extends Id, Id>(of: Entity<Value, Id>, id: Id, condition?: Condition): Write => {
  refuseAppendOnly(of);
  return { kind: 'remove', key: of.key(id), parameters: conditional(condition), condition };
};

/** Removes the item of a key, of append-only entities too: for the erasure of a person. Only its role may do that. */
export const removeForErasure = (key: Key): Write => ({ kind: 'remove', key, parameters: {} });

/** Writes nothing; a transaction that holds it fails where the condition does not hold. */
export const check = <Value extends Id, Id>(of: Entity<Value, Id>, id: Id, condition: Condition): Write => ({
  kind: 'check',
  key: of.key(id),
  parameters: conditional(condition),
  condition,
});

/**
 * Whether two writes are of one item, which no transaction may hold: they were planned from reads of different moments,
 * and have to be planned again.
 */
export const hasDuplicateKeys = (writes: readonly Write[]): boolean => uniqueByKey(writes).length < writes.length;

export const ALL_OLD: ReturnValuesOnConditionCheckFailure = 'ALL_OLD';

/** A write as a part of a transaction; `more` is what all of its kinds may have. */
export const transactItem = ({ kind, key, parameters }: Write, more: CommonParameters): TransactItem => {
  switch (kind) {
    case 'put':
      return { Put: { ...more, Item: {}, ...parameters } };
    case 'update':
      return { Update: { UpdateExpression: '', ...more, ...parameters, Key: { ...key } } };
    case 'remove':
      return { Delete: { ...more, ...parameters, Key: { ...key } } };
    case 'check':
      return { ConditionCheck: { ConditionExpression: '', ...more, ...parameters, Key: { ...key } } };
  }
};

/** What all kinds of writes may have in a transaction. */
export interface CommonParameters {
  readonly TableName: string;
  readonly ReturnValuesOnConditionCheckFailure?: ReturnValuesOnConditionCheckFailure;
}

type TransactItem = NonNullable<Operations['TransactWriteItems']['input']['TransactItems']>[number];

/** A put over an item is an update in disguise, which IAM can't tell from a new one: here is where it can be. */
const refuseAppendOnly = ({ type, isAppendOnly }: Pick<Entity<object, object>, 'type' | 'isAppendOnly'>): void => {
  if (isAppendOnly) throw new Error(`Items of type ${type} are only ever made.`);
};

const conditional = (condition: Condition | undefined): Item => {
  if (condition === undefined) return {};
  return condition === 'absent' ? absent : built(condition);
};

const built = (condition: Condition): Item => {
  const build = expressions();
  return { ConditionExpression: build.condition(condition), ...build.attributes() };
};

/** A key's name is no word that DynamoDB reserves: it needs no other, and rows say this most. */
const absent: Item = { ConditionExpression: `attribute_not_exists(${definition.pk})` };

const defined = (from: Item): Item =>
  Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined));
