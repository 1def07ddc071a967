import type { ReturnValuesOnConditionCheckFailure } from '@aws-sdk/client-dynamodb';
import type { Operations } from './client/wire.ts';
import { definition, type Key, uniqueByKey } from './definition.ts';
import type { Entity, Item } from './entity.ts';
import { type Changes, type Condition, createExpressions } from './expression.ts';

/** One write, for `table.write` or, with others, for `table.transact`. */
export interface Write {
  readonly kind: 'put' | 'update' | 'remove' | 'check';
  readonly key: Key;
  readonly parameters: Item & { readonly Item?: Item; readonly ExpressionAttributeValues?: Item };
  /** The meaning of the parameters' expressions, for an overlay, which evaluates them itself. */
  readonly condition?: Condition | undefined;
  readonly changes?: Changes;
}

export const put = <Value extends Id, Id>(of: Entity<Value, Id>, value: Value, condition?: Condition): Write => {
  if (condition !== 'absent') rejectAppendOnly(of);
  const key = of.key(value);
  const parameters = { Item: of.toItem(value, key), ...conditionParameters(condition) };
  return { kind: 'put', key, parameters, condition };
};

/** A put that fails if an item with the key exists. */
export const create = <Value extends Id, Id>(of: Entity<Value, Id>, value: Value): Write => put(of, value, 'absent');

/**
 * Changes attributes of one existing item. `upsert` also creates it. Pass the new `value` if an index depends on the
 * changes: its index keys are then updated too.
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
  rejectAppendOnly(of);
  const build = createExpressions();
  const set = {
    ...of.encode(dropUndefined(changes.set ?? {})),
    ...(value && of.indexAttributes(value)),
    // `put` sets the type as well.
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
  rejectAppendOnly(of);
  return { kind: 'remove', key: of.key(id), parameters: conditionParameters(condition), condition };
};

/**
 * Removes an item, even of an append-only entity, to erase a person. Requires a permission that only the erasure's role
 * has.
 */
export const removeForErasure = (key: Key): Write => ({ kind: 'remove', key, parameters: {} });

/** Writes nothing. A transaction with it fails if the condition does not hold. */
export const check = <Value extends Id, Id>(of: Entity<Value, Id>, id: Id, condition: Condition): Write => ({
  kind: 'check',
  key: of.key(id),
  parameters: conditionParameters(condition),
  condition,
});

/**
 * Whether two writes concern the same item, which transactions do not allow. Such writes were planned from reads at
 * different times, and have to be planned again.
 */
export const hasDuplicateKeys = (writes: readonly Write[]): boolean => uniqueByKey(writes).length < writes.length;

export const ALL_OLD: ReturnValuesOnConditionCheckFailure = 'ALL_OLD';

/** Converts a write to a part of a transaction. */
export const transactItem = ({ kind, key, parameters }: Write, common: CommonParameters): TransactItem => {
  switch (kind) {
    case 'put':
      return { Put: { ...common, Item: {}, ...parameters } };
    case 'update':
      return { Update: { UpdateExpression: '', ...common, ...parameters, Key: { ...key } } };
    case 'remove':
      return { Delete: { ...common, ...parameters, Key: { ...key } } };
    case 'check':
      return { ConditionCheck: { ConditionExpression: '', ...common, ...parameters, Key: { ...key } } };
  }
};

/** Parameters that all kinds of writes in a transaction share. */
export interface CommonParameters {
  readonly TableName: string;
  readonly ReturnValuesOnConditionCheckFailure?: ReturnValuesOnConditionCheckFailure;
}

type TransactItem = NonNullable<Operations['TransactWriteItems']['input']['TransactItems']>[number];

/** A put over an existing item is an update. IAM cannot distinguish the two, so that this check has to. */
const rejectAppendOnly = ({ type, isAppendOnly }: Pick<Entity<object, object>, 'type' | 'isAppendOnly'>): void => {
  if (isAppendOnly) throw new Error(`Items of type ${type} are only ever made.`);
};

const conditionParameters = (condition: Condition | undefined): Item => {
  if (condition === undefined) return {};
  return condition === 'absent' ? absentCondition : buildCondition(condition);
};

const buildCondition = (condition: Condition): Item => {
  const build = createExpressions();
  return { ConditionExpression: build.condition(condition), ...build.attributes() };
};

/**
 * The key's name needs no placeholder, since DynamoDB does not reserve it. A constant, since it is the most frequent
 * condition.
 */
const absentCondition: Item = { ConditionExpression: `attribute_not_exists(${definition.pk})` };

const dropUndefined = (from: Item): Item =>
  Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined));
