import * as v from 'valibot';
import type { RequestContext } from '../context.ts';
import type { Reading, Selection } from '../query/selection.ts';
import { documentSchema, type Resource, resourceDocument } from '../response/jsonapi.ts';
import { type Noun, withArticle } from './noun.ts';
import {
  describeEndpoint,
  type Endpoint,
  type Owner,
  type Relationship,
  type RelationshipRoute,
  resolveIds,
  toOneLinkageSchema,
} from './relationship.ts';
import { findUnknownIds } from './unknown-ids.ts';
import type { Attributes } from './view.ts';

export interface ToOne<Value, One, Context> {
  /** The type of the related resource. */
  readonly type: string;
  readonly noun: Noun;
  readonly schema: Attributes;
  /** Reads the related resources, by the ids of their owners. An owner without an entry has none. */
  read(values: readonly Value[], context: Context): Promise<ReadonlyMap<string, One>>;
  show(
    related: readonly One[],
    selection: Selection,
    context: Context,
  ): readonly Resource[] | Promise<readonly Resource[]>;
  readonly idOf: (related: One) => string;
  readonly isIncludable?: boolean;
  /** Every owner has one: answers are never null. */
  readonly isRequired?: boolean;
  readonly related?: Endpoint & { readonly additionalFields?: NonNullable<Reading['additionalFields']> };
  readonly ids?: Endpoint;
  readonly replace?: Endpoint & {
    /** Finds the existing resources, by the requested ids. */
    find(ids: readonly string[], context: Context): Promise<ReadonlyMap<string, { readonly id: string }>>;
    run(value: Value, id: string | undefined, context: Context): Promise<unknown>;
  };
}

/** A relationship to one resource of another type, or to none. */
export const toOne = <Value extends { readonly id: string }, One, Context extends RequestContext>(
  declaration: ToOne<Value, One, Context>,
): Relationship<Value, Context> => {
  const { type, schema, read, show, idOf, isIncludable = false, isRequired = false } = declaration;
  return {
    type,
    schema,
    isToMany: false,
    isRequired,
    ...(isIncludable && {
      async include(values, selection, context) {
        const relatedByOwner = await read(values, context);
        const distinct = new Map([...relatedByOwner.values()].map((related) => [idOf(related), related]));
        const identifierOf = (related: One | undefined) => (related ? { type, id: idOf(related) } : null);
        return {
          resources: await show([...distinct.values()], selection, context),
          linkage: new Map(values.map(({ id }) => [id, identifierOf(relatedByOwner.get(id))])),
        };
      },
    }),
    routes: (name, owner) => [...readRoutes(name, declaration, owner), ...replaceRoute(name, declaration, owner)],
  };
};

const readRoutes = <Value extends { readonly id: string }, One, Context extends RequestContext>(
  name: string,
  { type, noun, schema, read, show, idOf, isRequired = false, related, ids }: ToOne<Value, One, Context>,
  { path, noun: ownNoun, scopes, route, getOne }: Owner<Value, Context>,
): RelationshipRoute[] => {
  const defaults = { scope: scopes.read, errors: ['not_found'] } as const;
  const identifier = v.object({ type: v.literal(type), id: v.string() });
  const routes: RelationshipRoute[] = [];
  if (related) {
    const { operation, additionalFields } = related;
    const endpoint = route({
      method: 'GET',
      path: `${path}/{id}/${name}`,
      status: 200,
      ...describeEndpoint(related, { ...defaults, summary: `Get the ${noun.one} of ${withArticle(ownNoun)}` }),
      reading: { fields: { [type]: schema }, ...(additionalFields && { additionalFields }) },
      result: isRequired ? documentSchema(type, schema) : v.union([documentSchema(type, schema), nullDocumentSchema]),

      async handle({ params, selection }, context) {
        const relatedOnes = [...(await read([await getOne(params.id, context)], context)).values()];
        const [document] = await show(relatedOnes, selection, context);
        return document ? resourceDocument(document) : nullDocument(context);
      },
    });
    routes.push({ verb: 'related', operation, route: endpoint });
  }
  if (ids) {
    const endpoint = route({
      method: 'GET',
      path: `${path}/{id}/relationships/${name}`,
      status: 200,
      ...describeEndpoint(ids, { ...defaults, summary: `Get the id of the ${noun.one} of ${withArticle(ownNoun)}` }),
      result: v.object({
        data: isRequired ? identifier : v.nullable(identifier),
        links: v.object({ self: v.string() }),
      }),

      async handle({ params }, context) {
        const [relatedOne] = (await read([await getOne(params.id, context)], context)).values();
        const { data, links } = nullDocument(context);
        return { data: relatedOne === undefined ? data : { type, id: idOf(relatedOne) }, links };
      },
    });
    routes.push({ verb: 'ids', operation: ids.operation, route: endpoint });
  }
  return routes;
};

/** The answer to a request for one related resource where there is none. */
export const nullDocument = ({ url, origin }: Pick<RequestContext, 'url' | 'origin'>) => ({
  data: null,
  links: { self: new URL(url, origin).href },
});

export const nullDocumentSchema = v.object({ data: v.null(), links: v.object({ self: v.string() }) });

const replaceRoute = <Value, One, Context extends RequestContext>(
  name: string,
  { type, noun, replace }: ToOne<Value, One, Context>,
  { path, noun: ownNoun, scopes, route, getOne }: Owner<Value, Context>,
): RelationshipRoute[] => {
  if (!replace) return [];
  const summary = `Set the ${noun.one} of ${withArticle(ownNoun)}`;
  const endpoint = route({
    method: 'PATCH',
    path: `${path}/{id}/relationships/${name}`,
    status: 204,
    ...describeEndpoint(replace, { scope: scopes.write, errors: ['not_found'], summary }),
    body: toOneLinkageSchema(type),
    findProblems: findUnknownIds<Context>({ path: ['data'], noun, find: replace.find }),

    async handle({ params, body: { data } }, context) {
      const value = await getOne(params.id, context);
      const resolver = { noun, at: () => '/data/id', find: replace.find };
      const [id] = await resolveIds(data ? [data] : [], resolver, context);
      await replace.run(value, id, context);
      return undefined;
    },
  });
  return [{ verb: 'replace', operation: replace.operation, route: endpoint }];
};
