import { isObject, type Json } from './schema.ts';

/** Repeated schemas longer than this are written once. */
const LEAST_LENGTH = 300;

interface Found {
  readonly schema: Json;
  readonly name: string;
  count: number;
}

/**
 * Moves repeated schemas into `components`, named by their first occurrence: the enclosing JSON:API type and member,
 * such as `ProfileAttributes`.
 */
export const shareSchemas = (paths: Json): { readonly paths: Json; readonly schemas: Json } => {
  const found = new Map<string, Found>();
  visit(paths, { resource: '', member: '', side: '' }, (schema, text, name) => {
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

interface Place {
  /** The enclosing JSON:API type, and the member that holds the schema. */
  readonly resource: string;
  readonly member: string;
  /** Distinguishes request schemas from response schemas. */
  readonly side: '' | 'input';
}

const visit = (value: unknown, place: Place, each: Visit): void => {
  if (Array.isArray(value)) {
    for (const one of value) visit(one, place, each);
    return;
  }
  if (!isObject(value)) return;
  if (isSchema(value)) {
    const text = JSON.stringify(value);
    if (text.length >= LEAST_LENGTH) each(value, text, pascal(`${nameOf(value, place)} ${place.side}`));
  }
  const resource = resourceType(value) ?? place.resource;
  for (const [key, inner] of Object.entries(value)) {
    const isStructure = ['properties', 'items', 'anyOf', 'additionalProperties', 'schema'].includes(key);
    const side = key === 'requestBody' ? 'input' : place.side;
    visit(inner, { resource, member: isStructure ? place.member : key, side }, each);
  }
};

const nameOf = (schema: Json, { resource, member }: Place): string => {
  const own = resourceType(schema);
  if (own !== undefined) return `${own} resource`;
  const { data } = membersOf(schema);
  const one = isObject(data) ? resourceType(data) : undefined;
  if (one !== undefined) return `${one} document`;
  const many = isObject(data) && isObject(data.items) ? resourceType(data.items) : undefined;
  return many === undefined ? `${resource} ${member}` : `${many} collection`;
};

const membersOf = ({ properties }: Json): Json => (isObject(properties) ? properties : {});

/** True for an object schema, and not for a map of properties with a property named `type`. */
const isSchema = (value: unknown): value is Json => isObject(value) && typeOf(value).includes('object');
const typeOf = ({ type }: Json): readonly unknown[] => [type].flat();

const resourceType = (schema: Json): string | undefined => {
  const { type } = membersOf(schema);
  return isObject(type) && typeof type.const === 'string' ? type.const : undefined;
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
