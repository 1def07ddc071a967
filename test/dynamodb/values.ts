import { validationError } from './errors.ts';
import { canonicalNumber, compareNumbers, numberBytes } from './expressions/numbers.ts';

/** An attribute value as DynamoDB writes it: one member, named by its type. */
export interface Value {
  S?: string;
  N?: string;
  BOOL?: boolean;
  NULL?: boolean;
  M?: Record<string, Value>;
  L?: Value[];
}
export type Item = Readonly<Record<string, Value>>;

export const MAX_ITEM_BYTES = 400 * 1_024;
const MAX_DEPTH = 32;

const isAscii = (text: string): boolean => {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
};

export const byteLength = (text: string): number => Buffer.byteLength(text);

/** A text whose order by code units is the order of the given text's bytes in UTF-8, which is DynamoDB's. */
export const sortable = (text: string): string => (isAscii(text) ? text : Buffer.from(text).toString('latin1'));

/** The bytes that DynamoDB counts for an item. Writes its numbers in their canonical form on the way. */
export const measureItem = (item: Item): number => {
  let bytes = 0;
  for (const name in item) bytes += byteLength(name) + measure(item[name], 1);
  return bytes;
};

const known = new WeakMap<Item, number>();

/** As `measureItem`, of an item that does not change any more. */
export const storedBytes = (item: Item): number => {
  const bytes = known.get(item) ?? measureItem(item);
  known.set(item, bytes);
  return bytes;
};

/** As `measureItem`, for one value. */
export const measure = (value: Value | undefined, depth = 1): number => {
  const [type, ...others] = Object.keys(value ?? {});
  if (value === undefined || type === undefined || others.length > 0)
    throw validationError('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  if (depth > MAX_DEPTH) throw validationError('Nesting Levels have exceeded supported limits');
  if (value.S !== undefined) return byteLength(value.S);
  if (value.N !== undefined) {
    value.N = canonicalNumber(value.N);
    return numberBytes(value.N);
  }
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  if (value.L !== undefined) return value.L.reduce((sum, one) => sum + 1 + measure(one, depth + 1), 3);
  if (value.M !== undefined)
    return Object.entries(value.M).reduce(
      (sum, [name, one]) => sum + 1 + byteLength(name) + measure(one, depth + 1),
      3,
    );
  throw validationError(`Values of type ${type} are not supported by the in-memory engine.`);
};

export const isEqual = (a: Value, b: Value): boolean => {
  if (a.S !== undefined) return a.S === b.S;
  if (a.N !== undefined) return a.N === b.N;
  if (a.BOOL !== undefined) return a.BOOL === b.BOOL;
  if (a.NULL !== undefined) return b.NULL !== undefined;
  if (a.L !== undefined) {
    const other = b.L;
    return other?.length === a.L.length && a.L.every((one, i) => isEqual(one, other[i] ?? {}));
  }
  const [own, other] = [a.M ?? {}, b.M];
  if (other === undefined || Object.keys(own).length !== Object.keys(other).length) return false;
  return Object.entries(own).every(([name, one]) => isEqual(one, other[name] ?? {}));
};

/** Below, at or above zero; undefined where the two have no order. */
export const compare = (a: Value, b: Value): number | undefined => {
  if (a.S !== undefined && b.S !== undefined) {
    const [x, y] = [sortable(a.S), sortable(b.S)];
    return x < y ? -1 : Number(x > y);
  }
  if (a.N !== undefined && b.N !== undefined) return compareNumbers(a.N, b.N);
  return undefined;
};
