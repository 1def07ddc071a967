import * as v from 'valibot';
import { collection, collectionOf, documentOf, one, type Resource } from '../answer/jsonapi.ts';
import type { RequestContext } from '../context.ts';
import type { Reading, Selection } from '../query/reading.ts';
import type { Route } from '../route.ts';
import type { Change, Creation, Declaration, Sent } from './declaration.ts';
import type { Verb } from './declared.ts';
import { checkedId } from './id.ts';
import { withArticle } from './noun.ts';
import { described, type Owner, type Relationship } from './relationship.ts';
import type { Related, View } from './view.ts';

type Schema = v.GenericSchema;
type OptionalSchema = Schema | undefined;

/** What the endpoints of one resource share. */
export interface Shared<Value, Context extends RequestContext> extends Owner<Value, Context> {
  readonly view: View<Value, Context>;
  readonly relationships: Readonly<Record<string, Relationship<Value, Context>>>;
}

export interface VerbRoute {
  readonly verb: Verb;
  readonly operation: string;
  readonly route: Route;
}

type Identified = { readonly id: string };

export const listRoute = <Value extends Identified, Context extends RequestContext>(
  list: NonNullable<Declaration<Value, Context, Schema, Schema, OptionalSchema, OptionalSchema>['list']>,
  shared: Shared<Value, Context>,
): VerbRoute => {
  const { view, noun, path, scopes, route } = shared;
  const { operation, filters, sorts, page, read } = list;
  const listing = route({
    method: 'GET',
    path,
    status: 200,
    ...described(list, { summary: `List ${noun.many}`, scope: scopes.read }),
    reading: { ...includeReading(shared), ...(filters && { filters }), ...(sorts && { sorts }), page },
    result: collectionOf(view.type, view.schema),

    async handle({ selection }, context) {
      const { items, ...cursors } = await read(selection, context);
      const { linkage, included } = await include(items, { selection, context }, shared);
      const shown = items.map((value) => view.show(value, context, selection.fields, { related: linkage(value) }));
      return collection({ ...cursors, items: shown }, context, included);
    },
  });
  return { verb: 'list', operation, route: listing };
};

export const getRoute = <Value extends Identified, Context extends RequestContext>(
  get: NonNullable<Declaration<Value, Context, Schema, Schema, OptionalSchema, OptionalSchema>['get']>,
  shared: Shared<Value, Context>,
): VerbRoute => {
  const { view, noun, path, scopes, route, find } = shared;
  const { operation, additional = {} } = get;
  const names = Object.keys(additional);
  const getting = route({
    method: 'GET',
    path: `${path}/{id}`,
    status: 200,
    ...described(get, { summary: `Get ${withArticle(noun)}`, scope: scopes.read, errors: ['not_found'] }),
    reading: { ...includeReading(shared), ...(names.length > 0 && { additionalFields: { [view.type]: names } }) },
    result: documentOf(view.type, view.schema),

    async handle({ params, selection }, context) {
      const value = await find(params.id, context);
      const asked = Object.entries(additional).filter(([name]) => selection.additionalFields.includes(name));
      const made = await Promise.all(asked.map(async ([name, make]) => [name, await make(value, context)] as const));
      const { linkage, included } = await include([value], { selection, context }, shared);
      const more = { additional: Object.fromEntries(made), related: linkage(value) };
      return one(view.show(value, context, selection.fields, more), included);
    },
  });
  return { verb: 'get', operation, route: getting };
};

export const createRoute = <
  Value,
  Context extends RequestContext,
  Attributes extends Schema,
  Relationships extends OptionalSchema,
