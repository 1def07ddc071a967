import * as v from 'valibot';
import { parseExact } from '../json/parse-exact.ts';
import type { Item } from './client/item.ts';
import { definition, type IndexName, type Key } from './definition.ts';

export type { Item };

export interface Entity<Value extends Id, Id> {
  readonly type: string;
  /** Its items are made and never written again. */
  readonly isAppendOnly: boolean;
  key(id: Id): Key;
  /** `key` is the value's own key, where the caller has it already. */
  toItem(value: Value, key?: Key): Item;
  fromItem(item: Item): Value;
  /** Attribute values as they are stored: those declared `json` as text. */
  encode(attributes: Item): Item;
  indexAttributes(value: Value): Readonly<Record<string, string>>;
}

/**
 * Ties a schema to its place in the table. Keys are derived from the value, so they can't disagree with it.
 *
 * Attributes named in `json` are kept as JSON text: whatever JSON a caller sends comes back as it was (DynamoDB's own
 * numbers end at 38 digits and 1e125, and its client refuses integers beyond 2^53), and they cost less to marshal.
 */
export const entity = <Id extends object, S extends v.GenericSchema<unknown, Id>>(declared: {
  readonly type: string;
  /** @default false */
  readonly isAppendOnly?: boolean;
  readonly schema: S;
  readonly key: (id: Id) => Key;
  readonly json?: readonly (keyof v.InferOutput<S> & string)[];
  readonly indexes?: (value: v.InferOutput<S>) => Partial<Record<IndexName, Key | undefined>>;
}): Entity<v.InferOutput<S>, Id> => {
  const json: readonly string[] = declared.json ?? [];
  const encode = (attributes: Item): Item => withText(attributes, json, text);
  const indexAttributes = (value: v.InferOutput<S>) => {
    const attributes: Record<string, string> = {};
    setIndexes(attributes, declared.indexes?.(value));
    return attributes;
  };

  return {
    type: declared.type,
    isAppendOnly: declared.isAppendOnly ?? false,
    key: declared.key,
    encode,
    indexAttributes,
    toItem: (value, { pk, sk } = declared.key(value)) => {
      // One object from the start: a copy of a copy would be garbage with every row.
      const item: Record<string, unknown> = { ...value, pk, sk, type: declared.type };
      for (const name of json) if (item[name] !== undefined) item[name] = text(item[name]);
      setIndexes(item, declared.indexes?.(value));
      return item;
    },
    fromItem: (item) => v.parse(declared.schema, withText(item, json, untext)),
  };
};

const text = (value: unknown): string => JSON.stringify(value);
const untext = (value: unknown): unknown => (typeof value === 'string' ? parseExact(value) : value);

/** A copy, with the named attributes converted to text or back. */
const withText = (from: Item, names: readonly string[], turn: (value: unknown) => unknown): Item => {
  if (names.length === 0) return from;
  const to: Record<string, unknown> = { ...from };
  for (const name of names) if (to[name] !== undefined) to[name] = turn(to[name]);
  return to;
};

const setIndexes = (attributes: Record<string, unknown>, keys: Partial<Record<IndexName, Key | undefined>> = {}) => {
  for (const name of indexNames) {
    const key = keys[name];
    if (!key) continue;
    const { pk, sk } = definition.indexes[name];
    attributes[pk] = key.pk;
    attributes[sk] = key.sk;
  }
};

// An object's keys are texts to the compiler.
const indexNames = Object.keys(definition.indexes) as IndexName[];
