import type * as v from 'valibot';
import type { ErrorCode } from '../errors.ts';
import type { RequestContext } from './context.ts';
import type { Entries } from './members/entries.ts';
import type { Protocol } from './protocol.ts';
import type { Reading, Selection } from './query/reading.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
export type Status = 200 | 201 | 202 | 204;
/** A page says what is wrong in its own words. */
type PageStatus = Status | 400 | 403 | 404 | 410 | 429;

type Schema = v.GenericSchema;
type Parsed<S> = S extends Schema ? v.InferOutput<S> : undefined;
type ParamName<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamName<Rest>
  : never;

export interface Route<
  Path extends string = string,
  Query extends Schema | undefined = Schema | undefined,
  Body extends Schema | undefined = Schema | undefined,
  Context extends RequestContext = RequestContext,
> {
  /** How requests are authenticated and read, and how answers and errors look. */
  readonly protocol: Protocol<Context>;
  readonly method: Method;
  readonly path: Path;
  /** One line for the reference. */
  readonly summary: string;
  /** What a caller has to know beyond the shapes: semantics, limits, where a rule comes from. */
  readonly description?: string;
  /**
   * The scope that an API key needs (`events:write`); `public` for what a browser may call with a `company_id`;
   * `open` for what needs nothing.
   */
  readonly scope: `${string}:${'read' | 'write'}` | 'public' | 'open';
  readonly status: Status;
  /** Another status that a handler may answer by `reply`. */
  readonly alsoStatus?: Status;
  /** Which parts of the JSON:API query grammar this route supports; the rest is a 400. */
  readonly reading?: Reading;
  /** Query parameters outside that grammar. Others are a 400, but for open routes. */
  readonly query?: Query;
  readonly body?: Body;
  readonly entries?: Entries;
  /** What is accepted and not kept, since the protocol documents it: it is named in `Tributary-Ignored`. */
  readonly ignores?: Ignored;
  /** The content type of its answer. @default that of its protocol */
  readonly mediaType?: string;
  /** Packed or not. @default 4 MiB, or 5 MiB unpacked */
  readonly maxBodyBytes?: number;
  /** The shape of the answer: for the reference, and checked on every answer in tests. */
  readonly result?: Schema;
  /** Codes of errors that its handler answers by, besides those that any route may: for the reference. */
  readonly errors?: readonly ErrorCode[];
  /** Headers of its answer by name, and what they tell: for the reference. */
  readonly headers?: Readonly<Record<string, string>>;
  handle(
    request: {
      readonly params: Readonly<Record<ParamName<Path>, string>>;
      readonly query: Parsed<Query>;
      readonly body: Parsed<Body>;
      readonly selection: Selection;
    },
    context: Context,
  ): Promise<object | undefined>;
}

/** Members as JSON pointers, with `*` for every element of a list; query parameters by name. */
interface Ignored {
  readonly members?: readonly string[];
  readonly parameters?: readonly string[];
}

/** The function that declares the endpoints of a protocol, so that TypeScript infers the types of their handlers. */
export const routesOf =
  <Context extends RequestContext>(protocol: Protocol<Context>) =>
  <
    const Path extends string,
    Query extends Schema | undefined = undefined,
    Body extends Schema | undefined = undefined,
  >(
    declared: Omit<Route<Path, Query, Body, Context>, 'protocol'>,
  ): Route<Path, Query, Body, Context> => ({ ...declared, protocol });

/** An answer that differs from what its route declares by status or headers. */
export class Reply {
  readonly body: object | string | undefined;
  readonly status: PageStatus | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    body: object | string | undefined,
    status: PageStatus | undefined,
    headers: Readonly<Record<string, string>>,
  ) {
    this.body = body;
    this.status = status;
    this.headers = headers;
  }
}

export const reply = (
  body: object | string | undefined,
  { status, headers = {} }: { readonly status?: PageStatus; readonly headers?: Readonly<Record<string, string>> },
): Reply => new Reply(body, status, headers);

/** The content type of the answers of a route. */
export const mediaTypeOf = ({ mediaType, protocol }: Pick<Route, 'mediaType' | 'protocol'>): string =>
  mediaType ?? protocol.mediaType;
