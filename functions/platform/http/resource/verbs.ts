import * as v from 'valibot';
import type { RequestContext } from '../context.ts';
import { collectionDocument, collectionSchema, documentSchema, resourceDocument } from '../response/jsonapi.ts';
import { Reply, type Route } from '../route.ts';
import type { CreateEndpoint, Declaration, RequestData, UpdateEndpoint } from './declaration.ts';
import { requireValidId } from './id.ts';
import { includeReading, loadIncluded } from './included.ts';
import { withArticle } from './noun.ts';
import type { Verb } from './registry.ts';
import { describeEndpoint, type Owner, type Relationship } from './relationship.ts';
import type { View } from './view.ts';

type Schema = v.GenericSchema;
type OptionalSchema = Schema | undefined;

/** What all endpoints of a resource share. */
export interface SharedOptions<Value, Context extends RequestContext> extends Owner<Value, Context> {
  readonly view: View<Value, Context>;
  readonly relationships: Readonly<Record<string, Relationship<Value, Context>>>;
}

export interface VerbRoute {
  readonly verb: Verb;
  readonly operation: string;
  readonly route: Route;
}

type WithId = { readonly id: string };

export const listRoute = <Value extends WithId, Context extends RequestContext>(
  list: NonNullable<Declaration<Value, Context, Schema, Schema, OptionalSchema, OptionalSchema>['list']>,
  shared: SharedOptions<Value, Context>,
): VerbRoute => {
  const { view, noun, path, scopes, route, relationships } = shared;
  const { operation, filters, sorts, page, read } = list;
  const endpoint = route({
    method: 'GET',
    path,
    status: 200,
    ...describeEndpoint(list, { summary: `List ${noun.many}`, scope: scopes.read }),
    reading: { ...includeReading(view, relationships), ...(filters && { filters }), ...(sorts && { sorts }), page },
    result: collectionSchema(view.type, view.schema),

    async handle({ selection }, context) {
      const { items, ...cursors } = await read(selection, context);
      const { linkage, included } = await loadIncluded(items, { selection, context }, relationships);
      const resources = items.map((value) => view.show(value, context, selection.fields, { related: linkage(value) }));
      return collectionDocument({ ...cursors, items: resources }, context, included);
    },
  });
  return { verb: 'list', operation, route: endpoint };
};

export const getRoute = <Value extends WithId, Context extends RequestContext>(
  get: NonNullable<Declaration<Value, Context, Schema, Schema, OptionalSchema, OptionalSchema>['get']>,
  shared: SharedOptions<Value, Context>,
): VerbRoute => {
  const { view, noun, path, scopes, route, getOne, relationships } = shared;
  const { operation, additional = {} } = get;
  const names = Object.keys(additional);
  const endpoint = route({
    method: 'GET',
    path: `${path}/{id}`,
    status: 200,
    ...describeEndpoint(get, { summary: `Get ${withArticle(noun)}`, scope: scopes.read, errors: ['not_found'] }),
    reading: {
      ...includeReading({ type: view.type, schema: view.detailedSchema }, relationships),
      ...(names.length > 0 && { additionalFields: { [view.type]: names } }),
    },
    result: documentSchema(view.type, view.detailedSchema),

    async handle({ params, selection }, context) {
      const value = await getOne(params.id, context);
      const requested = Object.entries(additional).filter(([name]) => selection.additionalFields.includes(name));
      const additionalValues = await Promise.all(
        requested.map(async ([name, make]) => [name, await make(value, context)] as const),
      );
      const { linkage, included } = await loadIncluded([value], { selection, context }, relationships);
      const extras = { additional: Object.fromEntries(additionalValues), related: linkage(value) };
      return resourceDocument(view.show(value, context, selection.fields, extras), included);
    },
  });
  return { verb: 'get', operation, route: endpoint };
};

export const createRoute = <
  Value,
  Context extends RequestContext,
  Attributes extends Schema,
  Relationships extends OptionalSchema,
