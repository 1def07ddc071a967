import type * as v from 'valibot';
import type { RequestContext } from '../context.ts';
import type { Reading } from '../query/reading.ts';
import type { Status } from '../route.ts';
import type { Listing } from './listing.ts';
import type { Noun } from './noun.ts';
import type { Endpoint, Relationship } from './relationship.ts';
import type { View } from './view.ts';

type Schema = v.GenericSchema;
type OptionalSchema = Schema | undefined;
type Output<S extends OptionalSchema> = S extends Schema ? v.InferOutput<S> : undefined;

/** What a request says of a resource that it creates or changes. */
export interface Sent<Attributes extends Schema, Relationships extends OptionalSchema> {
  readonly attributes: v.InferOutput<Attributes>;
  readonly relationships: Output<Relationships>;
}

interface Writing<Attributes extends Schema, Relationships extends OptionalSchema> extends Endpoint {
  readonly attributes: Attributes;
  /** Related resources that a body names beside the attributes. */
  readonly relationships?: Relationships;
  readonly maxBodyBytes?: number;
}

export interface Creation<Value, Context, Attributes extends Schema, Relationships extends OptionalSchema>
  extends Writing<Attributes, Relationships> {
  /** 202 where it is done later, as bulk jobs are. @default 201 */
  readonly status?: Extract<Status, 201 | 202>;
  run(sent: Sent<Attributes, Relationships>, context: Context): Promise<Value>;
}

export interface Change<Value, Context, Attributes extends Schema, Relationships extends OptionalSchema>
  extends Writing<Attributes, Relationships> {
  run(id: string, sent: Sent<Attributes, Relationships>, context: Context): Promise<Value>;
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
  /** The first part of its scopes: `lists` is read with `lists:read` and changed with `lists:write`. */
  readonly scope: string;
  /** @throws ApiError `not_found` */
  find(id: string, context: Context): Promise<Value>;
  readonly list?: Endpoint & Listing<Value, Context> & { readonly page: NonNullable<Reading['page']> };
  readonly get?: Endpoint & {
    /** By name, how attributes are made that are only there when they are asked for. */
    readonly additional?: Readonly<Record<string, (value: Value, context: Context) => Promise<unknown>>>;
  };
  readonly create?: Creation<Value, Context, Created, CreatedWith>;
  readonly update?: Change<Value, Context, Changed, ChangedWith>;
  readonly delete?: Endpoint & { run(id: string, context: Context): Promise<unknown> };
  readonly relationships?: Readonly<Record<string, Relationship<Value, Context>>>;
}
