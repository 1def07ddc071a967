import type { Page } from '../../table/pages.ts';
import { shrinkToPayloadLimit } from '../answer/fitting.ts';
import { collection, collectionOf, identifiersOf, type Resource } from '../answer/jsonapi.ts';
import type { RequestContext } from '../context.ts';
import type { Reading, Selection } from '../query/reading.ts';
import { type Noun, withArticle } from './noun.ts';
import {
  described,
  type Endpoint,
  linkageOf,
  type Owner,
  type Relationship,
  type RelationshipRoute,
  storedIds,
} from './relationship.ts';
import type { Attributes } from './view.ts';

/** An endpoint that changes which resources are related. */
interface Change<Value, Context> extends Endpoint {
  run(value: Value, ids: readonly string[], context: Context): Promise<unknown>;
}

export interface ToMany<Value, One, Context> {
  /** Of what it leads to. */
  readonly type: string;
  readonly noun: Noun;
  readonly schema: Attributes;
  /** How the related ones and their ids can be filtered, sorted and paged. */
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
    /** Where a page may be more than an answer can hold. */
    readonly bytesOf?: (related: One) => number;
  };
  /** `GET /api/lists/{id}/relationships/profiles` */
  readonly ids?: Endpoint;
  /** For `include`: the related ones by the ids of their owners. An owner without an entry has none. */
  include?(values: readonly Value[], context: Context): Promise<ReadonlyMap<string, readonly One[]>>;
  readonly changes?: {
    /** How many can be named at once. */
    readonly max: number;
    /** Those that are there, by the ids that were named. */
    find(ids: readonly string[], context: Context): Promise<ReadonlyMap<string, { readonly id: string }>>;
    /** `POST /api/lists/{id}/relationships/profiles` */
    readonly add?: Change<Value, Context>;
    /** `DELETE`, of the same path. */
    readonly remove?: Change<Value, Context>;
    /** `PATCH`, of the same path: from then on these alone are related. */
    readonly replace?: Change<Value, Context>;
  };
}

/** A relationship to any number of resources of another type. */
export const toMany = <Value extends { readonly id: string }, One, Context extends RequestContext>(
  declared: ToMany<Value, One, Context>,
): Relationship<Value, Context> => {
  const { type, schema, include, show, idOf } = declared;
  return {
    type,
    schema,
    isToMany: true,
    ...(include && {
      async include(values, selection, context) {
        const found = await include(values, context);
        const distinct = new Map([...found.values()].flat().map((one) => [idOf(one), one]));
        return {
          resources: await show([...distinct.values()], selection, context),
          linkage: new Map([...found].map(([id, related]) => [id, related.map((one) => ({ type, id: idOf(one) }))])),
        };
      },
    }),
    routes: (name, owner) => [...readingRoutes(name, declared, owner), ...changingRoutes(name, declared, owner)],
  };
};

const readingRoutes = <Value, One, Context extends RequestContext>(
  name: string,
  { type, noun, schema, reading = {}, read, show, idOf, related, ids }: ToMany<Value, One, Context>,
  { path, noun: ownNoun, scopes, route, find }: Owner<Value, Context>,
): RelationshipRoute[] => {
  const standard = { scope: scopes.read, errors: ['not_found'] } as const;
  const routes: RelationshipRoute[] = [];
  if (related) {
    const { operation, additionalFields, bytesOf } = related;
    const whole = route({
      method: 'GET',
      path: `${path}/{id}/${name}`,
      status: 200,
      ...described(related, { ...standard, summary: `Get the ${noun.many} of ${withArticle(ownNoun)}` }),
      reading: { fields: { [type]: schema }, ...(additionalFields && { additionalFields }), ...reading },
      result: collectionOf(type, schema),

      async handle({ params, selection }, context) {
        const value = await find(params.id, context);
        const { page } = selection;
        const readPage = (size: number) => read(value, { ...selection, page: { ...page, size } }, context);
        const { items, ...cursors } = bytesOf
          ? await shrinkToPayloadLimit(page.size, readPage, bytesOf)
          : await readPage(page.size);
        return collection({ ...cursors, items: await show(items, selection, context) }, context);
      },
    });
    routes.push({ verb: 'related', operation, route: whole });
  }
  if (ids) {
    const identifiers = route({
      method: 'GET',
      path: `${path}/{id}/relationships/${name}`,
      status: 200,
      ...described(ids, { ...standard, summary: `Get the ids of the ${noun.many} of ${withArticle(ownNoun)}` }),
      reading,
      result: identifiersOf(type),

      async handle({ params, selection }, context) {
        const { items, ...cursors } = await read(await find(params.id, context), selection, context);
        return collection({ ...cursors, items: items.map((one) => ({ type, id: idOf(one) })) }, context);
      },
    });
    routes.push({ verb: 'ids', operation: ids.operation, route: identifiers });
  }
  return routes;
};

const changingRoutes = <Value, One, Context extends RequestContext>(
  name: string,
  { type, noun, changes }: ToMany<Value, One, Context>,
  { path, noun: ownNoun, scopes, route, find }: Owner<Value, Context>,
): RelationshipRoute[] => {
  if (!changes) return [];
  const one = withArticle(ownNoun);
  const verbs = [
    { verb: 'add', method: 'POST', min: 1, summary: `Add ${noun.many} to ${one}` },
    { verb: 'remove', method: 'DELETE', min: 1, summary: `Remove ${noun.many} from ${one}` },
    { verb: 'replace', method: 'PATCH', min: 0, summary: `Replace the ${noun.many} of ${one}` },
  ] as const;
  return verbs.flatMap(({ verb, method, min, summary }) => {
    const change = changes[verb];
    if (!change) return [];
    const changing = route({
      method,
      path: `${path}/{id}/relationships/${name}`,
      status: 204,
      ...described(change, { scope: scopes.write, errors: ['not_found'], summary }),
      body: linkageOf(type, noun, { min, max: changes.max }),

      async handle({ params, body: { data } }, context) {
        const value = await find(params.id, context);
        const naming = { noun, at: (i: number) => `/data/${i}/id`, find: changes.find };
        const ids = await storedIds(data, naming, context);
        await change.run(value, ids, context);
        return undefined;
      },
    });
    return [{ verb, operation: change.operation, route: changing }];
  });
};
