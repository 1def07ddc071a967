import type { RequestContext } from '../context.ts';
import type { Reading, Selection } from '../query/selection.ts';
import type { Resource } from '../response/jsonapi.ts';
import type { Relationship } from './relationship.ts';
import type { Attributes, Related } from './view.ts';

type Relationships<Value, Context extends RequestContext> = Readonly<Record<string, Relationship<Value, Context>>>;

/** The fields that a request can select, and the relationships that it can include. */
export const includeReading = <Value, Context extends RequestContext>(
  { type, schema }: { readonly type: string; readonly schema: Attributes },
  relationships: Relationships<Value, Context>,
): Pick<Reading, 'fields' | 'include'> => {
  const includable = Object.entries(relationships).filter(([, one]) => one.include !== undefined);
  const relatedSchemas = includable.map(([, one]) => [one.type, one.schema] as const);
  return {
    fields: Object.fromEntries([[type, schema], ...relatedSchemas]),
    ...(includable.length > 0 && { include: includable.map(([name]) => name) }),
  };
};

interface IncludeRequest<Context> {
  readonly selection: Selection;
  readonly context: Context;
}

interface Included {
  readonly linkage: (owner: { readonly id: string }) => Related;
  readonly included: readonly Resource[] | undefined;
}

/** Loads the resources that a request includes, and the identifiers for each value's relationships. */
export const loadIncluded = async <Value, Context extends RequestContext>(
  values: readonly Value[],
  { selection, context }: IncludeRequest<Context>,
  relationships: Relationships<Value, Context>,
): Promise<Included> => {
  if (selection.include.length === 0) return { linkage: () => ({}), included: undefined };
  const included = await Promise.all(
    selection.include.map(
      async (name) => [name, await relationships[name]?.include?.(values, selection, context)] as const,
    ),
  );
  return {
    linkage: ({ id }) =>
      Object.fromEntries(
        included.flatMap(([name, one]) => {
          const data = one?.linkage.get(id);
          return data === undefined ? [] : [[name, data]];
        }),
      ),
    included: included.flatMap(([, one]) => one?.resources ?? []),
  };
};
