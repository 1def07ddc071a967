import * as v from 'valibot';

/** A schema of an OpenAPI document. */
export type Node = Readonly<Record<string, unknown>>;

/**
 * The outline of a body: an object by its members (`name*` is required), a list as an array of one, a scalar as
 * `string`, `number`, `integer`, `boolean`, `date-time` or its only values as `=a|b`; `object` accepts any members.
 */
export type Outline = string | readonly [Outline] | { readonly [member: string]: Outline };

const Loose = v.looseObject({});
const Members = v.record(v.string(), Loose);
const Schema = v.object({
  type: v.optional(v.string()),
  format: v.optional(v.string()),
  enum: v.optional(v.array(v.unknown())),
  properties: v.optional(Members),
  required: v.optional(v.array(v.string()), []),
  items: v.optional(Loose),
  oneOf: v.optional(v.array(Loose)),
  anyOf: v.optional(v.array(Loose)),
  allOf: v.optional(v.array(Loose)),
});

/** Schemas that contain themselves. Tests of their own cover them. */
const OPAQUE = /\/FormDefinition$/;

/** Reads the schemas of a document. */
export const bodyOf = (document: object) => {
  /** The resolved schema; a composite one has the members of all its parts. */
  const deref = (node: Node): Node => {
    if (typeof node.$ref === 'string') {
      const steps = node.$ref.split('/').slice(1);
      return deref(
        v.parse(
          Loose,
          steps.reduce<unknown>((at, step) => v.parse(Loose, at)[step], document),
        ),
      );
    }
    return Array.isArray(node.allOf) ? joined(node.allOf.map((one) => deref(v.parse(Loose, one)))) : node;
  };
  const joined = (all: readonly Node[]): Node => {
    const parts = all.map((one) => v.parse(Schema, one));
    const names = new Set(parts.flatMap(({ properties = {} }) => Object.keys(properties)));
    const of = (name: string): Node[] =>
      parts.flatMap(({ properties }): Node[] => (properties?.[name] ? [properties[name]] : []));
    return {
      type: 'object',
      properties: Object.fromEntries(
        [...names].map((name) => {
          const [one = {}, ...others] = of(name);
          return [name, others.length > 0 ? { allOf: [one, ...others] } : one];
        }),
      ),
      required: parts.flatMap(({ required }) => required),
    };
  };
  const outline = (node: Node): Outline => {
    if (typeof node.$ref === 'string' && OPAQUE.test(node.$ref)) return 'object';
    const { type, format, enum: values, properties, required, items, ...choices } = v.parse(Schema, deref(node));
    const options = choices.oneOf ?? choices.anyOf;
    if (options) {
      const all = options.map(outline);
      // A text or a list of texts: both are written as the list.
      return all.find((one) => Array.isArray(one)) ?? all[0] ?? 'object';
    }
    if (values) return `=${values.join('|')}`;
    if (properties)
      return Object.fromEntries(
        Object.entries(properties).map(([name, of]) => [required.includes(name) ? `${name}*` : name, outline(of)]),
      );
    if (items) return [outline(items)];
    return format === 'date-time' ? format : (type ?? 'object');
  };
  return { deref, outline };
};

/** Pointers to all members, with `*` for every element of a list. */
export const pointersOf = (outline: Outline, at = ''): string[] => {
  if (typeof outline === 'string') return [];
  if (isList(outline)) return pointersOf(outline[0], `${at}/*`);
  return Object.entries(outline).flatMap(([name, of]) => {
    const pointer = `${at}/${name.replace('*', '')}`;
    return [pointer, ...pointersOf(of, pointer)];
  });
};

export const isList = (outline: Outline): outline is readonly [Outline] => Array.isArray(outline);
