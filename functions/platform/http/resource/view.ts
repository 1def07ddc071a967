import * as v from 'valibot';
import { type Resource, type ResourceInput, resource } from '../answer/jsonapi.ts';
import type { RequestContext } from '../context.ts';
import type { Selection } from '../query/reading.ts';

export type Related = NonNullable<ResourceInput['relationships']>;

interface More {
  /** Attributes that are only shown when they are asked for. */
  readonly additional?: Readonly<Record<string, unknown>>;
  /** Relationships with the identifiers of what is included. */
  readonly related?: Related;
}

/** Attributes as a schema that a request can thin out. */
export type Attributes = v.GenericSchema & { readonly entries: Readonly<Record<string, v.GenericSchema>> };

/** How one type of resource looks, wherever it is answered: by its own endpoints, or included beside others. */
export interface View<Value, Needs> {
  readonly type: string;
  readonly path: string;
  readonly schema: Attributes;
  /** The names of attributes that are only there when they are asked for. */
  readonly additional: readonly string[];
  // No method: TypeScript compares parameters of these alone strictly.
  readonly show: (
    value: Value,
    context: Needs & Pick<RequestContext, 'origin'>,
    fields?: Selection['fields'],
    more?: More,
  ) => Resource;
}

interface Declared<Value, Entries extends v.ObjectEntries, Needs> {
  readonly type: string;
  /** Where it lives, such as `/api/lists`. */
  readonly path: string;
  readonly entries: Entries;
  readonly additional?: v.ObjectEntries;
  readonly attributes: (value: Value, context: Needs) => v.InferInput<v.ObjectSchema<Entries, undefined>>;
  /** By name, identifiers where they are at hand, else `undefined`: then only the links are given. */
  readonly relationships?: (value: Value) => Related;
}

export const defineView = <
  Value extends { readonly id: string },
  const Entries extends v.ObjectEntries,
  Needs extends object = object,
>({
  type,
  path,
  entries,
  additional = {},
  attributes,
  relationships,
}: Declared<Value, Entries, Needs>): View<Value, Needs> => ({
  type,
  path,
  schema: v.partial(v.object({ ...entries, ...additional })),
  additional: Object.keys(additional),
  show: (value, context, fields, more = {}) =>
    resource(
      {
        type,
        id: value.id,
        path,
        attributes: { ...attributes(value, context), ...more.additional },
        ...(relationships && { relationships: { ...relationships(value), ...more.related } }),
      },
      context,
      withAdditional(fields, type, more.additional),
    ),
});

/** An additional field that a request asks for need not be named in its sparse fields too. */
const withAdditional = (
  fields: Selection['fields'] | undefined,
  type: string,
  additional: More['additional'] = {},
): Selection['fields'] | undefined =>
  fields?.[type] && { ...fields, [type]: [...fields[type], ...Object.keys(additional)] };
