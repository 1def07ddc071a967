import * as v from 'valibot';
import { ApiError } from '../../errors.ts';
import { boundedArray } from '../../validation/bounded-array.ts';
import { Text } from '../../validation/text.ts';
import type { RequestContext } from '../context.ts';
import type { Selection } from '../query/selection.ts';
import type { Identifier, Resource } from '../response/jsonapi.ts';
import type { Route, routeFactory } from '../route.ts';
import { isPossibleId, notFoundText } from './id.ts';
import type { Noun } from './noun.ts';
import type { DeclaredRelationship, RelationshipVerb } from './registry.ts';
import type { Attributes, View } from './view.ts';

/** The documentation of an endpoint. What is absent is derived from the resource. */
export interface Endpoint {
  /** The name of the operation, as in Klaviyo's SDK where it has one. */
  readonly operation: string;
  readonly summary?: string;
  readonly description?: string;
  readonly scope?: Route['scope'];
  readonly errors?: NonNullable<Route['errors']>;
  readonly ignores?: NonNullable<Route['ignores']>;
}

/** The resource that owns a relationship, as the relationship's endpoints need it. */
export interface Owner<Value, Context extends RequestContext> {
  readonly path: string;
  readonly noun: Noun;
  readonly scopes: Scopes;
  readonly route: ReturnType<typeof routeFactory<Context>>;
  getOne(id: string, context: Context): Promise<Value>;
}

export interface Scopes {
  readonly read: Route['scope'];
  readonly write: Route['scope'];
}

export interface IncludedResources {
  readonly resources: readonly Resource[];
  /** By the id of the owner. An owner without an entry has links only. */
  readonly linkage: ReadonlyMap<string, Identifier | readonly Identifier[] | null>;
}

/** A relationship between two types of resources. Only its declaration knows the related type. */
export interface Relationship<Value, Context extends RequestContext>
  extends Pick<DeclaredRelationship, 'type' | 'isToMany' | 'isRequired'> {
  readonly schema: Attributes;
  // Properties instead of methods: TypeScript checks only their parameters strictly.
  readonly include?: (values: readonly Value[], selection: Selection, context: Context) => Promise<IncludedResources>;
  /** The endpoints of the relationship. */
  readonly routes: (name: string, owner: Owner<Value, Context>) => readonly RelationshipRoute[];
}

export interface RelationshipRoute {
  readonly verb: RelationshipVerb;
  readonly operation: string;
  readonly route: Route;
}

/** Renders related resources with the view of their own endpoints. */
export const fromView = <One extends { readonly id: string }, Needs>({ type, schema, show }: View<One, Needs>) => ({
  type,
  schema,
  idOf: ({ id }: One): string => id,
  show: (
    related: readonly One[],
    { fields }: Selection,
    context: Needs & Pick<RequestContext, 'origin'>,
  ): readonly Resource[] => related.map((one) => show(one, context, fields)),
});

/** Merges an endpoint's documentation with the defaults of the resource. */
export const describeEndpoint = <Default extends Partial<Pick<Route, 'summary' | 'scope' | 'errors'>>>(
  { summary, description, scope, errors, ignores }: Endpoint,
  defaults: Default,
) => ({
  ...defaults,
  ...(summary !== undefined && { summary }),
  ...(description !== undefined && { description }),
  ...(scope !== undefined && { scope }),
  ...(ignores !== undefined && { ignores }),
  errors: [...(defaults.errors ?? []), ...(errors ?? [])],
});

const identifierSchema = <const Type extends string>(type: Type) =>
  v.object({ type: v.literal(type), id: v.pipe(Text, v.nonEmpty('The id is empty.')) });

/** The body with the identifiers of related resources. */
export const linkageSchema = (
  type: string,
  { one, many }: Noun,
  bounds: { readonly min: number; readonly max: number },
) =>
  v.object({
    data: boundedArray(identifierSchema(type), {
      ...bounds,
      tooFew: `Name at least one ${one}.`,
      tooMany: (count) => `${count} ${many}; at most ${bounds.max} are allowed.`,
    }),
  });

/** The body with the identifier of one related resource, or null. */
export const toOneLinkageSchema = (type: string) => v.object({ data: v.nullable(identifierSchema(type)) });

interface IdResolver<Context> {
  readonly noun: Noun;
  /** The pointer to the identifier with this index. */
  readonly at: (i: number) => string;
  /** Finds the existing resources, by the requested ids. */
  find(ids: readonly string[], context: Context): Promise<ReadonlyMap<string, { readonly id: string }>>;
}

/** Resolves identifiers to stored ids. @throws ApiError `not_found` that points at each missing resource */
export const resolveIds = async <Context>(
  identifiers: readonly { readonly id: string }[],
  { noun, at, find }: IdResolver<Context>,
  context: Context,
): Promise<string[]> => {
  const stored = await find(identifiers.map(({ id }) => id).filter(isPossibleId), context);
  const problems = identifiers.flatMap(({ id }, i) =>
    stored.has(id) ? [] : [{ detail: notFoundText(id, noun), source: { pointer: at(i) } }],
  );
  if (problems.length > 0) throw new ApiError('not_found', problems);
  return identifiers.flatMap(({ id }) => stored.get(id)?.id ?? []);
};
