import * as v from 'valibot';
import { documentOf, linkTo, one, type Resource } from '../answer/jsonapi.ts';
import type { RequestContext } from '../context.ts';
import type { Reading, Selection } from '../query/reading.ts';
import { type Noun, withArticle } from './noun.ts';
import {
  described,
  type Endpoint,
  linkageOfOne,
  type Owner,
  type Relationship,
  type RelationshipRoute,
  storedIds,
} from './relationship.ts';
import type { Attributes } from './view.ts';

export interface ToOne<Value, One, Context> {
  /** Of what it leads to. */
  readonly type: string;
  readonly noun: Noun;
  readonly schema: Attributes;
  /** By the ids of their owners, those that are related. An owner without an entry has none. */
  read(values: readonly Value[], context: Context): Promise<ReadonlyMap<string, One>>;
  show(
    related: readonly One[],
    selection: Selection,
    context: Context,
  ): readonly Resource[] | Promise<readonly Resource[]>;
  readonly idOf: (related: One) => string;
  readonly isIncludable?: boolean;
  readonly related?: Endpoint & { readonly additionalFields?: NonNullable<Reading['additionalFields']> };
  readonly ids?: Endpoint;
  readonly replace?: Endpoint & {
    /** Those that are there, by the ids that were named. */
    find(ids: readonly string[], context: Context): Promise<ReadonlyMap<string, { readonly id: string }>>;
    run(value: Value, id: string | undefined, context: Context): Promise<unknown>;
  };
}

/** A relationship to one resource of another type, or to none. */
export const toOne = <Value extends { readonly id: string }, One, Context extends RequestContext>(
  declared: ToOne<Value, One, Context>,
): Relationship<Value, Context> => {
  const { type, schema, read, show, idOf, isIncludable = false } = declared;
  return {
    type,
    schema,
    isToMany: false,
    ...(isIncludable && {
      async include(values, selection, context) {
        const found = await read(values, context);
        const distinct = new Map([...found.values()].map((related) => [idOf(related), related]));
        const identifierOf = (related: One | undefined) => (related ? { type, id: idOf(related) } : null);
        return {
          resources: await show([...distinct.values()], selection, context),
          linkage: new Map(values.map(({ id }) => [id, identifierOf(found.get(id))])),
        };
      },
    }),
    routes: (name, owner) => [...readingRoutes(name, declared, owner), ...replacingRoute(name, declared, owner)],
  };
};

const readingRoutes = <Value extends { readonly id: string }, One, Context extends RequestContext>(
  name: string,
  { type, noun, schema, read, show, idOf, related, ids }: ToOne<Value, One, Context>,
  { path, noun: ownNoun, scopes, route, find }: Owner<Value, Context>,
): RelationshipRoute[] => {
  const standard = { scope: scopes.read, errors: ['not_found'] } as const;
  const none = ({ origin }: RequestContext, id: string, ...rest: readonly string[]) => ({
    data: null,
    links: { self: linkTo(origin, path, id, ...rest) },
  });
  const routes: RelationshipRoute[] = [];
  if (related) {
    const { operation, additionalFields } = related;
    const whole = route({
      method: 'GET',
      path: `${path}/{id}/${name}`,
      status: 200,
      ...described(related, { ...standard, summary: `Get the ${noun.one} of ${withArticle(ownNoun)}` }),
      reading: { fields: { [type]: schema }, ...(additionalFields && { additionalFields }) },
      result: v.union([documentOf(type, schema), nothing]),

      async handle({ params: { id }, selection }, context) {
        const found = [...(await read([await find(id, context)], context)).values()];
        const [shown] = await show(found, selection, context);
        return shown ? one(shown) : none(context, id, name);
      },
    });
    routes.push({ verb: 'related', operation, route: whole });
  }
  if (ids) {
    const identifier = route({
      method: 'GET',
      path: `${path}/{id}/relationships/${name}`,
      status: 200,
      ...described(ids, { ...standard, summary: `Get the id of the ${noun.one} of ${withArticle(ownNoun)}` }),
      result: v.object({
        data: v.nullable(v.object({ type: v.literal(type), id: v.string() })),
        links: v.object({ self: v.string() }),
      }),

      async handle({ params: { id } }, context) {
        const [found] = (await read([await find(id, context)], context)).values();
        const { data, links } = none(context, id, 'relationships', name);
        return { data: found === undefined ? data : { type, id: idOf(found) }, links };
      },
    });
    routes.push({ verb: 'ids', operation: ids.operation, route: identifier });
  }
  return routes;
};

const nothing = v.object({ data: v.null(), links: v.object({ self: v.string() }) });

const replacingRoute = <Value, One, Context extends RequestContext>(
  name: string,
  { type, noun, replace }: ToOne<Value, One, Context>,
  { path, noun: ownNoun, scopes, route, find }: Owner<Value, Context>,
): RelationshipRoute[] => {
  if (!replace) return [];
  const summary = `Set the ${noun.one} of ${withArticle(ownNoun)}`;
  const replacing = route({
    method: 'PATCH',
    path: `${path}/{id}/relationships/${name}`,
    status: 204,
    ...described(replace, { scope: scopes.write, errors: ['not_found'], summary }),
    body: linkageOfOne(type),

    async handle({ params, body: { data } }, context) {
      const value = await find(params.id, context);
      const naming = { noun, at: () => '/data/id', find: replace.find };
      const [id] = await storedIds(data ? [data] : [], naming, context);
      await replace.run(value, id, context);
      return undefined;
    },
  });
  return [{ verb: 'replace', operation: replace.operation, route: replacing }];
};
