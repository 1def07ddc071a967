import type { Page } from '../../table/listing/pages.ts';
import type { RequestContext } from '../context.ts';
import type { Reading, Selection } from '../query/selection.ts';
import { collectionDocument, collectionSchema, identifiersSchema, type Resource } from '../response/jsonapi.ts';
import { shrinkToPayloadLimit } from '../response/shrink-page.ts';
import { Reply, type Route } from '../route.ts';
import { includeReading, loadIncluded } from './included.ts';
import { type Noun, withArticle } from './noun.ts';
import {
  describeEndpoint,
  type Endpoint,
  linkageSchema,
  type Owner,
  type Relationship,
  type RelationshipRoute,
  resolveIds,
} from './relationship.ts';
import { findUnknownIds } from './unknown-ids.ts';
import type { Attributes, Related } from './view.ts';

/** An endpoint that changes the related resources. */
interface ChangeEndpoint<Value, Context> extends Endpoint {
  /** Headers of the response, with descriptions. */
  readonly headers?: NonNullable<Route['headers']>;
  /** May return a reply with headers. */
  run(value: Value, ids: readonly string[], context: Context): Promise<unknown>;
}

export interface ToMany<Value, One, Context extends RequestContext> {
  /** The type of the related resources. */
  readonly type: string;
  readonly noun: Noun;
  readonly schema: Attributes;
  /** How related resources and their ids can be filtered, sorted and paged. */
  readonly reading?: Pick<Reading, 'filters' | 'sorts' | 'page'>;
  read(value: Value, selection: Selection, context: Context): Promise<Page<One>>;
  show(
    related: readonly One[],
    selection: Selection,
    context: Context,
  ): readonly Resource[] | Promise<readonly Resource[]>;
  readonly idOf: (related: One) => string;
  /** `GET /api/lists/{id}/profiles` */
  readonly related?: Endpoint & {
    readonly additionalFields?: NonNullable<Reading['additionalFields']>;
    /** The size of a resource, if a page can exceed the limit of a response. */
    readonly bytesOf?: (related: One) => number;
    /** What the response can include: relationships of the related resources, by name. */
    readonly includes?: Readonly<Record<string, Relationship<One, Context>>>;
  };
  /** `GET /api/lists/{id}/relationships/profiles` */
  readonly ids?: Endpoint & {
    /** Reads the ids alone, where that costs less than reading the related resources. */
    read?(value: Value, selection: Selection, context: Context): Promise<Page<string>>;
  };
  /** For `include`: the related resources by the ids of their owners. An owner without an entry has none. */
  include?(values: readonly Value[], context: Context): Promise<ReadonlyMap<string, readonly One[]>>;
  readonly changes?: {
    /** The most ids in one request. */
    readonly max: number;
    /** Finds the existing resources, by the requested ids. */
    find(ids: readonly string[], context: Context): Promise<ReadonlyMap<string, { readonly id: string }>>;
    /** `POST /api/lists/{id}/relationships/profiles` */
    readonly add?: ChangeEndpoint<Value, Context>;
    /** `DELETE`, of the same path. */
    readonly remove?: ChangeEndpoint<Value, Context>;
    /** `PATCH`, of the same path: replaces all related resources. */
    readonly replace?: ChangeEndpoint<Value, Context>;
  };
}

/** A relationship to any number of resources of another type. */
export const toMany = <Value extends { readonly id: string }, One, Context extends RequestContext>(
  declaration: ToMany<Value, One, Context>,
): Relationship<Value, Context> => {
  const { type, schema, include, show, idOf } = declaration;
  return {
    type,
    schema,
    isToMany: true,
    ...(include && {
      async include(values, selection, context) {
        const relatedByOwner = await include(values, context);
        const distinct = new Map([...relatedByOwner.values()].flat().map((one) => [idOf(one), one]));
        return {
          resources: await show([...distinct.values()], selection, context),
          linkage: new Map(
            [...relatedByOwner].map(([id, related]) => [id, related.map((one) => ({ type, id: idOf(one) }))]),
          ),
        };
      },
    }),
    routes: (name, owner) => [...readRoutes(name, declaration, owner), ...changeRoutes(name, declaration, owner)],
  };
};