>(
  create: Creation<Value, Context, Attributes, Relationships>,
  { view, noun, path, scopes, route }: Shared<Value, Context>,
): VerbRoute => {
  const { operation, attributes, relationships, maxBodyBytes, status = 201, run } = create;
  const creating = route({
    method: 'POST',
    path,
    status,
    ...described(create, { summary: `Create ${withArticle(noun)}`, scope: scopes.write }),
    ...(maxBodyBytes !== undefined && { maxBodyBytes }),
    reading: { fields: { [view.type]: view.schema } },
    body: bodyOf(view.type, { attributes, relationships, hasId: false }),
    result: documentOf(view.type, view.schema),

    async handle({ body, selection }, context) {
      return one(view.show(await run(body.data, context), context, selection.fields));
    },
  });
  return { verb: 'create', operation, route: creating };
};

export const updateRoute = <
  Value,
  Context extends RequestContext,
  Attributes extends Schema,
  Relationships extends OptionalSchema,
>(
  update: Change<Value, Context, Attributes, Relationships>,
  { view, noun, path, scopes, route }: Shared<Value, Context>,
): VerbRoute => {
  const { operation, attributes, relationships, maxBodyBytes, run } = update;
  const updating = route({
    method: 'PATCH',
    path: `${path}/{id}`,
    status: 200,
    ...described(update, { summary: `Update ${withArticle(noun)}`, scope: scopes.write, errors: ['not_found'] }),
    ...(maxBodyBytes !== undefined && { maxBodyBytes }),
    reading: { fields: { [view.type]: view.schema } },
    body: bodyOf(view.type, { attributes, relationships, hasId: true }),
    result: documentOf(view.type, view.schema),

    async handle({ params, body, selection }, context) {
      return one(view.show(await run(checkedId(params.id, noun), body.data, context), context, selection.fields));
    },
  });
  return { verb: 'update', operation, route: updating };
};

export const deleteRoute = <Value, Context extends RequestContext>(
  removal: NonNullable<Declaration<Value, Context, Schema, Schema, OptionalSchema, OptionalSchema>['delete']>,
  { noun, path, scopes, route }: Shared<Value, Context>,
): VerbRoute => {
  const deleting = route({
    method: 'DELETE',
    path: `${path}/{id}`,
    status: 204,
    ...described(removal, { summary: `Delete ${withArticle(noun)}`, scope: scopes.write, errors: ['not_found'] }),

    async handle({ params }, context) {
      await removal.run(checkedId(params.id, noun), context);
      return undefined;
    },
  });
  return { verb: 'delete', operation: removal.operation, route: deleting };
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
  // TypeScript can't follow what becomes of members whose schemas are still open.
  return v.object({ data: v.object(data) }) as unknown as v.GenericSchema<
    unknown,
    { readonly data: Sent<Attributes, Relationships> }
  >;
};

const includeReading = <Value, Context extends RequestContext>({
  view,
  relationships,
}: Shared<Value, Context>): Pick<Reading, 'fields' | 'include'> => {
  const includable = Object.entries(relationships).filter(([, one]) => one.include !== undefined);
  const ofRelated = includable.map(([, one]) => [one.type, one.schema] as const);
  return {
    fields: Object.fromEntries([[view.type, view.schema], ...ofRelated]),
    ...(includable.length > 0 && { include: includable.map(([name]) => name) }),
  };
};

interface Asked<Context> {
  readonly selection: Selection;
  readonly context: Context;
}

/** What a request includes: whole, and as the relationships of each value. */
const include = async <Value extends Identified, Context extends RequestContext>(
  values: readonly Value[],
  { selection, context }: Asked<Context>,
  { relationships }: Shared<Value, Context>,
): Promise<{ readonly linkage: (value: Value) => Related; readonly included: readonly Resource[] | undefined }> => {
  if (selection.include.length === 0) return { linkage: () => ({}), included: undefined };
  const found = await Promise.all(
    selection.include.map(
      async (name) => [name, await relationships[name]?.include?.(values, selection, context)] as const,
    ),
  );
  return {
    linkage: ({ id }) =>
      Object.fromEntries(
        found.flatMap(([name, one]) => {
          const data = one?.linkage.get(id);
          return data === undefined ? [] : [[name, data]];
        }),
      ),
    included: found.flatMap(([, one]) => one?.resources ?? []),
  };
};