>(
  create: CreateEndpoint<Value, Context, Attributes, Relationships>,
  { view, noun, path, scopes, route }: SharedOptions<Value, Context>,
): VerbRoute => {
  const { operation, attributes, relationships, maxBodyBytes, status = 201, findProblems, run } = create;
  const endpoint = route({
    method: 'POST',
    path,
    status,
    ...describeEndpoint(create, { summary: `Create ${withArticle(noun)}`, scope: scopes.write }),
    ...(maxBodyBytes !== undefined && { maxBodyBytes }),
    ...(findProblems && { findProblems }),
    reading: { fields: { [view.type]: view.detailedSchema } },
    body: bodyOf(view.type, { attributes, relationships, hasId: false }),
    result: documentSchema(view.type, view.detailedSchema),

    async handle({ body, selection }, context) {
      return resourceDocument(view.show(await run(body.data, context), context, selection.fields));
    },
  });
  return { verb: 'create', operation, route: endpoint };
};

export const updateRoute = <
  Value,
  Context extends RequestContext,
  Attributes extends Schema,
  Relationships extends OptionalSchema,
>(
  update: UpdateEndpoint<Value, Context, Attributes, Relationships>,
  { view, noun, path, scopes, route }: SharedOptions<Value, Context>,
): VerbRoute => {
  const { operation, attributes, relationships, maxBodyBytes, findProblems, run } = update;
  const endpoint = route({
    method: 'PATCH',
    path: `${path}/{id}`,
    status: 200,
    ...describeEndpoint(update, { summary: `Update ${withArticle(noun)}`, scope: scopes.write, errors: ['not_found'] }),
    ...(maxBodyBytes !== undefined && { maxBodyBytes }),
    ...(findProblems && { findProblems }),
    reading: { fields: { [view.type]: view.detailedSchema } },
    body: bodyOf(view.type, { attributes, relationships, hasId: true }),
    result: documentSchema(view.type, view.detailedSchema),

    async handle({ params, body, selection }, context) {
      return resourceDocument(
        view.show(await run(requireValidId(params.id, noun), body.data, context), context, selection.fields),
      );
    },
  });
  return { verb: 'update', operation, route: endpoint };
};

export const deleteRoute = <Value, Context extends RequestContext>(
  removal: NonNullable<Declaration<Value, Context, Schema, Schema, OptionalSchema, OptionalSchema>['delete']>,
  { noun, path, scopes, route }: SharedOptions<Value, Context>,
): VerbRoute => {
  const endpoint = route({
    method: 'DELETE',
    path: `${path}/{id}`,
    status: 204,
    ...describeEndpoint(removal, {
      summary: `Delete ${withArticle(noun)}`,
      scope: scopes.write,
      errors: ['not_found'],
    }),
    ...(removal.headers && { headers: removal.headers }),

    async handle({ params }, context) {
      const result = await removal.run(requireValidId(params.id, noun), context);
      return result instanceof Reply ? result : undefined;
    },
  });
  return { verb: 'delete', operation: removal.operation, route: endpoint };
};

interface BodyParts<Attributes extends Schema, Relationships extends OptionalSchema> {
  readonly attributes: Attributes;
  readonly relationships: Relationships | undefined;
  readonly hasId: boolean;
}

const bodyOf = <Attributes extends Schema, Relationships extends OptionalSchema>(
  type: string,
  { attributes, relationships, hasId }: BodyParts<Attributes, Relationships>,
) => {
  const data: v.ObjectEntries = {
    type: v.literal(type),
    ...(hasId && { id: v.nullish(v.string()) }),
    attributes,
    ...(relationships && { relationships }),
  };
  // TypeScript cannot infer the output of members whose schemas are type parameters.
  return v.object({ data: v.object(data) }) as unknown as v.GenericSchema<
    unknown,
    { readonly data: RequestData<Attributes, Relationships> }
  >;
};
