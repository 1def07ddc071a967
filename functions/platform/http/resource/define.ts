import type * as v from 'valibot';
import type { RequestContext } from '../context.ts';
import type { Protocol } from '../protocol.ts';
import { type Route, routeFactory } from '../route.ts';
import type { Declaration } from './declaration.ts';
import { requireValidId } from './id.ts';
import { type DeclaredRelationship, registerResource } from './registry.ts';
import { createRoute, deleteRoute, getRoute, listRoute, updateRoute } from './verbs.ts';

type Schema = v.GenericSchema;

type WithId = { readonly id: string };

/**
 * Creates the function that declares the resources of a protocol. It returns the endpoints of one resource, by
 * operation.
 */
export const resourceFactory =
  <Context extends RequestContext>(protocol: Protocol<Context>) =>
  <
    Value extends WithId,
    Created extends Schema,
    Changed extends Schema,
    CreatedWith extends Schema | undefined = undefined,
    ChangedWith extends Schema | undefined = undefined,
  >(
    declaration: Declaration<Value, Context, Created, Changed, CreatedWith, ChangedWith>,
  ): Readonly<Record<string, Route>> => {
    const { view, noun, scope, find, relationships = {} } = declaration;
    const { type, path, schema, additional } = view;
    const scopes = { read: `${scope}:read`, write: `${scope}:write` } as const;
    const shared = {
      view,
      noun,
      path,
      scopes,
      route: routeFactory(protocol),
      find: (id: string, context: Context) => find(requireValidId(id, noun), context),
      relationships,
    };

    const verbRoutes = [
      ...(declaration.list ? [listRoute(declaration.list, shared)] : []),
      ...(declaration.get ? [getRoute(declaration.get, shared)] : []),
      ...(declaration.create ? [createRoute(declaration.create, shared)] : []),
      ...(declaration.update ? [updateRoute(declaration.update, shared)] : []),
      ...(declaration.delete ? [deleteRoute(declaration.delete, shared)] : []),
    ];
    const relationshipRoutes = Object.entries(relationships).map(([name, relationship]) => ({
      name,
      one: relationship,
      routes: relationship.routes(name, shared),
    }));
    const allRoutes = [...verbRoutes, ...relationshipRoutes.flatMap(({ routes }) => routes)];
    registerResource(
      allRoutes.map(({ route }) => route),
      {
        type,
        path,
        schema,
        additional,
        routes: Object.fromEntries(verbRoutes.map(({ verb, route }) => [verb, route])),
        relationships: Object.fromEntries(
          relationshipRoutes.map(({ name, one, routes }): [string, DeclaredRelationship] => [
            name,
            {
              type: one.type,
              isToMany: one.isToMany,
              isRequired: one.isRequired ?? false,
              isIncludable: one.include !== undefined,
              routes: Object.fromEntries(routes.map(({ verb, route }) => [verb, route])),
            },
          ]),
        ),
      },
    );
    return Object.fromEntries(allRoutes.map(({ operation, route }) => [operation, route]));
  };
