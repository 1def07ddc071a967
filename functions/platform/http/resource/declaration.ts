import type * as v from 'valibot';
import type { RequestContext } from '../context.ts';
import type { Reading } from '../query/selection.ts';
import type { Route, Status } from '../route.ts';
import type { Listing } from './listing.ts';
import type { Noun } from './noun.ts';
import type { Endpoint, Relationship } from './relationship.ts';
import type { Attributes, View } from './view.ts';

type Schema = v.GenericSchema;
type OptionalSchema = Schema | undefined;
type Output<S extends OptionalSchema> = S extends Schema ? v.InferOutput<S> : undefined;

/** The data of a request that creates or changes a resource. */
export interface RequestData<Attributes extends Schema, Relationships extends OptionalSchema> {
  readonly attributes: v.InferOutput<Attributes>;
  readonly relationships: Output<Relationships>;
}

interface WriteEndpoint<Context, Attributes extends Schema, Relationships extends OptionalSchema> extends Endpoint {
  readonly attributes: Attributes;
  /** Related resources in the body, beside the attributes. */
  readonly relationships?: Relationships;
  readonly maxBodyBytes?: number;
  /** As of a route. */
  findProblems?(document: unknown, context: Context): ReturnType<NonNullable<Route['findProblems']>>;
}

export interface CreateEndpoint<Value, Context, Attributes extends Schema, Relationships extends OptionalSchema>
  extends WriteEndpoint<Context, Attributes, Relationships> {
  /** 202 for asynchronous creation, such as bulk jobs. @default 201 */
  readonly status?: Extract<Status, 201 | 202>;
  run(sent: RequestData<Attributes, Relationships>, context: Context): Promise<Value>;
}

export interface UpdateEndpoint<Value, Context, Attributes extends Schema, Relationships extends OptionalSchema>
  extends WriteEndpoint<Context, Attributes, Relationships> {
  run(id: string, sent: RequestData<Attributes, Relationships>, context: Context): Promise<Value>;
}

export interface Declaration<
  Value,
  Context extends RequestContext,
  Created extends Schema,
  Changed extends Schema,
  CreatedWith extends OptionalSchema,
  ChangedWith extends OptionalSchema,
> {
  readonly view: View<Value, Context>;
  readonly noun: Noun;
  /** The prefix of the scopes: `lists` is read with `lists:read` and changed with `lists:write`. */
  readonly scope: string;
  /** Whether its changes are administrative, and belong into the audit log. @default false */
  readonly isAdministrative?: boolean;
  /** Attributes that are shown and not recorded, such as a URL that opens something by itself. */
  readonly secretAttributes?: readonly string[];
  /** @throws ApiError `not_found` */
  getOne(id: string, context: Context): Promise<Value>;
  readonly list?: Endpoint & Listing<Value, Context> & { readonly page: NonNullable<Reading['page']> };
  readonly get?: Endpoint & {
    /** By name: computes attributes that are only returned on request. */
    readonly additional?: Readonly<Record<string, (value: Value, context: Context) => Promise<unknown>>>;
  };
  readonly create?: CreateEndpoint<Value, Context, Created, CreatedWith>;
  readonly update?: UpdateEndpoint<Value, Context, Changed, ChangedWith>;
  readonly delete?: Endpoint & {
    /** Headers of the response, with descriptions. */
    readonly headers?: NonNullable<Route['headers']>;
    /** May return a reply with headers. */
    run(id: string, context: Context): Promise<unknown>;
  };
  readonly relationships?: Readonly<Record<string, Relationship<Value, Context>>>;
}

/** The relationships of a resource whose own endpoints are single routes. */
export interface RelationshipsDeclaration<Value, Context extends RequestContext>
  extends Pick<
    Declaration<Value, Context, Schema, Schema, OptionalSchema, OptionalSchema>,
    'noun' | 'scope' | 'getOne'
  > {
  readonly type: string;
  readonly path: string;
  readonly schema: Attributes;
  readonly relationships: Readonly<Record<string, Relationship<Value, Context>>>;
}
