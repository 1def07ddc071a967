import * as v from 'valibot';

type Schema = v.GenericSchema;
export type Path = readonly (string | number)[];

/** A place in a request body, and its schema. */
export interface Place {
  readonly path: Path;
  readonly kind: 'text' | 'array' | 'object';
  readonly schema: Schema;
}

const Node = v.looseObject({
  type: v.string(),
  entries: v.optional(
    v.record(
      v.string(),
      v.custom<Schema>(() => true),
    ),
  ),
  wrapped: v.optional(v.custom<Schema>(() => true)),
  item: v.optional(v.custom<Schema>(() => true)),
  value: v.optional(v.custom<Schema>(() => true)),
  options: v.optional(v.array(v.unknown())),
  literal: v.optional(v.unknown()),
});

export const nodeOf = (schema: Schema) => v.parse(Node, { ...schema });

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && 'kind' in value;
const choices = (options: readonly unknown[] = []): Schema[] => options.filter(isSchema);

/** Every place of a body that its schema reads. */
export const placesIn = (schema: Schema, path: Path = []): Place[] => {
  const { type, entries, wrapped, item, options } = nodeOf(schema);
  if (wrapped) return placesIn(wrapped, path);
  if (type === 'union' || type === 'variant') return choices(options).flatMap((one) => placesIn(one, path));
  if (entries) {
    const within = Object.entries(entries).flatMap(([name, one]) => placesIn(one, [...path, name]));
    return [{ path, kind: 'object', schema }, ...within];
  }
  if (item) return [{ path, kind: 'array', schema }, ...placesIn(item, [...path, 0])];
  if (type === 'custom' || type === 'record' || type === 'unknown') return [{ path, kind: 'object', schema }];
  return [{ path, kind: 'text', schema }];
};

/** Nearly every rule for a single value accepts one of these. */
const samples: readonly unknown[] = [
  ...[
    'a',
    'ada@example.com',
    '+4930123456',
    '2025-01-01T00:00:00Z',
    'EUR',
    'UTC',
    'people.csv',
    'Ab12',
    1,
    true,
    {},
    [],
  ],
];

const isNeeded = (schema: Schema): boolean => !v.is(v.object({ only: schema }), {});

/** A nearly minimal body that the schema accepts. */
export const sampleOf = (schema: Schema): unknown => {
  const { type, entries, wrapped, item, options, literal } = nodeOf(schema);
  if (wrapped) return sampleOf(wrapped);
  if (type === 'literal') return literal;
  if (type === 'picklist') return options?.[0];
  const [choice] = choices(options);
  if (choice) return sampleOf(choice);
  if (entries) {
    const needed = Object.entries(entries).filter(([, one]) => isNeeded(one));
    return Object.fromEntries(needed.map(([name, one]) => [name, sampleOf(one)]));
  }
  if (item) return [sampleOf(item)];
  return samples.find((one) => v.is(schema, one)) ?? 'a';
};

/** How many steps two paths have in common from the start. */
const sharedSteps = (a: Path, b: Path): number => {
  const difference = a.findIndex((step, i) => step !== b[i]);
  return difference === -1 ? a.length : difference;
};

/** The same with a value at a place. */
export const bodyWith = (schema: Schema, [step, ...rest]: Path, value: unknown): unknown => {
  if (step === undefined) return value;
  const { entries, wrapped, item, options } = nodeOf(schema);
  if (wrapped) return bodyWith(wrapped, [step, ...rest], value);
  const matched = (one: Schema): number =>
    Math.max(...placesIn(one).map(({ path }) => sharedSteps(path, [step, ...rest])));
  const [choice] = choices(options)
    .filter((one) => matched(one) > 0)
    .toSorted((a, b) => matched(b) - matched(a));
  if (choice) return bodyWith(choice, [step, ...rest], value);
  if (item) return [bodyWith(item, rest, value)];
  const own = entries?.[step];
  const around = sampleOf(schema);
  return { ...(typeof around === 'object' ? around : {}), [step]: own ? bodyWith(own, rest, value) : value };
};
