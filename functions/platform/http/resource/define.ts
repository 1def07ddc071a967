import type * as v from 'valibot';
import type { RequestContext } from '../context.ts';
import type { Protocol } from '../protocol.ts';
import { type Route, routeFactory } from '../route.ts';
import { type ChangeRecorder, recordingChanges } from './administrative.ts';
import type { Declaration, RelationshipsDeclaration } from './declaration.ts';
import { requireValidId } from './id.ts';
import { type DeclaredRelationship, registerResource } from './registry.ts';
import type { Owner, Relationship } from './relationship.ts';
import { createRoute, deleteRoute, getRoute, listRoute, updateRoute } from './verbs.ts';

type Schema = v.GenericSchema;

type WithId = { readonly id: string };

/**
 * Creates the function that declares the resources of a protocol. It returns the endpoints of one resource, by
 * operation. Administrative changes are made by `record`.
 */
export const resourceFactory =
  <Context extends RequestContext>(protocol: Protocol<Context>, record?: ChangeRecorder<Context>) =>
  <
    Value extends WithId,
    Created extends Schema,
    Changed extends Schema,
    CreatedWith extends Schema | undefined = undefined,
    ChangedWith extends Schema | undefined = undefined,
  >(
    given: Declaration<Value, Context, Created, Changed, CreatedWith, ChangedWith>,
  ): Readonly<Record<string, Route>> => {
    const declaration = given.isAdministrative && record ? recordingChanges(given, record) : given;
    const { view, relationships = {} } = declaration;
    const { type, path, schema, details, additional } = view;
    const owner = ownerOf(protocol, { ...declaration, path });
    const shared = { ...owner, view, relationships };

    const verbRoutes = [
      ...(declaration.list ? [listRoute(declaration.list, shared)] : []),
      ...(declaration.get ? [getRoute(declaration.get, shared)] : []),
      ...(declaration.create ? [createRoute(declaration.create, shared)] : []),
      ...(declaration.update ? [updateRoute(declaration.update, shared)] : []),
      ...(declaration.delete ? [deleteRoute(declaration.delete, shared)] : []),
    ];
    const related = relationshipRoutes(relationships, owner);
    const allRoutes = [...verbRoutes, ...related.routes];
    registerResource(
      allRoutes.map(({ route }) => route),
      {
        type,
        path,
        schema,
        details,
        additional,
        routes: Object.fromEntries(verbRoutes.map(({ verb, route }) => [verb, route])),
        relationships: related.declared,
      },
    );
    return Object.fromEntries(allRoutes.map(({ operation, route }) => [operation, route]));
  };

/**
 * Creates the function that declares relationships of a resource whose own endpoints are single routes. It returns the
 * endpoints of the relationships, by operation.
 */
export const relationshipsFactory =
  <Context extends RequestContext>(protocol: Protocol<Context>) =>
  <Value extends WithId>(declaration: RelationshipsDeclaration<Value, Context>): Readonly<Record<string, Route>> => {
    const { type, path, schema, relationships } = declaration;
    const { routes, declared } = relationshipRoutes(relationships, ownerOf(protocol, declaration));
    registerResource(
      routes.map(({ route }) => route),
      { type, path, schema, details: [], additional: [], routes: {}, relationships: declared },
    );
    return Object.fromEntries(routes.map(({ operation, route }) => [operation, route]));
  };

const ownerOf = <Value, Context extends RequestContext>(
  protocol: Protocol<Context>,
  { path, noun, scope, getOne }: Pick<RelationshipsDeclaration<Value, Context>, 'path' | 'noun' | 'scope' | 'getOne'>,
): Owner<Value, Context> => ({
  path,
  noun,
  scopes: { read: `${scope}:read`, write: `${scope}:write` },
  route: routeFactory(protocol),
  getOne: (id, context) => getOne(requireValidId(id, noun), context),
});

const relationshipRoutes = <Value, Context extends RequestContext>(
  relationships: Readonly<Record<string, Relationship<Value, Context>>>,
  owner: Owner<Value, Context>,
) => {
  const all = Object.entries(relationships).map(([name, relationship]) => ({
    name,
    relationship,
    routes: relationship.routes(name, owner),
  }));
  const declared = Object.fromEntries(
    all.map(
      ({
        name,
        relationship: { type, isToMany, isRequired = false, include },
        routes,
      }): [string, DeclaredRelationship] => [
        name,
        {
          type,
          isToMany,
          isRequired,
          isIncludable: include !== undefined,
          routes: Object.fromEntries(routes.map(({ verb, route }) => [verb, route])),
        },
      ],
    ),
  );
  return { routes: all.flatMap(({ routes }) => routes), declared };
};
