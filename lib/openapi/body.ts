import type { Route } from '../../functions/platform/http/route.ts';
import { isObject, type Json, schemaOf } from './schema.ts';

/** A request body: only named members are accepted, and some of them are not stored. */
export const bodySchemaOf = ({ protocol, ignores }: Route, body: NonNullable<Route['body']>): Json => {
  const schema = schemaOf(body, 'input');
  // Forms accept any field.
  if (!/json/.test(protocol.requestType) || protocol.ignoresUnknownMembers) return schema;
  const ignored = ignores?.members ?? [];
  return ignored.reduce((whole, pointer) => withMember(whole, pointer.split('/').slice(1)), closed(schema));
};

/** Objects that name their members have no others. */
const closed = (value: Json): Json => {
  const inner = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, closedWithin(member)]));
  return isObject(value.properties) && value.additionalProperties === undefined
    ? { ...inner, additionalProperties: false }
    : inner;
};

const closedWithin = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(closedWithin);
  return isObject(value) ? closed(value) : value;
};

const NOT_KEPT = { description: 'Accepted, as Klaviyo documents it, and not stored.' };

const withMember = (schema: Json, [step = '', ...rest]: readonly string[]): Json => {
  if (step === '*') return { ...schema, items: withMember(asJson(schema.items), rest) };
  const properties = asJson(schema.properties);
  const member = rest.length === 0 ? NOT_KEPT : withMember(asJson(properties[step]), rest);
  return { ...schema, properties: { ...properties, [step]: member } };
};

const asJson = (value: unknown): Json => (isObject(value) ? value : {});
