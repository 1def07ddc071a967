import { type ConversionConfig, toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';

export type Json = Readonly<Record<string, unknown>>;

/** A valibot schema as JSON Schema 2020-12: of the input (`input`) or of the response (`output`). */
export const schemaOf = (schema: v.GenericSchema, typeMode: 'input' | 'output'): Json => {
  const { $schema: _, ...converted } = toJsonSchema(schema, { ...config, typeMode });
  return tidy(converted);
};

const config: ConversionConfig = {
  target: 'draft-2020-12',
  // Rules in code (`check`, `rawCheck`) have no counterpart; their error messages describe them.
  errorMode: 'ignore',
  overrideSchema({ valibotSchema, jsonSchema }) {
    if (valibotSchema.type === 'custom') return { ...jsonSchema, ...typesTaken(valibotSchema) };
    if (valibotSchema.type === 'date') return { type: 'string', format: 'date-time' };
    return undefined;
  },
  overrideAction({ valibotAction, jsonSchema }) {
    if (valibotAction.type !== 'regex' || !('requirement' in valibotAction)) return undefined;
    // JSON Schema has no flags: a pattern that needs them would change its meaning.
    const { pattern: _, ...rest } = jsonSchema;
    const { requirement } = valibotAction;
    return requirement instanceof RegExp && requirement.flags !== '' ? rest : undefined;
  },
};

const samples = { null: null, boolean: true, number: 1, string: 'a', array: [], object: {} };

/** Custom rules can't be read, but they can be tried with a sample of each type. */
const typesTaken = (schema: Parameters<typeof v.is>[0]) => {
  const types = Object.entries(samples).flatMap(([type, sample]) => (v.is(schema, sample) ? [type] : []));
  const [first] = types;
  if (first === undefined || types.length === Object.keys(samples).length) return {};
  // The names are JSON Schema's, which fromEntries can't express.
  return types.length === 1 ? { type: first as 'object' } : {};
};

/**
 * The same schema in a shorter form: `type: [string, null]` for a choice of two, without members that have no effect.
 */
const tidy = (value: unknown): Json => {
  const walked = walk(value);
  return isObject(walked) ? walked : {};
};

const walk = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(walk);
  if (!isObject(value)) return value;
  return simplify(Object.fromEntries(Object.entries(value).map(([name, member]) => [name, walk(member)])));
};

const simplify = (schema: Json): Json => {
  const { required, propertyNames, anyOf, ...others } = schema;
  const rest = Object.fromEntries(Object.entries(others).filter(([name, value]) => name !== 'minItems' || value !== 0));
  const kept: Json = {
    ...rest,
    ...(!(Array.isArray(required) && required.length === 0) && required !== undefined && { required }),
    ...(!(isObject(propertyNames) && propertyNames.type === 'string' && Object.keys(propertyNames).length === 1) &&
      propertyNames !== undefined && { propertyNames }),
  };
  if (!Array.isArray(anyOf)) return anyOf === undefined ? kept : { ...kept, anyOf };
  const [some, nothing, ...more] = anyOf;
  const isNullable = more.length === 0 && isObject(nothing) && nothing.type === 'null';
  if (!isNullable || !isObject(some)) return { ...kept, anyOf };
  if (Object.keys(some).length === 0) return kept;
  if (Array.isArray(some.anyOf)) return { ...kept, ...some, anyOf: [...some.anyOf, nothing] };
  if (typeof some.type !== 'string' || 'const' in some) return { ...kept, anyOf };
  return {
    ...kept,
    ...some,
    type: [some.type, 'null'],
    ...(Array.isArray(some.enum) && { enum: [...some.enum, null] }),
  };
};

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
