import { isObject, type Json } from './schema.ts';

/** What is repeated and longer than this is written once. */
const LEAST_LENGTH = 300;

interface Found {
  readonly schema: Json;
  readonly name: string;
  count: number;
}

/**
 * Moves schemas that occur more than once into `components`, named by where they were first met: the JSON:API type
 * around them and the member that holds them, such as `ProfileAttributes`.
 */
export const shareSchemas = (paths: Json): { readonly paths: Json; readonly schemas: Json } => {
  const found = new Map<string, Found>();
  visit(paths, '', '', (schema, text, name) => {
    const known = found.get(text);
    if (known) known.count += 1;
    else found.set(text, { schema, name, count: 1 });
  });

  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const [text, { name, count }] of found) {
    if (count < 2) continue;
    const free = unused(name, taken);
    taken.add(free);
    names.set(text, free);
  }

  const linked = (value: unknown): unknown => {
    const text = isSchema(value) ? JSON.stringify(value) : undefined;
    const name = text === undefined ? undefined : names.get(text);
    return name === undefined ? within(value) : { $ref: `#/components/schemas/${name}` };
  };
  const within = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(linked);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, linked(member)]));
  };
  const schemas = [...names].map(([text, name]) => [name, within(found.get(text)?.schema)] as const);
  const shared = within(paths);
  return {
    paths: isObject(shared) ? shared : {},
    schemas: Object.fromEntries(schemas.toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
};

type Visit = (schema: Json, text: string, name: string) => void;

const visit = (value: unknown, resource: string, member: string, each: Visit): void => {
  if (Array.isArray(value)) {
    for (const one of value) visit(one, resource, member, each);
    return;
  }
  if (!isObject(value)) return;
  const around = resourceType(value) ?? resource;
  if (isSchema(value)) {
    const text = JSON.stringify(value);
    const name = resourceType(value) === undefined ? pascal(`${resource} ${member}`) : pascal(`${around} resource`);
    if (text.length >= LEAST_LENGTH) each(value, text, name);
  }
  for (const [key, inner] of Object.entries(value)) {
    const isStructure = ['properties', 'items', 'anyOf', 'additionalProperties', 'schema'].includes(key);
    visit(inner, around, isStructure ? member : key, each);
  }
};

/** An object schema; a record of properties that has a property called `type` is none. */
const isSchema = (value: unknown): value is Json => isObject(value) && typeOf(value).includes('object');
const typeOf = ({ type }: Json): readonly unknown[] => [type].flat();

const resourceType = ({ properties }: Json): string | undefined => {
  if (!isObject(properties) || !isObject(properties.type)) return undefined;
  return typeof properties.type.const === 'string' ? properties.type.const : undefined;
};

const pascal = (words: string): string =>
  words
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('') || 'Object';

const unused = (name: string, taken: ReadonlySet<string>): string => {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name}${n}`;
    if (!taken.has(candidate)) return candidate;
  }
};
