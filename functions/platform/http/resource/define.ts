import type * as v from 'valibot';
import type { RequestContext } from '../context.ts';
import type { Protocol } from '../protocol.ts';
import { type Route, routesOf } from '../route.ts';
import type { Declaration } from './declaration.ts';
import { type DeclaredRelationship, noteResource } from './declared.ts';
import { checkedId } from './id.ts';
import { createRoute, deleteRoute, getRoute, listRoute, updateRoute } from './verbs.ts';

type Schema = v.GenericSchema;

type Identified = { readonly id: string };

/** The function that declares the resources of a protocol: it makes the endpoints of one, by operation. */
export const resourcesOf =
  <Context extends RequestContext>(protocol: Protocol<Context>) =>
  <
    Value extends Identified,
    Created extends Schema,
    Changed extends Schema,
    CreatedWith extends Schema | undefined = undefined,
    ChangedWith extends Schema | undefined = undefined,
  >(
    declared: Declaration<Value, Context, Created, Changed, CreatedWith, ChangedWith>,
  ): Readonly<Record<string, Route>> => {
    const { view, noun, scope, find, relationships = {} } = declared;
    const { type, path, schema, additional } = view;
    const scopes = { read: `${scope}:read`, write: `${scope}:write` } as const;
    const shared = {
      view,
      noun,
      path,
      scopes,
      route: routesOf(protocol),
      find: (id: string, context: Context) => find(checkedId(id, noun), context),
      relationships,
    };

    const verbs = [
      ...(declared.list ? [listRoute(declared.list, shared)] : []),
      ...(declared.get ? [getRoute(declared.get, shared)] : []),
      ...(declared.create ? [createRoute(declared.create, shared)] : []),
      ...(declared.update ? [updateRoute(declared.update, shared)] : []),
      ...(declared.delete ? [deleteRoute(declared.delete, shared)] : []),
    ];
    const related = Object.entries(relationships).map(([name, one]) => ({
      name,
      one,
      routes: one.routes(name, shared),
    }));
    const all = [...verbs, ...related.flatMap(({ routes }) => routes)];
    noteResource(
      all.map(({ route }) => route),
      {
        type,
        path,
        schema,
        additional,
        routes: Object.fromEntries(verbs.map(({ verb, route }) => [verb, route])),
        relationships: Object.fromEntries(
          related.map(({ name, one, routes }): [string, DeclaredRelationship] => [
            name,
            {
              type: one.type,
              isToMany: one.isToMany,
              isIncludable: one.include !== undefined,
              routes: Object.fromEntries(routes.map(({ verb, route }) => [verb, route])),
            },
          ]),
        ),
      },
    );
    return Object.fromEntries(all.map(({ operation, route }) => [operation, route]));
  };