const readRoutes = <Value, One, Context extends RequestContext>(
  name: string,
  { type, noun, schema, reading = {}, read, show, idOf, related, ids }: ToMany<Value, One, Context>,
  { path, noun: ownNoun, scopes, route, getOne }: Owner<Value, Context>,
): RelationshipRoute[] => {
  const defaults = { scope: scopes.read, errors: ['not_found'] } as const;
  const routes: RelationshipRoute[] = [];
  if (related) {
    const { operation, additionalFields, bytesOf, includes = {} } = related;
    const endpoint = route({
      method: 'GET',
      path: `${path}/{id}/${name}`,
      status: 200,
      ...describeEndpoint(related, { ...defaults, summary: `Get the ${noun.many} of ${withArticle(ownNoun)}` }),
      reading: {
        ...includeReading({ type, schema }, includes),
        ...(additionalFields && { additionalFields }),
        ...reading,
      },
      result: collectionSchema(type, schema),

      async handle({ params, selection }, context) {
        const value = await getOne(params.id, context);
        const { page } = selection;
        const readPage = (size: number) => read(value, { ...selection, page: { ...page, size } }, context);
        const { items, ...cursors } = bytesOf
          ? await shrinkToPayloadLimit(page.size, readPage, bytesOf)
          : await readPage(page.size);
        const resources = await show(items, selection, context);
        const { linkage, included } = await loadIncluded(items, { selection, context }, includes);
        const linked = included ? resources.map((one) => withLinkage(one, linkage(one))) : resources;
        return collectionDocument({ ...cursors, items: linked }, context, included);
      },
    });
    routes.push({ verb: 'related', operation, route: endpoint });
  }
  if (ids) {
    const readIds = async (value: Value, selection: Selection, context: Context): Promise<Page<string>> => {
      if (ids.read) return ids.read(value, selection, context);
      const { items, ...cursors } = await read(value, selection, context);
      return { ...cursors, items: items.map(idOf) };
    };
    const endpoint = route({
      method: 'GET',
      path: `${path}/{id}/relationships/${name}`,
      status: 200,
      ...describeEndpoint(ids, { ...defaults, summary: `Get the ids of the ${noun.many} of ${withArticle(ownNoun)}` }),
      reading,
      result: identifiersSchema(type),

      async handle({ params, selection }, context) {
        const { items, ...cursors } = await readIds(await getOne(params.id, context), selection, context);
        return collectionDocument({ ...cursors, items: items.map((id) => ({ type, id })) }, context);
      },
    });
    routes.push({ verb: 'ids', operation: ids.operation, route: endpoint });
  }
  return routes;
};

/** A resource with the identifiers of what the response includes for it. */
const withLinkage = (resource: Resource, related: Related): Resource => {
  const linked = Object.entries(related).map(([name, data]) => [name, { ...resource.relationships?.[name], data }]);
  return { ...resource, relationships: { ...resource.relationships, ...Object.fromEntries(linked) } };
};

const changeRoutes = <Value, One, Context extends RequestContext>(
  name: string,
  { type, noun, changes }: ToMany<Value, One, Context>,
  { path, noun: ownNoun, scopes, route, getOne }: Owner<Value, Context>,
): RelationshipRoute[] => {
  if (!changes) return [];
  const owner = withArticle(ownNoun);
  const verbs = [
    { verb: 'add', method: 'POST', min: 1, summary: `Add ${noun.many} to ${owner}` },
    { verb: 'remove', method: 'DELETE', min: 1, summary: `Remove ${noun.many} from ${owner}` },
    { verb: 'replace', method: 'PATCH', min: 0, summary: `Replace the ${noun.many} of ${owner}` },
  ] as const;
  return verbs.flatMap(({ verb, method, min, summary }) => {
    const change = changes[verb];
    if (!change) return [];
    const endpoint = route({
      method,
      path: `${path}/{id}/relationships/${name}`,
      status: 204,
      ...describeEndpoint(change, { scope: scopes.write, errors: ['not_found'], summary }),
      ...(change.headers && { headers: change.headers }),
      body: linkageSchema(type, noun, { min, max: changes.max }),
      findProblems: findUnknownIds<Context>({ path: ['data'], noun, max: changes.max, find: changes.find }),

      async handle({ params, body: { data } }, context) {
        const value = await getOne(params.id, context);
        const resolver = { noun, at: (i: number) => `/data/${i}/id`, find: changes.find };
        const ids = await resolveIds(data, resolver, context);
        const result = await change.run(value, ids, context);
        return result instanceof Reply ? result : undefined;
      },
    });
    return [{ verb, operation: change.operation, route: endpoint }];
  });
};
