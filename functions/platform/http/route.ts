import type * as v from 'valibot';
import type { ErrorCode, Problem } from '../errors.ts';
import type { RequestContext } from './context.ts';
import type { Entries } from './members/entries.ts';
import type { Protocol } from './protocol.ts';
import type { Reading, Selection } from './query/selection.ts';
import type { RejectedRequest } from './rejected-request.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
export type Status = 200 | 201 | 202 | 204 | 302;
/** Pages show errors themselves. */
type PageStatus = Status | 304 | 400 | 403 | 404 | 410 | 429;

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
  /** How to authenticate and decode requests, and to encode responses and errors. */
  readonly protocol: Protocol<Context>;
  readonly method: Method;
  readonly path: Path;
  /** One line for the OpenAPI document. */
  readonly summary: string;
  /** What a caller has to know beyond the schemas: semantics, limits, the origin of a rule. */
  readonly description?: string;
  /**
   * The scope that an API key needs (`events:write`); `public` for routes that browsers call with a `company_id`;
   * `open` for routes without authentication.
   */
  readonly scope: `${string}:${'read' | 'write'}` | 'public' | 'open';
  readonly status: Status;
  /** A second status that the handler can return by `reply`. */
  readonly alsoStatus?: Status;
  /** The status of responses without a body, where others have one. */
  readonly emptyStatus?: Status;
  /** The parts of the JSON:API query grammar that this route supports. Other parts are a 400. */
  readonly reading?: Reading;
  /** Query parameters outside that grammar. Unknown ones are a 400, except on open routes. */
  readonly query?: Query;
  readonly body?: Body;
  readonly entries?: Entries;
  /**
   * Input that the protocol documents and this API accepts but does not store. The response names it in
   * `Tributary-Ignored`.
   */
  readonly ignores?: IgnoredInput;
  /** The content type of the response. @default that of the protocol */
  readonly mediaType?: string;
  /** The limit for the body, compressed or not. @default 4 MiB, or 5 MiB decompressed */
  readonly maxBodyBytes?: number;
  /** The schema of the response, for the OpenAPI document. Tests check every response against it. */
  readonly result?: Schema;
  /** Error codes of the handler, besides those of every route, for the OpenAPI document. */
  readonly errors?: readonly ErrorCode[];
  /** Response headers by name, with descriptions, for the OpenAPI document. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * What the handler would refuse in a body that is invalid anyway, such as unknown ids, so that one response has all
   * problems. Stores nothing.
   */
  findProblems?(document: unknown, context: Context): Promise<readonly Problem[]>;
  /**
   * Called with a request that is refused, once its caller is known. Returns headers for the response, which does not
   * depend on it otherwise.
   */
  onRejected?(rejected: RejectedRequest, context: Context): Promise<Readonly<Record<string, string>>>;
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

/** Members are JSON pointers, with `*` for every element of an array. Query parameters are names. */
interface IgnoredInput {
  readonly members?: readonly string[];
  readonly parameters?: readonly string[];
}

/** Creates the function that declares the endpoints of a protocol. TypeScript infers the types of their handlers. */
export const routeFactory =
  <Context extends RequestContext>(protocol: Protocol<Context>) =>
  <
    const Path extends string,
    Query extends Schema | undefined = undefined,
    Body extends Schema | undefined = undefined,
  >(
    declaration: Omit<Route<Path, Query, Body, Context>, 'protocol'>,
  ): Route<Path, Query, Body, Context> => ({ ...declaration, protocol });

/** A response whose status or headers differ from the route's declaration. */
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

/** The same response with more headers. */
export const withHeaders = ({ body, status, headers }: Reply, more: Readonly<Record<string, string>>): Reply =>
  new Reply(body, status, { ...headers, ...more });

/** The content type of a route's responses. */
export const mediaTypeOf = ({ mediaType, protocol }: Pick<Route, 'mediaType' | 'protocol'>): string =>
  mediaType ?? protocol.mediaType;
