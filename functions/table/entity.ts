import * as v from 'valibot';
import { definition, type IndexName, type Key } from './definition.ts';

export type Item = Readonly<Record<string, unknown>>;

export interface Entity<Value extends Id, Id> {
  readonly type: string;
  /** Its items are made and never written again. */
  readonly isAppendOnly: boolean;
  key(id: Id): Key;
  toItem(value: Value): Item;
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
  const json = new Set<string>(declared.json);
  const encode = (attributes: Item): Item =>
    json.size === 0 ? attributes : mapEntries(attributes, (name, value) => (json.has(name) ? text(value) : value));
  const indexes = (value: v.InferOutput<S>) => indexAttributes(declared.indexes?.(value) ?? {});

  return {
    type: declared.type,
    isAppendOnly: declared.isAppendOnly ?? false,
    key: declared.key,
    encode,
    indexAttributes: indexes,
    toItem: (value) => ({
      ...encode(value as Item),
      ...declared.key(value),
      ...indexes(value),
      type: declared.type,
    }),
    fromItem: (item) =>
      v.parse(
        declared.schema,
        json.size === 0 ? item : mapEntries(item, (name, value) => (json.has(name) ? untext(value) : value)),
      ),
  };
};

const text = (value: unknown): string | undefined => (value === undefined ? undefined : JSON.stringify(value));
const untext = (value: unknown): unknown => (typeof value === 'string' ? JSON.parse(value) : value);

const mapEntries = (from: Item, change: (name: string, value: unknown) => unknown): Item =>
  Object.fromEntries(Object.entries(from).map(([name, value]) => [name, change(name, value)]));

const indexAttributes = (keys: Partial<Record<IndexName, Key | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(keys).flatMap(([name, key]) => {
      const attributes = definition.indexes[name as IndexName];
      return key
        ? [
            [attributes.pk, key.pk],
            [attributes.sk, key.sk],
          ]
        : [];
    }),
  );
