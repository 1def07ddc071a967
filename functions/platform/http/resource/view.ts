import * as v from 'valibot';
import type { RequestContext } from '../context.ts';
import type { Selection } from '../query/selection.ts';
import { type Resource, type ResourceInput, resource } from '../response/jsonapi.ts';

export type Related = NonNullable<ResourceInput['relationships']>;

interface ExtraParts {
  /** Attributes that are only returned on request. */
  readonly additional?: Readonly<Record<string, unknown>>;
  /** Relationships with the identifiers of included resources. */
  readonly related?: Related;
}

/** The schema of attributes, from which a request can select. */
export type Attributes = v.GenericSchema & { readonly entries: Readonly<Record<string, v.GenericSchema>> };

/** How a type of resource is rendered, by its own endpoints and when it is included. */
export interface View<Value, Needs> {
  readonly type: string;
  readonly path: string;
  readonly schema: Attributes;
  /** The schema of a single resource, which also has the attributes that collections leave out. */
  readonly detailedSchema: Attributes;
  /** The names of attributes that collections leave out. */
  readonly details: readonly string[];
  /** The names of attributes that are only returned on request. */
  readonly additional: readonly string[];
  // A property instead of a method: TypeScript checks only its parameters strictly.
  readonly show: (
    value: Value,
    context: Needs & Pick<RequestContext, 'origin'>,
    fields?: Selection['fields'],
    extras?: ExtraParts,
  ) => Resource;
}

interface ViewDeclaration<Value, Entries extends v.ObjectEntries, Needs, Details extends v.ObjectEntries> {
  readonly type: string;
  /** The path of the collection, such as `/api/lists`. */
  readonly path: string;
  readonly entries: Entries;
  /** Attributes that are too large for collections: `getOne`, `create` and `update` load them, `list` does not. */
  readonly details?: Details;
  readonly additional?: v.ObjectEntries;
  readonly attributes: (
    value: Value,
    context: Needs,
  ) => v.InferInput<v.ObjectSchema<Entries, undefined>> & Partial<v.InferInput<v.ObjectSchema<Details, undefined>>>;
  /** By name: identifiers if they are at hand, otherwise `undefined` for links only. */
  readonly relationships?: (value: Value) => Related;
}

export const defineView = <
  Value extends { readonly id: string },
  const Entries extends v.ObjectEntries,
  Needs extends object = object,
  const Details extends v.ObjectEntries = Record<never, never>,
>({
  type,
  path,
  entries,
  details,
  additional = {},
  attributes,
  relationships,
}: ViewDeclaration<Value, Entries, Needs, Details>): View<Value, Needs> => ({
  type,
  path,
  schema: v.partial(v.object({ ...entries, ...additional })),
  detailedSchema: v.partial(v.object({ ...entries, ...details, ...additional })),
  details: Object.keys(details ?? {}),
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

/** Additional fields that a request asks for need not be repeated in its sparse fieldset. */
const withAdditional = (
  fields: Selection['fields'] | undefined,
  type: string,
  additional: ExtraParts['additional'] = {},
): Selection['fields'] | undefined =>
  fields?.[type] && { ...fields, [type]: [...fields[type], ...Object.keys(additional)] };
