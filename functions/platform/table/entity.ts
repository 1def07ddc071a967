import * as v from 'valibot';
import { parseExact } from '../json/parse-exact.ts';
import type { Item } from './client/item.ts';
import { definition, type IndexName, type Key } from './definition.ts';

export type { Item };

export interface Entity<Value extends Id, Id> {
  readonly type: string;
  /** Whether items are created once and never changed. */
  readonly isAppendOnly: boolean;
  key(id: Id): Key;
  /** `key` is the value's key, if the caller has it already. */
  toItem(value: Value, key?: Key): Item;
  fromItem(item: Item): Value;
  /** Converts attribute values to their stored form: those declared in `json` become text. */
  encode(attributes: Item): Item;
  indexAttributes(value: Value): Readonly<Record<string, string>>;
}

/**
 * Connects a schema to its keys in the table. Keys are derived from the value, so that they always match it.
 *
 * Attributes in `json` are stored as JSON text, so that any JSON of a caller is returned unchanged. (DynamoDB's numbers
 * end at 38 digits and 1e125, and its client rejects integers beyond 2^53.) They also cost less to marshal.
 */
export const entity = <Id extends object, S extends v.GenericSchema<unknown, Id>>(declaration: {
  readonly type: string;
  /** @default false */
  readonly isAppendOnly?: boolean;
  readonly schema: S;
  readonly key: (id: Id) => Key;
  readonly json?: readonly (keyof v.InferOutput<S> & string)[];
  readonly indexes?: (value: v.InferOutput<S>) => Partial<Record<IndexName, Key | undefined>>;
}): Entity<v.InferOutput<S>, Id> => {
  const json: readonly string[] = declaration.json ?? [];
  const encode = (attributes: Item): Item => convertAttributes(attributes, json, toJson);
  const indexAttributes = (value: v.InferOutput<S>) => {
    const attributes: Record<string, string> = {};
    setIndexes(attributes, declaration.indexes?.(value));
    return attributes;
  };

  return {
    type: declaration.type,
    isAppendOnly: declaration.isAppendOnly ?? false,
    key: declaration.key,
    encode,
    indexAttributes,
    toItem: (value, { pk, sk } = declaration.key(value)) => {
      // Build one object and change it: copies would be garbage for every row.
      const item: Record<string, unknown> = { ...value, pk, sk, type: declaration.type };
      for (const name of json) if (item[name] !== undefined) item[name] = toJson(item[name]);
      setIndexes(item, declaration.indexes?.(value));
      return item;
    },
    fromItem: (item) => v.parse(declaration.schema, convertAttributes(item, json, fromJson)),
  };
};

const toJson = (value: unknown): string => JSON.stringify(value);
const fromJson = (value: unknown): unknown => (typeof value === 'string' ? parseExact(value) : value);

/** Returns a copy with the named attributes converted. */
const convertAttributes = (attributes: Item, names: readonly string[], convert: (value: unknown) => unknown): Item => {
  if (names.length === 0) return attributes;
  const copy: Record<string, unknown> = { ...attributes };
  for (const name of names) if (copy[name] !== undefined) copy[name] = convert(copy[name]);
  return copy;
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

// `Object.keys` loses the type of the keys.
const indexNames = Object.keys(definition.indexes) as IndexName[];
