import * as v from 'valibot';
import { ApiError } from '../../errors.ts';
import { boundedArray } from '../../validation/bounded-array.ts';
import { Text } from '../../validation/text.ts';
import type { Identifier, Resource } from '../answer/jsonapi.ts';
import type { RequestContext } from '../context.ts';
import type { Selection } from '../query/reading.ts';
import type { Route, routesOf } from '../route.ts';
import type { DeclaredRelationship, RelationshipVerb } from './declared.ts';
import { isPossibleId, missingText } from './id.ts';
import type { Noun } from './noun.ts';
import type { Attributes, View } from './view.ts';

/** What any endpoint of a declaration may say of itself; what is absent follows from the resource. */
export interface Endpoint {
  /** The name of the operation: that of Klaviyo's SDK where there is one. */
  readonly operation: string;
  readonly summary?: string;
  readonly description?: string;
  readonly scope?: Route['scope'];
  readonly errors?: NonNullable<Route['errors']>;
  readonly ignores?: NonNullable<Route['ignores']>;
}

/** The resource that has a relationship, as the relationship's endpoints need it. */
export interface Owner<Value, Context extends RequestContext> {
  readonly path: string;
  readonly noun: Noun;
  readonly scopes: Scopes;
  readonly route: ReturnType<typeof routesOf<Context>>;
  find(id: string, context: Context): Promise<Value>;
}

export interface Scopes {
  readonly read: Route['scope'];
  readonly write: Route['scope'];
}

export interface Included {
  readonly resources: readonly Resource[];
  /** By the id of the owner. Where it has none, the answer gives the links alone. */
  readonly linkage: ReadonlyMap<string, Identifier | readonly Identifier[] | null>;
}

/** The relationship of one type of resource to another, whose own type is known to its declaration alone. */
export interface Relationship<Value, Context extends RequestContext>
  extends Pick<DeclaredRelationship, 'type' | 'isToMany'> {
  readonly schema: Attributes;
  // No methods: TypeScript compares parameters of these alone strictly.
  readonly include?: (values: readonly Value[], selection: Selection, context: Context) => Promise<Included>;
  /** Its endpoints, by operation. */
  readonly routes: (name: string, owner: Owner<Value, Context>) => readonly RelationshipRoute[];
}

export interface RelationshipRoute {
  readonly verb: RelationshipVerb;
  readonly operation: string;
  readonly route: Route;
}

/** Shows related resources as their own endpoints show them. */
export const shownAs = <One extends { readonly id: string }, Needs>({ type, schema, show }: View<One, Needs>) => ({
  type,
  schema,
  idOf: ({ id }: One): string => id,
  show: (
    related: readonly One[],
    { fields }: Selection,
    context: Needs & Pick<RequestContext, 'origin'>,
  ): readonly Resource[] => related.map((one) => show(one, context, fields)),
});

/** What an endpoint says of itself, over what follows from the resource. */
export const described = <Default extends Partial<Pick<Route, 'summary' | 'scope' | 'errors'>>>(
  { summary, description, scope, errors, ignores }: Endpoint,
  standard: Default,
) => ({
  ...standard,
  ...(summary !== undefined && { summary }),
  ...(description !== undefined && { description }),
  ...(scope !== undefined && { scope }),
  ...(ignores !== undefined && { ignores }),
  errors: [...(standard.errors ?? []), ...(errors ?? [])],
});

const identifier = <const Type extends string>(type: Type) =>
  v.object({ type: v.literal(type), id: v.pipe(Text, v.nonEmpty('The id is empty.')) });

/** The body that names related resources. */
export const linkageOf = (type: string, { one, many }: Noun, bounds: { readonly min: number; readonly max: number }) =>
  v.object({
    data: boundedArray(identifier(type), {
      ...bounds,
      tooFew: `Name at least one ${one}.`,
      tooMany: (count) => `${count} ${many}; at most ${bounds.max} are taken.`,
    }),
  });

/** The body that names one related resource, or none. */
export const linkageOfOne = (type: string) => v.object({ data: v.nullable(identifier(type)) });

interface Naming<Context> {
  readonly noun: Noun;
  /** Where the body has the id of the one with this number. */
  readonly at: (i: number) => string;
  /** Those that are there, by the ids that were named. */
  find(ids: readonly string[], context: Context): Promise<ReadonlyMap<string, { readonly id: string }>>;
}

/** The ids by which those that are named are stored. @throws ApiError `not_found` that points at each that isn't there */
export const storedIds = async <Context>(
  named: readonly { readonly id: string }[],
  { noun, at, find }: Naming<Context>,
  context: Context,
): Promise<string[]> => {
  const found = await find(named.map(({ id }) => id).filter(isPossibleId), context);
  const problems = named.flatMap(({ id }, i) =>
    found.has(id) ? [] : [{ detail: missingText(id, noun), source: { pointer: at(i) } }],
  );
  if (problems.length > 0) throw new ApiError('not_found', problems);
  return named.flatMap(({ id }) => found.get(id)?.id ?? []);
};
