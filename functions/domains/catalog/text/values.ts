import { ExactNumber } from '../../../platform/json/exact-number.ts';

type Members = Readonly<Record<string, unknown>>;

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);

/** The value at a path. A name with dots in it is found as it is. */
export const valueAt = (fields: Members, path: string): unknown => {
  if (Object.hasOwn(fields, path)) return fields[path];
  let value: unknown = fields;
  for (const name of path.split('.')) {
    if (!isMembers(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
};

/** The texts in a value: of an array all, of an XML element its content or the link that it has. */
export const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return value.trim() === '' ? [] : [value.trim()];
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  if (value instanceof ExactNumber) return [value.text];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (!isMembers(value)) return [];
  const own = value['#text'] ?? value['@href'];
  if (own !== undefined) return textsIn(own);
  // `<categories><category>A</category></categories>`, and `{ "name": "A" }`.
  const name = value.name ?? value.title;
  return name === undefined
    ? Object.entries(value).flatMap(([key, inner]) => (key.startsWith('@') ? [] : textsIn(inner)))
    : textsIn(name);
};
